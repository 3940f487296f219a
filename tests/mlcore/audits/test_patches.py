"""find_patches: pieces of paint that look like another class."""

import numpy as np
import pytest

from mlcore.audits.patches import find_patches, usual_confidences, worst_of
from mlcore.errors import BadFeatures

ANY = np.zeros(3)


def painted(side=12, corner=0.5):
    """Return paint of class 0 and chances by which a square, a fringe and a far corner look like class 1."""
    second = np.full((side, side), 0.05)
    second[2:6, 2:6] = 0.9
    second[8, :] = 0.95  # one cell wide, as borders are
    second[10:12, 10:12] = 0.5 + corner / 2
    return np.zeros((side, side), int), np.stack([1 - second, second, np.zeros((side, side))])


def test_it_works():
    first, second = find_patches(*painted(), ANY)
    assert (first.given, first.suggested, int(first.cells.sum())) == (0, 1, 16)
    assert first.cells[2:6, 2:6].all()
    assert first.lead == pytest.approx(0.8)
    assert second.cells[10:12, 10:12].all() and second.weight == pytest.approx(2.0)


def test_the_fringe_of_a_border_is_no_mistake():
    assert not any(patch.cells[8].any() for patch in find_patches(*painted(), ANY))


def test_weak_and_small_doubts_are_left_alone():
    given, chances = painted(corner=0.2)
    assert len(find_patches(given, chances, ANY)) == 1
    chances[:2, 3:6, 2:6] = np.array([0.95, 0.05])[:, None, None]  # what is left is one cell high
    assert find_patches(given, chances, ANY) == []


def test_a_piece_must_be_as_sure_as_the_class_usually_is():
    given, chances = painted()
    assert len(find_patches(given, chances, np.array([0, 0.85, 0]))) == 1
    assert find_patches(given, chances, np.array([0, 0.92, 0])) == []
    assert find_patches(given, chances, np.array([0, np.inf, 0])) == []


def test_one_cell_that_is_less_sure_does_not_break_a_piece():
    given, chances = painted()
    chances[:2, 3, 3] = 0.45, 0.55
    (piece,) = find_patches(given, chances, np.array([0, 0.85, 0]))
    assert piece.cells[2:6, 2:6].all()


def test_what_nobody_painted_is_not_wrong():
    given, chances = painted()
    assert find_patches(given - 1, chances, ANY) == []
    assert worst_of([]) is None


def test_patches_of_the_worst_pair_are_one():
    given, chances = painted()
    both = worst_of(find_patches(given, chances, ANY))
    assert int(both.cells.sum()) == 20
    assert both.lead == pytest.approx((16 * 0.8 + 4 * 0.5) / 20)
    chances[1:, 10:12, 10:12] = chances[:0:-1, 10:12, 10:12].copy()
    worst = worst_of(find_patches(given, chances, ANY))
    assert (worst.suggested, int(worst.cells.sum())) == (1, 16)


def test_every_tile_has_one_voice_in_what_is_usual():
    sure, unsure = np.full((2, 4, 4), 0.8), np.full((2, 4, 4), 0.1)
    everywhere, once = np.zeros((4, 4), int), np.full((4, 4), -1)
    once[0, 0] = 0
    least = usual_confidences([once] * 4 + [everywhere], [sure] * 4 + [unsure], classes=3)
    assert least[0] == pytest.approx(0.8)
    assert usual_confidences([everywhere], [sure * 1.24], classes=1) == [0.9]
    assert np.isinf(least[1:]).all()


def test_maps_of_other_shapes_are_refused():
    with pytest.raises(BadFeatures, match="K, h, w"):
        find_patches(np.ones((2, 2), int), np.ones((2, 3, 3)), np.zeros(2))
