"""find_patches: pieces of paint that look like another class."""

import numpy as np
import pytest

from mlcore.audits.patches import find_patches, worst_of
from mlcore.errors import BadFeatures


def painted(side=12):
    """Return a map of class 1 with a square, a fringe and a far corner that look like class 2."""
    given, suggested = np.ones((side, side), int), np.full((side, side), 2)
    leads = np.full((side, side), -0.9)
    leads[2:6, 2:6] = 0.8
    leads[8, :] = 0.9  # one cell wide, as borders are
    leads[10:12, 10:12] = 0.5
    return given, suggested, leads


def test_it_works():
    first, second = find_patches(*painted())
    assert (first.given, first.suggested, int(first.cells.sum())) == (1, 2, 16)
    assert first.cells[2:6, 2:6].all()
    assert first.lead == pytest.approx(0.8)
    assert second.cells[10:12, 10:12].all() and second.weight == pytest.approx(2.0)


def test_the_fringe_of_a_border_is_no_mistake():
    assert not any(patch.cells[8].any() for patch in find_patches(*painted()))


def test_weak_and_small_doubts_are_left_alone():
    given, suggested, leads = painted()
    assert find_patches(given, suggested, np.minimum(leads, 0.2)) == []
    leads[2:6, 2:6] = leads[10:12, 10:12] = -1
    leads[2:4, 2:4] = 0.9
    leads[3, 3] = -1
    assert find_patches(given, suggested, leads) == []


def test_what_nobody_painted_is_not_wrong():
    _, suggested, leads = painted()
    assert find_patches(np.zeros_like(suggested), suggested, leads) == []
    assert worst_of([]) is None


def test_patches_of_the_worst_pair_are_one():
    given, suggested, leads = painted()
    suggested[10:12, 10:12] = 3
    assert (worst := worst_of(find_patches(given, suggested, leads)))
    assert (worst.suggested, int(worst.cells.sum())) == (2, 16)
    suggested[10:12, 10:12] = 2
    both = worst_of(find_patches(given, suggested, leads))
    assert int(both.cells.sum()) == 20
    assert both.lead == pytest.approx((16 * 0.8 + 4 * 0.5) / 20)


def test_maps_of_other_shapes_are_refused():
    with pytest.raises(BadFeatures, match="one shape"):
        find_patches(np.ones((2, 2), int), np.ones((2, 2), int), np.ones((3, 3)))
