"""metric_crs: rasters in degrees are cut in metres where one zone holds them, and stay in degrees where none does."""

import numpy as np
import pytest
from affine import Affine
from pyproj import Transformer

from mlcore.raster.info import RasterInfo
from mlcore.raster.lattice import block_on, proposed_for
from mlcore.raster.metric import ground_resolution, metric_crs
from mlcore.raster.read import read_chip
from mlcore.sensors import unknown_sensor
from tests.rasters import write_raster


def raster(west, north, step, *, size=(100, 100), crs="EPSG:4326", turn=0.0):
    """Return a raster of so many columns and rows."""
    across, down = (step, step) if isinstance(step, float | int) else step
    affine = Affine.translation(west, north) @ Affine.rotation(turn) @ Affine.scale(across, -down)
    return RasterInfo("GTiff", *size, 1, "uint8", crs, tuple(affine)[:6], None, (None,), True, {})


def test_it_works():
    info = raster(15, 48, 9e-5, size=(2000, 1000))
    lattice = proposed_for(info, 64)
    assert (lattice.crs, lattice.transform[0], lattice.transform[4]) == ("EPSG:32633", 8.2, -8.2)
    column, row, columns, rows = block_on(lattice, info)
    assert (column, row) == (0, 0)
    assert columns * 64 * 8.2 == pytest.approx(2000 * 6.7, abs=600)
    assert rows * 64 * 8.2 == pytest.approx(1000 * 10, abs=600)


@pytest.mark.parametrize(
    ("info", "crs"),
    [
        (raster(-71, -33, 1e-3), "EPSG:32719"),
        (raster(190, -10, 1e-4), "EPSG:32702"),  # 0..360
        (raster(359.9, 51, 1e-3), "EPSG:32630"),
        (raster(179.8, 10, 1e-3, size=(400, 400)), "EPSG:32601"),  # across the antimeridian
        (raster(-180.2, 10, 1e-3, size=(400, 400)), "EPSG:32601"),
        (raster(10, 0.05, 1e-3), "EPSG:32632"),  # across the equator
        (raster(15, 88, 1e-3), "EPSG:3413"),
        (raster(15, -82, 1e-3), "EPSG:3031"),
        (raster(-180, 90, 0.1, size=(3600, 20)), "EPSG:3413"),
        (raster(-180, 90, 1, size=(360, 25)), "EPSG:3413"),  # all beyond 65
        (raster(0, -65, 0.25, size=(1440, 100)), "EPSG:3031"),
        (raster(-180.5, 90.5, 1, size=(361, 20)), "EPSG:3413"),  # centres of pixels on the pole
        (raster(6, 55, 9e-3, size=(1000, 1000)), "EPSG:32632"),  # a country of 9 degrees
        (raster(0, 79, (0.02, 0.005), size=(800, 800)), "EPSG:32632"),  # 16 degrees, far north: 350 km
        (raster(-100, 40, 1e-3, crs="EPSG:4267"), "EPSG:32614"),  # another datum
        (raster(0.5, 54, 1e-3, crs="EPSG:4807"), "EPSG:32631"),  # grads from Paris
        (raster(10, 40, 1e-3, turn=30), "EPSG:32632"),
        (raster(10, 40, (1e-3, -1e-3)), "EPSG:32632"),  # south up
        (raster(-180, 90, 1, size=(360, 180)), None),
        (raster(0, 90, 1, size=(360, 180)), None),
        (raster(-10, 65, 0.01, size=(4000, 3000)), None),
        (raster(500_000, 5_500_000, 10, crs="EPSG:32633"), None),  # in metres as it is
        (raster(980_000, 200_000, 1, crs="EPSG:2263"), None),  # in feet: a system of its own
        (raster(0, 0, 1, crs=None), None),
    ],
)
def test_the_zone_of_the_centre_is_chosen(info, crs):
    assert metric_crs(info) == crs
    lattice = proposed_for(info, 64)
    assert lattice.crs == (crs or info.crs)
    if info.crs:
        assert block_on(lattice, info) is not None


@pytest.mark.parametrize("latitude", [0.05, 30, 60, 80, 88])
def test_a_pixel_of_the_lattice_is_as_large_as_one_of_the_raster(latitude):
    info = raster(15, latitude, 1e-3)
    expected = 111.2 * np.sqrt(np.cos(np.radians(latitude - 0.05)))
    assert ground_resolution(info, metric_crs(info)) == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize(("north", "south", "crs"), [(90, 70, "EPSG:3413"), (-70, -90, "EPSG:3031")])
@pytest.mark.parametrize("west", [-180, 0])
def test_a_cap_around_a_pole_is_read_without_a_seam(tmp_path, north, south, crs, west):
    longitudes = np.radians(np.arange(720) / 2 + 0.25 + west)
    latitudes = north - np.arange(40)[:, None] / 2 - 0.25
    away = 90 - np.abs(latitudes)
    values = (50 + away * np.cos(longitudes))[None].astype("float32")
    path = write_raster(tmp_path / "cap.tif", values, crs="EPSG:4326", transform=Affine(0.5, 0, west, 0, -0.5, north))
    info = raster(west, north, 0.5, size=(720, 40))
    lattice = proposed_for(info, 64)
    assert lattice.crs == crs
    column, row, columns, rows = block_on(lattice, info)
    shown = np.block([
        [read_chip(path, unknown_sensor(1), lattice, x, y).pixels[0] for x in range(column, column + columns)]
        for y in range(row, row + rows)
    ])  # fmt: skip
    seen = np.block([
        [read_chip(path, unknown_sensor(1), lattice, x, y).mask for x in range(column, column + columns)]
        for y in range(row, row + rows)
    ])  # fmt: skip
    a, _, left, _, e, top = lattice.transform
    y, x = np.mgrid[: shown.shape[0], : shown.shape[1]] + 0.5
    lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(left + a * x, top + e * y)
    inside = np.abs(lat) > 71
    assert seen[inside].all()
    expected = 50 + (90 - np.abs(lat)) * np.cos(np.radians(lon))
    assert np.abs(shown - expected)[inside].max() < 0.3
