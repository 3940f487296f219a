"""oddities: what of a file is probably not read as it was meant."""

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint

from mlcore.raster.cog import to_cog
from mlcore.raster.info import inspect
from mlcore.raster.oddities import oddities
from mlcore.raster.statistics import statistics
from tests.rasters import ramp, write_raster


def heights(dtype="float32", fill=None):
    values = np.random.default_rng(0).uniform(200, 2500, (1, 64, 64)).astype(dtype)
    if fill is not None:
        values[:, :8] = fill
    return values


def test_it_works(tmp_path):
    assert oddities(write_raster(tmp_path / "a.tif", ramp(3, 32, 32))) == []
    assert oddities(write_raster(tmp_path / "b.tif", heights())) == []


@pytest.mark.parametrize(
    ("dtype", "fill"), [("float32", -32767), ("int16", -9999), ("float32", -3.4028235e38), ("float32", 1e20)]
)
def test_an_undeclared_fill_is_told_with_its_share(tmp_path, dtype, fill):
    (said,) = oddities(write_raster(tmp_path / "a.tif", heights(dtype, fill)))
    assert said.startswith(f"12.5% of band 1 are {float(np.dtype(dtype).type(fill)):g}, far from all other numbers")
    assert "is read as a measurement" in said
    assert f"state {float(np.dtype(dtype).type(fill))!r} on the Imagery page" in said


def test_a_declared_fill_is_no_oddity_and_another_is(tmp_path):
    values = heights("int16", -9999)
    assert oddities(write_raster(tmp_path / "a.tif", values, nodata=-9999)) == []
    (said,) = oddities(write_raster(tmp_path / "b.tif", values, nodata=-32768))
    assert "another nodata value is declared" in said


def test_numbers_near_others_are_measurements(tmp_path):
    values = np.linspace(-20_000, 20_000, 4096).reshape(1, 64, 64).astype("int16")
    values[:, :8] = -32768
    assert oddities(write_raster(tmp_path / "a.tif", values)) == []


@pytest.mark.parametrize("fill", [-np.finfo("float64").max, np.finfo("float64").max, -1e300])
def test_what_single_precision_cannot_hold_is_left_out_and_told(tmp_path, fill):
    source = write_raster(tmp_path / "a.tif", np.repeat(heights("float64", fill), 20, axis=2), nodata=None)
    (said,) = oddities(source)
    assert "it is left out, since no measurement is so large" in said
    to_cog(source, tmp_path / "b.tif", inspect(source))
    (band,) = statistics(tmp_path / "b.tif")
    assert (band.minimum > 199, band.maximum < 2501, band.valid_fraction) == (
        True,
        True,
        pytest.approx(0.875, abs=0.01),
    )
    with rasterio.open(tmp_path / "b.tif", OVERVIEW_LEVEL=0) as overview:
        pixels = overview.read(1, masked=True).compressed()
    assert (pixels.min() > 199, pixels.max() < 2501) == (True, True)


def test_ground_control_points_and_lost_coordinate_systems_are_told(tmp_path):
    values = ramp(1, 32, 32)
    write_raster(tmp_path / "a.tif", values, crs=None, transform=Affine(10, 0, 500_000, 0, -10, 5_500_000))
    (said,) = oddities(tmp_path / "a.tif")
    assert "not in which coordinate system" in said
    points = [GroundControlPoint(row, column, 15 + column, 50 - row) for row in (0, 32) for column in (0, 32)]
    with rasterio.open(tmp_path / "b.tif", "w", driver="GTiff", count=1, width=32, height=32, dtype="uint8") as target:
        target.write(values)
        target.gcps = (points, "EPSG:4326")
    (said,) = oddities(tmp_path / "b.tif")
    assert said.startswith("It is placed by 4 ground control points")


def test_further_pages_are_counted(tmp_path):
    for page in range(3):
        with rasterio.open(
            tmp_path / "a.tif",
            "w",
            driver="GTiff",
            count=1,
            width=8,
            height=8,
            dtype="uint8",
            append_subdataset=page > 0,
        ) as target:
            target.write(ramp(1, 8, 8))
    (said,) = oddities(tmp_path / "a.tif")
    assert said.startswith("It has 3 pages, of which the first is read.")


def labels(classes=5, patch=8, seed=0):
    coarse = np.random.default_rng(seed).integers(0, classes, (1, 12, 12))
    return coarse.repeat(patch, 1).repeat(patch, 2).astype(np.uint8)


@pytest.mark.parametrize("classes", [2, 5, 30])
def test_a_map_of_classes_is_asked_about(tmp_path, classes):
    (said,) = oddities(write_raster(tmp_path / "a.tif", labels(classes)))
    assert said.startswith(f"Import it as labels? It looks like a map of classes: {classes} different whole numbers")


def test_pictures_and_heights_are_not_taken_for_classes(tmp_path):
    noise = np.random.default_rng(0).integers(0, 20, (1, 96, 96)).astype(np.uint8)
    for number, values in enumerate([noise, labels().astype(np.float32), np.full((1, 64, 64), 7, np.uint8)]):
        assert oddities(write_raster(tmp_path / f"{number}.tif", values)) == []
    assert oddities(write_raster(tmp_path / "rgb.tif", labels().repeat(3, 0))) == []
