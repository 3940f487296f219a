"""Reading chips: windows of a scene at the tiles of a grid."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from mlcore.errors import BadSensor
from mlcore.raster.grid import GridSpec, grid_for
from mlcore.raster.info import inspect
from mlcore.raster.read import read_chip, read_file, valid_fractions
from mlcore.sensors import unknown_sensor
from tests.rasters import RGBA, UTM, UTM_ORIGIN, ramp, write_raster

THREE = unknown_sensor(3)
GRID = GridSpec(UTM, tuple(UTM_ORIGIN)[:6], 64)


def test_it_works(tmp_path: Path) -> None:
    values = ramp(3, 100, 120)
    path = write_raster(tmp_path / "a.tif", values)
    chip = read_chip(path, THREE, GRID, 0, 0, acquired=date(2020, 1, 2))
    np.testing.assert_array_equal(chip.pixels, values[:, :64, :64])
    assert chip.pixels.dtype == np.float32
    assert chip.mask.all()
    assert chip.bounds == (500_000, 4_999_360, 500_640, 5_000_000)
    assert (chip.crs, chip.acquired, chip.sensor) == (UTM, date(2020, 1, 2), THREE)


def test_beyond_the_scene_nothing_is_valid(tmp_path: Path) -> None:
    values = ramp(3, 100, 120)
    path = write_raster(tmp_path / "a.tif", values)
    chip = read_chip(path, THREE, GRID, 1, 1)
    np.testing.assert_array_equal(chip.pixels[:, :36, :56], values[:, 64:, 64:])
    assert chip.mask.sum() == 36 * 56
    assert chip.mask[:36, :56].all()
    for col, row in ((5, 0), (0, -1), (-3, -3)):
        assert not read_chip(path, THREE, GRID, col, row).mask.any()


def test_a_margin_shows_the_surroundings(tmp_path: Path) -> None:
    values = ramp(3, 200, 200)
    path = write_raster(tmp_path / "a.tif", values)
    chip = read_chip(path, THREE, GRID, 1, 1, margin_px=10)
    np.testing.assert_array_equal(chip.pixels, values[:, 54:138, 54:138])
    assert chip.bounds == (500_540, 4_998_620, 501_380, 4_999_460)
    corner = read_chip(path, THREE, GRID, 0, 0, margin_px=10)
    np.testing.assert_array_equal(corner.pixels[:, 10:, 10:], values[:, :74, :74])
    assert not corner.mask[:10].any()


@pytest.mark.parametrize(("scale", "bands"), [(0.5, 3), (2, 3), (0.25, 20)])
def test_a_scene_of_another_resolution_is_resampled_to_the_lattice(tmp_path: Path, scale: float, bands: int) -> None:
    size = int(64 / scale)
    _, row, column = np.indices((bands, size, size))
    values = ((row + column + 1) * scale).astype("float32")
    path = write_raster(tmp_path / "a.tif", values, transform=UTM_ORIGIN @ Affine.scale(scale))
    chip = read_chip(path, unknown_sensor(bands), GRID, 0, 0)
    assert chip.pixels.shape == (bands, 64, 64)
    assert chip.mask.all()
    row, column = np.indices((64, 64))
    np.testing.assert_allclose(chip.pixels[0, 2:-2, 2:-2], (row + column + 1)[2:-2, 2:-2], atol=0.6)


def test_numbers_beyond_single_precision_are_no_measurements(tmp_path: Path) -> None:
    values = np.full((3, 64, 64), 5, "float64")
    values[:, :, :10] = np.finfo(np.float64).min
    chip = read_chip(write_raster(tmp_path / "a.tif", values), THREE, GRID, 0, 0)
    assert chip.mask.sum() == 64 * 54
    assert set(np.unique(chip.pixels)) == {0, 5}


def test_a_size_can_be_asked_for(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ramp(3, 64, 64))
    assert read_chip(path, THREE, GRID, 0, 0, out_px=16).pixels.shape == (3, 16, 16)


@pytest.mark.parametrize("nodata", [0.0, -9999.0])
def test_nodata_does_not_bleed_into_resampled_numbers(tmp_path: Path, nodata: float) -> None:
    values = np.full((3, 128, 128), 100, "float32")
    values[:, :, :33] = nodata
    path = write_raster(tmp_path / "a.tif", values, transform=UTM_ORIGIN @ Affine.scale(0.5), nodata=nodata)
    chip = read_chip(path, THREE, GRID, 0, 0)
    assert set(np.unique(chip.pixels[:, chip.mask])) == {100}
    assert 0.7 < chip.valid_fraction < 0.8


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_nan_and_infinity_are_invalid_and_read_as_zero(tmp_path: Path, dtype: str) -> None:
    values = ramp(3, 64, 64, dtype)
    values[:, 0, 0] = np.nan
    values[:, 0, 1] = np.inf
    values[0, 5, 5] = np.nan
    chip = read_chip(write_raster(tmp_path / "a.tif", values), THREE, GRID, 0, 0)
    assert np.argwhere(~chip.mask).tolist() == [[0, 0], [0, 1]]
    assert np.isfinite(chip.pixels).all()
    assert chip.pixels[0, 5, 5] == 0


def test_a_dead_band_does_not_hide_the_others(tmp_path: Path) -> None:
    values = ramp(3, 64, 64, "int16")
    values[1] = -1
    chip = read_chip(write_raster(tmp_path / "a.tif", values, nodata=-1), THREE, GRID, 0, 0)
    assert chip.mask.all()
    assert not chip.pixels[1].any()


def test_a_mask_band_hides(tmp_path: Path) -> None:
    mask = np.ones((64, 64), bool)
    mask[:8] = False
    chip = read_chip(write_raster(tmp_path / "a.tif", ramp(3, 64, 64), mask=mask), THREE, GRID, 0, 0)
    np.testing.assert_array_equal(chip.mask, mask)


def test_a_rotated_scene_is_read_along_its_own_axes(tmp_path: Path) -> None:
    values = ramp(3, 64, 64)
    path = write_raster(tmp_path / "a.tif", values, transform=UTM_ORIGIN @ Affine.rotation(30))
    chip = read_chip(path, THREE, grid_for(inspect(path), 32), 1, 1)
    np.testing.assert_array_equal(chip.pixels, values[:, 32:, 32:])


def test_image_coordinates_have_no_bounds(tmp_path: Path) -> None:
    values = ramp(3, 64, 64)
    path = write_raster(tmp_path / "a.tif", values, crs=None)
    chip = read_chip(path, THREE, grid_for(inspect(path), 32), 1, 0)
    np.testing.assert_array_equal(chip.pixels, values[:, :32, 32:])
    assert (chip.bounds, chip.crs) == (None, None)


def test_a_sensor_with_other_bands_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ramp(3, 64, 64))
    with pytest.raises(BadSensor, match=r"a\.tif has 3 bands but .* has 4"):
        read_chip(path, unknown_sensor(4), GRID, 0, 0)


def test_a_ready_made_chip_is_read_whole(tmp_path: Path) -> None:
    values = ramp(4, 30, 40)
    values[3] = 255
    values[3, :5] = 0
    path = write_raster(tmp_path / "a.png", values, crs=None, transform=Affine.identity(), driver="PNG")
    chip = read_file(path, THREE)
    np.testing.assert_array_equal(chip.pixels[:, 5:], values[:3, 5:])
    assert (chip.mask[:5].any(), chip.mask[5:].all()) == (False, True)
    assert chip.bounds is None
    placed = read_file(write_raster(tmp_path / "b.tif", values, colours=RGBA), THREE)
    assert placed.bounds == (500_000, 4_999_700, 500_400, 5_000_000)


def test_valid_shares_of_tiles(tmp_path: Path) -> None:
    values = ramp(3, 128, 200, "int16")
    values[:, :64, :32] = -1
    path = write_raster(tmp_path / "a.tif", values, nodata=-1)
    fractions = valid_fractions(path, GRID, -1, 0, 5, 3)
    expected = [[0, 0.5, 1, 1, 0.125], [0, 1, 1, 1, 0.125], [0, 0, 0, 0, 0]]
    np.testing.assert_allclose(fractions, expected, atol=0.02)
    assert fractions.dtype == np.float32


def test_valid_shares_see_nan(tmp_path: Path) -> None:
    values = np.full((20, 128, 128), np.nan, "float32")
    values[3:, :64] = 1
    fractions = valid_fractions(write_raster(tmp_path / "a.tif", values), GRID, 0, 0, 2, 2)
    assert fractions.tolist() == [[1, 1], [0, 0]]
