"""Clouds as rasters: what each pixel says of its points, in any unit, and clouds that cannot be."""

import os
import struct
from pathlib import Path

import laspy
import numpy as np
import pytest
import rasterio

from mlcore.containers import Bundle, container_of, get_container
from mlcore.errors import BadGeoreference, MLCoreError
from mlcore.pillars import pillar_sensor
from mlcore.raster.grid import GridSpec
from mlcore.readers import get_reader
from tests.clouds import CORNER, write_cloud, write_copc
from tests.rasters import real_file

CLOUDS = get_container("points")


def unfold(path: Path, folder: Path) -> tuple:
    target = folder / "out"
    target.mkdir(exist_ok=True)
    bundle = Bundle(path.name, {path.name: path})
    assert "points" in CLOUDS.peek(bundle)
    (layer,) = CLOUDS.unfold(bundle, target, progress=lambda share: None)
    raster = rasterio.open(target / layer.file)
    names = [band.name for band in layer.sensor.bands]
    return dict(zip(names, raster.read(), strict=True)), raster, layer


@pytest.mark.parametrize("name", ["a.las", "a.laz", "a.copc.laz"])
def test_it_works(tmp_path: Path, name: str) -> None:
    path = (write_copc if "copc" in name else write_cloud)(tmp_path / name)
    assert container_of(path, name) == "points"
    bands, raster, layer = unfold(path, tmp_path)
    assert (raster.crs.to_epsg(), layer.kind, raster.shape) == (32632, "points", (20, 20))
    tree, level = (slice(0, 10), slice(0, 10)), (slice(10, 20), slice(10, 20))
    assert set(np.unique(bands["Z"][tree])) == {10}
    assert set(np.unique(bands["Z"][level])) == {0}
    assert bands["H"][tree].max() == pytest.approx(1)  # a tenth of 10 m
    np.testing.assert_allclose(bands["S3"][tree], 0.5)
    np.testing.assert_allclose(bands["D"][level], np.log10(5), rtol=1e-5)
    np.testing.assert_allclose(bands["I"][level], 0.25)
    assert bands["I"][tree].mean() == pytest.approx(0.625)


def test_a_model_reads_the_same_pillars_as_of_the_points(tmp_path: Path) -> None:
    path = write_cloud(tmp_path / "a.laz")
    _, raster, layer = unfold(path, tmp_path)
    grid = GridSpec("EPSG:32632", (2, 0, CORNER[0], 0, -2, CORNER[1]), 20)
    points = get_reader("points")
    own = points.chip(path, pillar_sensor(2), grid, 0, 0)
    gridded = points.chip(Path(raster.name), layer.sensor, grid, 0, 0)
    assert gridded.sensor.bands == pillar_sensor(2).bands
    np.testing.assert_array_equal(gridded.mask, own.mask)
    np.testing.assert_allclose(gridded.pixels[:, own.mask], own.pixels[:, own.mask], atol=1e-5)


@pytest.mark.parametrize(
    ("name", "epsg", "says"),
    [
        ("pointcloud/pdal_autzen_trim.las", 2994, "Its heights are in feet, and are turned into metres."),
        ("pointcloud/lidR_MixedConifer.laz", 26912, "37,657 points are gridded at 1 m"),
        ("pointcloud/lidR_Topography.laz", 2949, "73,403 points"),
        ("pointcloud/lidR_dbh.laz", None, "no coordinate system: state that of the scene"),
        ("pointcloud/pdal_lone-star.copc.laz", None, "no coordinate system"),
        ("neon_trees/SJER_JERC/SJER_052.laz", None, "92,482 points are gridded at 0.25 m"),
    ],
)
def test_real_clouds_are_gridded(tmp_path: Path, name: str, epsg: int | None, says: str) -> None:
    path = real_file(name)
    bands, raster, layer = unfold(path, tmp_path)
    assert (raster.crs.to_epsg() if raster.crs else None) == epsg
    assert says in " ".join(layer.remarks)
    with laspy.open(path) as cloud:
        count, high = cloud.header.point_count, cloud.header.maxs[2]
    assert np.nansum(10 ** bands["D"] - 1) == pytest.approx(count, rel=1e-3)
    unit = 0.3048 if epsg == 2994 else 1
    assert np.nanmax(bands["Z"]) == pytest.approx(high * unit, abs=0.02)


def test_times_of_the_points_tell_the_day(tmp_path: Path) -> None:
    _, raster, _ = unfold(real_file("pointcloud/lidR_Topography.laz"), tmp_path)
    assert raster.tags()["ACQUISITION_TIME"].startswith("2018-09-07")


def test_geocentric_coordinates_are_refused(tmp_path: Path) -> None:
    header = laspy.LasHeader(point_format=6, version="1.4")
    header.scales, header.offsets = np.full(3, 0.01), np.array([4e6, 1e6, 4.8e6])
    cloud = laspy.LasData(header)
    cloud.x, cloud.y, cloud.z = 4e6 + np.arange(100.0), 1e6 + np.arange(100.0), 4.81e6 + np.arange(100.0)
    cloud.write(tmp_path / "a.las")
    with pytest.raises(BadGeoreference, match="geocentric"):
        CLOUDS.peek(Bundle("a.las", {"a.las": tmp_path / "a.las"}))


def test_damaged_clouds_are_refused(tmp_path: Path) -> None:
    whole = write_cloud(tmp_path / "a.laz").read_bytes()
    rng = np.random.default_rng(0)
    for number in range(20):
        content = bytearray(whole[: len(whole) // 2] if number == 0 else whole)
        if number:
            at = int(rng.integers(100, len(content) - 8))
            struct.pack_into("<q", content, at, int(rng.integers(-(2**62), 2**62)))
        path = tmp_path / f"{number}.laz"
        path.write_bytes(content)
        try:
            unfold(path, tmp_path)
        except MLCoreError as error:
            assert len(str(error)) < 400
        os.unlink(path)
