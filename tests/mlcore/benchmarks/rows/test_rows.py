"""Rows: what they compute of a data set, and what they refuse."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.benchmarks.datasets.dataset import Layer, Patches, Task
from mlcore.benchmarks.rows import ROWS, EncoderRow, FrozenRow, get_row
from mlcore.benchmarks.rows.encoders import vectors
from mlcore.errors import UnknownName
from tests.mlcore.benchmarks.fields import fields


class Means:
    """An encoder for these tests: the mean of each band."""

    name, dim, digest = "means", 3, "means"

    def embed(self, samples):
        return np.stack([sample.chips[0].pixels.mean((1, 2)) for sample in samples]).astype(np.float32)

    def cannot_read(self, sample):
        return ""


def some(data, count=40):
    return data.take(np.arange(count))


def test_it_works():
    data = some(fields())
    features = ROWS["raw"].features(data, "rgb")
    samples = data.inputs["rgb"](np.arange(len(data)))
    np.testing.assert_array_equal(features, [sample.chips[0].pixels[:, 1, 1] for sample in samples])


def test_principal_components_come_with_their_mean_and_spread():
    assert ROWS["pca-statistics"].features(some(fields()), "rgb").shape == (40, 9)


def test_an_encoder_sees_the_pixel_beside_its_surroundings():
    data = some(fields())
    samples = data.inputs["rgb"](np.arange(5))
    features = vectors(Means(), data, samples)
    np.testing.assert_allclose(features[:, :3], [sample.chips[0].pixels[:, 1, 1] for sample in samples])
    np.testing.assert_allclose(features[:, 3:], Means().embed(samples))
    assert vectors(Means(), replace(data, centred=False), samples).shape == (5, 3)


def test_rows_side_by_side_are_streams_and_those_that_cannot_read_are_left_out():
    data = some(fields())
    deaf = EncoderRow("deaf", "Deaf", ROWS["raw"].kind, "deaf")
    row = replace(get_row("pca-statistics/raw"), rows=(ROWS["pca-statistics"], ROWS["raw"], deaf))
    assert [each.name for each in row.readable(data, "rgb")] == ["pca-statistics", "raw"]
    assert row.streams(data, "rgb") == (slice(0, 9), slice(9, 12))
    assert row.blocks(data, "rgb", 12)[-1] == slice(9, 12)
    np.testing.assert_array_equal(row.features(data, "rgb")[:, 9:], ROWS["raw"].features(data, "rgb"))
    assert row.heads(Task.CLASSES)[-1] == "streams"
    with pytest.raises(UnknownName, match="unheard"):
        get_row("raw/unheard")


def two_dates():
    data = fields()
    cut = data.inputs["rgb"]
    chip = cut.layers[0][0][0].chip
    later = replace(chip, pixels=chip.pixels + 10)
    both = Patches([[Layer(chip), Layer(later)]], (cut.scene, cut.row, cut.column), 3)
    return replace(data, task=Task.CHANGE, inputs={"rgb": both})


def test_change_is_the_difference_of_two_dates_for_every_row():
    data = some(two_dates(), 20)
    np.testing.assert_allclose(ROWS["raw"].features(data, "rgb"), 10, rtol=1e-5)
    features = vectors(Means(), data, data.inputs["rgb"](np.arange(4)))
    np.testing.assert_allclose(features, 10, rtol=1e-5)


def test_random_convolutions_are_drawn_from_the_whole_set_and_repeat():
    data = some(fields(), 60)
    row = get_row("random-convolutions")
    np.testing.assert_array_equal(row.features(data, "rgb"), row.features(data, "rgb"))


def test_foreign_encoders_say_what_they_cannot_read(monkeypatch):
    class Deaf(Means):
        def cannot_read(self, sample):
            return "it reads radar only"

    row = EncoderRow("deaf", "Deaf", ROWS["raw"].kind, "deaf")
    monkeypatch.setattr("mlcore.benchmarks.rows.encoders.get_encoder", lambda spec: Deaf())
    assert row.refusal(fields(), "rgb") == "it reads radar only"


def test_weights_that_are_not_here_are_a_refusal():
    row = EncoderRow("absent", "Absent", ROWS["raw"].kind, "galileo:/nowhere")
    assert "/nowhere" in row.refusal(fields(), "rgb")


def test_a_card_that_names_a_file_marks_the_row(monkeypatch):
    class Carded(Means):
        card = {"scenes": "landsat.tif, fields.tif"}

    row = EncoderRow("carded", "Carded", ROWS["raw"].kind, "carded")
    monkeypatch.setattr("mlcore.benchmarks.rows.encoders.get_encoder", lambda spec: Carded())
    data = fields()
    assert row.saw_test(data)
    assert not row.saw_test(replace(data, files=("elsewhere.tif",)))


@pytest.mark.parametrize("name", ["ours-on-scene", "ours-finetuned", "cnn-3d", "spectral-transformer"])
def test_rows_that_take_long_keep_to_their_sets(name):
    assert "some sets" in ROWS[name].refusal(fields(), "rgb")


def test_every_row_has_the_common_head():
    frozen = [row for row in ROWS.values() if isinstance(row, FrozenRow)]
    assert all({"linear", "svm"} <= set(row.heads(Task.CLASSES)) for row in frozen)


def test_an_unknown_row_lists_those_there_are():
    with pytest.raises(UnknownName, match="galileo"):
        get_row("dino")
