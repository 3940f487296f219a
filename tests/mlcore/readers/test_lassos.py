"""Lassos around returns: from above, in a profile, one over the other."""

import numpy as np
import pytest

from mlcore.readers.lassos import Lasso, Strip, codes_by

X, Y = (axis.ravel().astype(float) + 0.5 for axis in np.meshgrid(np.arange(10), np.arange(10)))
Z = np.where(X < 5, 8.0, 0.0)
WEST = ((0.0, 0.0), (5.0, 0.0), (5.0, 10.0), (0.0, 10.0))


def codes(*lassos: Lasso) -> np.ndarray:
    """Return the classes [10, 10] of a point a pixel, the western half of which is 8 m high."""
    return codes_by(lassos, X, Y, Z).reshape(10, 10)


def test_it_works() -> None:
    told = codes(Lasso(3, WEST))
    assert (told[:, :5] == 3).all()
    assert not told[:, 5:].any()


def test_a_profile_takes_what_lies_in_its_strip_at_the_heights_inside() -> None:
    strip = Strip(((0.0, 5.0), (10.0, 5.0)), width=4.0, metres=(2.0, 2.0))
    canopy = ((0.0, 4.0), (20.0, 4.0), (20.0, 12.0), (0.0, 12.0))
    told = codes(Lasso(2, canopy, strip))
    assert (told[4:6, :5] == 2).all()
    assert told.astype(bool).sum() == 10
    assert not codes(Lasso(2, ((0.0, 4.0), (20.0, 4.0), (20.0, 6.0)), strip)).any()


def test_the_later_one_wins_and_none_takes_back_but_for_classes_that_are_kept() -> None:
    middle = ((3.0, 3.0), (8.0, 3.0), (8.0, 8.0), (3.0, 8.0))
    assert codes(Lasso(3, WEST), Lasso(2, middle))[4, 4] == 2
    assert codes(Lasso(3, WEST), Lasso(0, middle))[4, 4] == 0
    kept = codes(Lasso(3, WEST), Lasso(2, middle, keeps=frozenset({3})))
    assert (kept[4, 4], kept[4, 6]) == (3, 2)


def test_one_that_crosses_itself_holds_points_by_turns() -> None:
    bow = ((0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0))
    told = codes(Lasso(1, bow))
    assert (told[5, 0], told[5, 9]) == (1, 1)
    assert (told[0, 5], told[9, 5]) == (0, 0)
    twice = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))
    assert codes(Lasso(1, twice))[2, 2] == 0


@pytest.mark.parametrize("count", [0, 3])
def test_points_that_have_no_height_lie_in_no_profile(count: int) -> None:
    nothing = np.full(count, np.nan)
    strip = Strip(((0.0, 5.0), (10.0, 5.0)), 4.0, (1.0, 1.0))
    assert not codes_by([Lasso(1, WEST, strip)], nothing, nothing, nothing).any()
