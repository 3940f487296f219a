"""StreamsHead: a linear head for each encoder's columns, joined by what labels prove."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from mlcore.errors import BadCheckpoint, BadFeatures, NotEnoughLabels
from mlcore.heads import Lesson, LinearHead, StreamsHead

WIDTH = 20
TWO = (slice(0, WIDTH), slice(WIDTH, 2 * WIDTH))


def seen_twice(labels, *, seed=0, first=1.5, second=1.5):
    """Return rows that two encoders saw, each with its own noise about four classes; infinite noise: no class."""
    rng = np.random.default_rng(seed)
    codes = 10 + np.arange(labels) % 4
    centres = np.random.default_rng(99).normal(size=(2, 4, WIDTH))
    parts = [
        (0 if np.isinf(noise) else centre[codes - 10])
        + rng.normal(size=(labels, WIDTH)) * (1 if np.isinf(noise) else noise)
        for centre, noise in zip(centres, (first, second), strict=True)
    ]
    return np.hstack(parts).astype(np.float32), codes


def hits(head, rows, codes):
    return float((head.predict(rows).codes == codes).mean())


def test_it_works():
    rows, codes = seen_twice(80)
    others, truth = seen_twice(2000, seed=1)
    head = StreamsHead.fit(Lesson(inputs=rows, targets=codes, streams=TWO))
    assert head.classes.tolist() == [10, 11, 12, 13]
    assert sum(stream.say for stream in head.streams) == pytest.approx(1)
    alone = [LinearHead.fit(Lesson(inputs=rows[:, part], targets=codes)) for part in TWO]
    assert hits(head, others, truth) > max(
        hits(one, others[:, part], truth) for one, part in zip(alone, TWO, strict=True)
    )
    assert head.held_out_accuracy > 0.6
    np.testing.assert_allclose(head.predict_proba(others).sum(1), 1, atol=1e-5)


@pytest.mark.parametrize(("labels", "most"), [(5, 0.05), (20, 0.02)])
def test_a_stream_that_says_nothing_costs_little(labels, most):
    alone, beside = [], []
    for seed in range(4):
        rows, codes = seen_twice(4 * labels, seed=seed, second=np.inf)
        others, truth = seen_twice(1500, seed=seed + 50, second=np.inf)
        alone.append(hits(LinearHead.fit(Lesson(inputs=rows[:, TWO[0]], targets=codes)), others[:, TWO[0]], truth))
        beside.append(hits(StreamsHead.fit(Lesson(inputs=rows, targets=codes, streams=TWO)), others, truth))
    assert np.mean(beside) > np.mean(alone) - most


def test_a_stream_that_says_nothing_is_heard_less_and_the_less_the_more_labels_there_are():
    says = []
    for labels in (20, 200):
        rows, codes = seen_twice(labels, second=np.inf)
        says.append(StreamsHead.fit(Lesson(inputs=rows, targets=codes, streams=TWO)).streams[1].say)
    assert 0.5 > says[0] > says[1]


def test_with_too_few_labels_all_streams_speak_alike():
    rows, codes = seen_twice(4)
    head = StreamsHead.fit(Lesson(inputs=rows, targets=codes, streams=TWO))
    assert [stream.say for stream in head.streams] == [0.5, 0.5]
    assert head.held_out_accuracy is None


def test_one_stream_is_the_linear_head():
    rows, codes = seen_twice(60)
    lesson = Lesson(inputs=rows, targets=codes, blocks=TWO)
    one, linear = StreamsHead.fit(lesson), LinearHead.fit(lesson)
    np.testing.assert_array_equal(one.predict(rows).codes, linear.predict(rows).codes)


def test_blocks_within_a_stream_are_weighed():
    rows, codes = seen_twice(60, second=np.inf)
    wide = Lesson(inputs=rows, targets=codes, streams=(slice(0, 2 * WIDTH),))
    others, truth = seen_twice(1500, seed=5, second=np.inf)
    plain, weighed = StreamsHead.fit(wide), StreamsHead.fit(Lesson(**{**vars(wide), "blocks": TWO}))
    assert hits(weighed, others, truth) > hits(plain, others, truth)


@pytest.mark.parametrize("column", [0.0, np.nan])
def test_a_stream_without_content(column):
    rows, codes = seen_twice(60)
    rows[:, TWO[1]] = column
    lesson = Lesson(inputs=rows, targets=codes, streams=TWO)
    if np.isnan(column):
        with pytest.raises(BadFeatures, match="NaN"):
            StreamsHead.fit(lesson)
    else:
        assert hits(StreamsHead.fit(lesson), rows, codes) > 0.9


def test_one_class_is_not_enough():
    rows, _ = seen_twice(8)
    with pytest.raises(NotEnoughLabels, match="two classes"):
        StreamsHead.fit(Lesson(inputs=rows, targets=np.ones(8, int), streams=TWO))


def test_it_is_kept_in_a_file(tmp_path):
    rows, codes = seen_twice(60)
    head = StreamsHead.fit(Lesson(inputs=rows, targets=codes, streams=TWO))
    head.save(tmp_path / "head.safetensors")
    again = StreamsHead.load(tmp_path / "head.safetensors")
    np.testing.assert_allclose(again.predict_proba(rows), head.predict_proba(rows), atol=1e-6)


def test_a_damaged_file_is_refused(tmp_path):
    rows, codes = seen_twice(60)
    path = tmp_path / "head.safetensors"
    StreamsHead.fit(Lesson(inputs=rows, targets=codes, streams=TWO)).save(path)
    arrays = load_file(path)
    save_file(arrays, path)
    with pytest.raises(BadCheckpoint):
        StreamsHead.load(path)
    LinearHead.fit(Lesson(inputs=rows, targets=codes)).save(path)
    with pytest.raises(BadCheckpoint, match="no streams head"):
        StreamsHead.load(path)
