"""Pillars: the points of a cloud on a tile's grid."""

import numpy as np
import pytest

from mlcore.errors import BadSample
from mlcore.model import StatisticsEncoder
from mlcore.pillars import Points, pillars
from mlcore.samples import Sample
from mlcore.sensors import Modality


def make_forest(level=0.0):
    """Return ground everywhere, and a tree of 10 m in the north-west quarter."""
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(0.5, 20), np.arange(0.5, 20)))
    tree = (x < 10) & (y > 10)
    heights = np.concatenate([np.zeros(len(x)), np.full(tree.sum(), 10.0)]) + level
    light = np.concatenate([np.full(len(x), 0.2), np.full(tree.sum(), 0.8)]).astype(np.float32)
    return Points(np.concatenate([x, x[tree]]), np.concatenate([y, y[tree]]), heights, light)


def test_it_works():
    chip = pillars(make_forest(), (0, 0, 20, 20), (4, 4), gsd_m=5)
    bands = {band.name: pixels for band, pixels in zip(chip.sensor.bands, chip.pixels, strict=True)}
    assert chip.sensor.modality is Modality.POINTS
    assert chip.mask.all()
    np.testing.assert_allclose(bands["S3"], [[0.5, 0.5, 0, 0]] * 2 + [[0, 0, 0, 0]] * 2)
    assert bands["H"][0, 0] == 1.0
    assert bands["I3"][0, 0] == pytest.approx(0.8)
    np.testing.assert_allclose(bands["D"][3, 3], np.log10(26), rtol=1e-5)


def test_absolute_height_is_no_shortcut():
    low, high = (pillars(make_forest(level), (0, 0, 20, 20), (4, 4), gsd_m=5) for level in (0, 1500))
    np.testing.assert_allclose(low.pixels, high.pixels, atol=1e-5)


def test_pixels_without_points_are_not_valid():
    chip = pillars(make_forest(), (-20, 0, 20, 20), (2, 4), gsd_m=10)
    assert chip.mask.tolist() == [[False, False, True, True]] * 2
    nothing = pillars(make_forest(), (100, 100, 120, 120), (2, 2), gsd_m=10)
    assert not nothing.mask.any()
    assert np.isfinite(nothing.pixels).all()


def test_each_band_of_pillars_reaches_the_vector():
    chip = pillars(make_forest(), (0, 0, 20, 20), (4, 4), gsd_m=5)
    encoder = StatisticsEncoder()
    vector = encoder.embed([Sample((chip,))])[0]
    assert np.isfinite(vector).all()
    assert np.count_nonzero(vector[encoder.blocks["presence"]]) == 12


def test_impossible_tiles_are_refused():
    with pytest.raises(BadSample, match="tile with a size"):
        pillars(make_forest(), (0, 0, 0, 20), (4, 4), gsd_m=5)
