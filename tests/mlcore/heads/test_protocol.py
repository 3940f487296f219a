"""All heads are fitted by a lesson, asked by `predict`, and kept in a file; the registry holds them by task."""

from dataclasses import astuple, replace

import numpy as np
import pytest

from mlcore.errors import BadCheckpoint, NotEnoughLabels, UnknownName
from mlcore.heads import HEADS, DrawnBoxes, DrawnPoints, DrawnTurned, Lesson, get_head

RNG = np.random.default_rng(0)
CODES = np.arange(40) % 2 * 3 + 1  # 1 and 4
VECTORS = (RNG.normal(size=(40, 6)) + CODES[:, None]).astype(np.float32)
MASK = np.kron(np.array([[1, 2], [2, 1]], np.uint8), np.ones((8, 8), np.uint8))
MAPS = [np.stack([MASK[::2, ::2] * 2.0, RNG.normal(size=(8, 8))]).astype(np.float32) for _ in range(3)]
TURNED = np.array([[5.0, 5, 6, 4, 30], [12, 12, 6, 3, 0]])
CORNERS = np.array([[2.0, 2, 8, 8], [9, 9, 15, 15]])
OF_MAPS = ("masks", "boxes", "points", "turned")

LESSONS = {
    "classes": (Lesson(inputs=VECTORS, targets=CODES), VECTORS),
    "masks": (Lesson(inputs=MAPS, targets=[MASK] * 3), MAPS[0]),
    "tags": (Lesson(inputs=VECTORS, targets=np.stack([CODES == 1, CODES == 4], 1)), VECTORS),
    "amount": (Lesson(inputs=VECTORS, targets=VECTORS.sum(1)), VECTORS),
    "change": (Lesson(inputs=[-VECTORS, VECTORS], targets=CODES), [-VECTORS, VECTORS]),
    "boxes": (Lesson(inputs=MAPS, targets=[DrawnBoxes(CORNERS)] * 3), MAPS[0]),
    "points": (Lesson(inputs=MAPS, targets=[DrawnPoints(CORNERS[:, :2], np.ones(2, int), 3.0)] * 3), MAPS[0]),
    "turned": (Lesson(inputs=MAPS, targets=[DrawnTurned(TURNED, np.ones(2, int))] * 3), MAPS[0]),
}


@pytest.mark.parametrize("task", HEADS)
def test_it_works(task, tmp_path):
    lesson, inputs = LESSONS[task]
    head = get_head(task).fit(lesson)
    head.save(tmp_path / "head")
    read = get_head(task).load(tmp_path / "head")
    for first, second in zip(astuple(head.predict(inputs)), astuple(read.predict(inputs)), strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("task", HEADS)
def test_what_a_head_has_no_use_for_does_it_no_harm(task):
    lesson, inputs = LESSONS[task]
    known = replace(lesson, blocks=[slice(0, 1)], stride=2, classes=np.array([7, 9]), groups=np.arange(40) % 8)
    assert get_head(task).fit(known).predict(inputs) is not None


@pytest.mark.parametrize("task", HEADS)
def test_an_empty_lesson_says_what_to_label(task):
    empty = np.zeros((0, 2)) if task == "tags" else [] if task in OF_MAPS else np.zeros(0, int)
    inputs = {**dict.fromkeys(OF_MAPS, []), "change": [np.zeros((0, 3))] * 2}.get(task, np.zeros((0, 3)))
    with pytest.raises(NotEnoughLabels, match=r"Label|Paint|tell|Measure|Draw"):
        get_head(task).fit(Lesson(inputs=inputs, targets=empty))


def test_what_is_said_of_classes_and_of_tags_is_decided_in_one_place():
    classes = get_head("classes").fit(LESSONS["classes"][0]).predict(VECTORS)
    assert (classes.codes == CODES).mean() > 0.9
    masks = get_head("masks").fit(LESSONS["masks"][0]).predict(MAPS[0])
    np.testing.assert_array_equal(masks.codes, MASK[::2, ::2])
    tags = get_head("tags").fit(replace(LESSONS["tags"][0], classes=np.array([7, 9]))).predict(VECTORS)
    assert tags.classes.tolist() == [7, 9]
    assert (tags.given[:, 1] == (CODES == 4)).mean() > 0.9


def test_a_threshold_decides_between_two_classes():
    change = get_head("change").fit(LESSONS["change"][0]).predict(LESSONS["change"][1])
    high = replace(change, threshold=2.0)
    assert (high.codes == high.classes[1 - high.favoured]).all()
    assert (replace(change, threshold=0.0).codes == change.classes[change.favoured]).all()


def test_a_head_of_another_task_is_refused(tmp_path):
    get_head("classes").fit(LESSONS["classes"][0]).save(tmp_path / "head")
    for task in set(HEADS) - {"classes"}:
        with pytest.raises(BadCheckpoint, match="head"):
            get_head(task).load(tmp_path / "head")


def test_an_unknown_task_is_refused_with_those_there_are():
    with pytest.raises(UnknownName, match=", ".join(sorted(HEADS))):
        get_head("poetry")
