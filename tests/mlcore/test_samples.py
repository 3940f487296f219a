"""Chip: pixels, mask and sensor that fit each other."""

import numpy as np
import pytest

from mlcore.errors import BadFeatures
from mlcore.samples import Chip
from mlcore.sensors import get_sensor


def test_it_works() -> None:
    mask = np.zeros((4, 5), bool)
    mask[:, 0] = True
    chip = Chip(np.zeros((3, 4, 5), np.float32), mask, get_sensor("rgb"))
    assert chip.valid_fraction == 0.2
    assert (chip.bounds, chip.crs, chip.acquired) == (None, None, None)


@pytest.mark.parametrize(
    ("shape", "message"),
    [((4, 5), "needs pixels"), ((3, 5, 4), "needs pixels"), ((4, 4, 5), "has 3 bands, the chip has 4")],
)
def test_shapes_that_contradict_each_other_are_refused(shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(BadFeatures, match=message):
        Chip(np.zeros(shape, np.float32), np.ones((4, 5), bool), get_sensor("rgb"))
