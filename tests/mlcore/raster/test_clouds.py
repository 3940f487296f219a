"""Clouds: what the masks of products call cloud or shadow, by their own numbers."""

import numpy as np
import pytest

from mlcore.raster.clouds import cloud_fractions, flags_of, has_mask
from mlcore.raster.grid import grid_for
from mlcore.raster.info import inspect
from mlcore.raster.opening import QUALITY
from tests.rasters import ramp, write_raster

# Of each mask: what says nothing, what is clear, what is cloud or shadow.
MASKS = {
    "SCL": ([0], [2, 4, 5, 6, 7, 11], [3, 8, 9, 10]),
    "QA_PIXEL": ([1], [21824, 21952], [22280, 23888, 21826, 21828]),
    "Fmask": ([255], [0, 16, 64, 128], [2, 4, 8, 66]),
    "CLM": ([255], [0], [1]),
    "UDM2": ([0], [1, 2, 4], [3, 5, 6]),
}


def test_every_mask_has_its_numbers_here():
    assert set(MASKS) == set(QUALITY)


@pytest.mark.parametrize("band", MASKS)
def test_it_works(band):
    nothing, clear, cloudy = MASKS[band]
    seen, cloud = flags_of(np.array([*nothing, *clear, *cloudy]), band)
    assert seen.tolist() == [False] * len(nothing) + [True] * (len(clear) + len(cloudy))
    assert cloud.tolist() == [False] * (len(nothing) + len(clear)) + [True] * len(cloudy)


def test_a_mask_beside_bands_gives_each_tile_its_share(tmp_path):
    pixels = np.concatenate([ramp(3, 32, 64), np.zeros((1, 32, 64), np.uint8)])
    pixels[3, :16, 32:] = 1
    path = write_raster(tmp_path / "hub.tif", pixels, descriptions=("B04", "B03", "B02", "CLM"))
    assert has_mask(path)
    shares = cloud_fractions(path, grid_for(inspect(path), 32), 0, 0, 2, 1)
    np.testing.assert_allclose(shares, [[0, 0.5]], atol=0.05)
