"""Points: the numbers that a raster holds at single places."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from rasterio.warp import transform

from mlcore.errors import BadSensor
from mlcore.raster.point import Places, read_points
from mlcore.sensors import unknown_sensor
from tests.rasters import RGBA, UTM, UTM_ORIGIN, ramp, write_raster

THREE = unknown_sensor(3)


def at(*cells: tuple[float, float], affine: Affine = UTM_ORIGIN, crs: str | None = UTM) -> Places:
    """Return places given as columns and rows of a raster."""
    x, y = np.array([affine @ cell for cell in cells]).T
    return Places(x, y, crs)


def test_it_works(tmp_path: Path) -> None:
    values = ramp(3, 100, 120)
    path = write_raster(tmp_path / "a.tif", values)
    read = read_points(path, THREE, at((5.5, 7.5), (119.9, 99.9)))
    np.testing.assert_array_equal(read.values, [values[:, 7, 5], values[:, 99, 119]])
    assert read.quality is None


def test_beside_the_raster_there_is_nothing(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif")
    read = read_points(path, THREE, at((-0.1, 5), (5, 100.1), (np.inf, 5)))
    assert np.isnan(read.values).all()


def test_some_bands_are_read_alone(tmp_path: Path) -> None:
    values = ramp(3, 100, 120)
    path = write_raster(tmp_path / "a.tif", values)
    np.testing.assert_array_equal(read_points(path, THREE, at((5, 7)), bands=[2]).values, [[values[2, 7, 5]]])


def test_places_may_be_in_any_system(tmp_path: Path) -> None:
    values = ramp(3, 100, 120)
    path = write_raster(tmp_path / "a.tif", values)
    x, y = UTM_ORIGIN @ (5.5, 7.5)
    lonlat = [np.array(axis) for axis in transform(UTM, "EPSG:4326", [x], [y])]
    np.testing.assert_array_equal(read_points(path, THREE, Places(*lonlat, "EPSG:4326")).values, [values[:, 7, 5]])


def test_a_turned_raster_is_read_where_the_place_lies(tmp_path: Path) -> None:
    values, turned = ramp(3, 100, 120), UTM_ORIGIN @ Affine.rotation(30)
    path = write_raster(tmp_path / "a.tif", values, transform=turned)
    read = read_points(path, THREE, at((40.5, 60.5), affine=turned))
    np.testing.assert_array_equal(read.values, [values[:, 60, 40]])


def test_pixels_without_a_place_are_counted(tmp_path: Path) -> None:
    values = ramp(3, 100, 120)
    path = write_raster(tmp_path / "a.tif", values, crs=None, transform=Affine.identity())
    read = read_points(path, THREE, at((5.5, 7.5), affine=Affine.identity(), crs=None))
    np.testing.assert_array_equal(read.values, [values[:, 7, 5]])


def test_a_band_without_data_there_has_none_alone(tmp_path: Path) -> None:
    values = ramp(3, 100, 120).astype("float32")
    values[1, 7, 5], values[2, 7, 5], values[0, 8, 5] = -9999, np.nan, -np.inf
    path = write_raster(tmp_path / "a.tif", values, nodata=-9999)
    read = read_points(path, THREE, at((5, 7), (5, 8)))
    np.testing.assert_array_equal(np.isnan(read.values), [[False, True, True], [True, False, False]])


def test_what_a_mask_or_alpha_hides_is_nothing(tmp_path: Path) -> None:
    mask = np.ones((100, 120), bool)
    mask[7, 5] = False
    masked = write_raster(tmp_path / "a.tif", mask=mask)
    values = ramp(4, 100, 120)
    values[3], values[3, 7, 5] = 255, 0
    clear = write_raster(tmp_path / "b.tif", values, colours=RGBA)
    for path in (masked, clear):
        read = read_points(path, THREE, at((5, 7), (6, 7)))
        np.testing.assert_array_equal(np.isnan(read.values), [[True] * 3, [False] * 3])


def test_numbers_are_in_the_sensor_s_quantity(tmp_path: Path) -> None:
    values = ramp(3, 100, 120)
    path = write_raster(tmp_path / "a.tif", values)
    first, *others = THREE.bands
    scaled = replace(THREE, bands=(replace(first, scale=0.5, offset=-1.0), *others))
    (read,) = read_points(path, scaled, at((5, 7))).values
    np.testing.assert_allclose(read, [values[0, 7, 5] * 0.5 - 1, *values[1:, 7, 5]])


def test_the_product_s_own_mask_comes_along(tmp_path: Path) -> None:
    values = ramp(4, 100, 120)
    values[3, 7, 5] = 9
    path = write_raster(tmp_path / "a.tif", values, descriptions=("B2", "B3", "B4", "SCL"))
    read = read_points(path, THREE, at((5, 7), (-1, -1)))
    assert read.values.shape == (2, 3)
    assert read.quality_band == "SCL"
    assert read.quality is not None
    assert read.quality.tolist() == [9, 0]


def test_another_number_of_bands_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif")
    with pytest.raises(BadSensor, match="3 bands"):
        read_points(path, unknown_sensor(4), at((5, 7)))
