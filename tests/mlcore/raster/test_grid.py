"""GridSpec: tiles of a lattice, and rasters that lie on it."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from affine import Affine

from mlcore.raster.grid import GridSpec, grid_for
from mlcore.raster.info import RasterInfo

INFO = RasterInfo(
    driver="GTiff",
    width=150,
    height=100,
    count=1,
    dtype="uint8",
    crs="EPSG:32632",
    transform=(10, 0, 500_000, 0, -10, 5_000_000),
    nodata=None,
    descriptions=(None,),
    is_cog=True,
    tags={},
)


def _moved(info: RasterInfo, affine: Affine) -> RasterInfo:
    return replace(info, transform=tuple(affine)[:6])


def test_it_works() -> None:
    grid = grid_for(INFO, 64)
    assert grid.tile_range(INFO) == (0, 0, 3, 2)
    assert grid.tile_bounds(1, 0) == (500_640, 4_999_360, 501_280, 5_000_000)
    assert tuple(grid.tile_transform(1, 1))[:6] == (10, 0, 500_640, 0, -10, 4_999_360)
    assert grid.tile_polygon(0, 0).area == 640 * 640
    window = grid.window(INFO, 2, 1)
    assert (window.col_off, window.row_off, window.width, window.height) == (128, 64, 64, 64)


def test_a_scene_that_fills_its_tiles_touches_no_more() -> None:
    grid = grid_for(replace(INFO, width=128, height=64), 64)
    assert grid.tile_range(replace(INFO, width=128, height=64)) == (0, 0, 2, 1)


def test_rounding_in_a_file_adds_no_tile() -> None:
    grid = grid_for(INFO, 64)
    neighbour = _moved(replace(INFO, width=64, height=64), INFO.affine @ Affine.translation(64 + 1e-7, -1e-7))
    assert grid.tile_range(neighbour) == (1, 0, 1, 1)


def test_tiles_west_and_north_of_the_origin_have_negative_numbers() -> None:
    grid = grid_for(INFO, 64)
    west = _moved(INFO, INFO.affine @ Affine.translation(-100, -70))
    assert grid.matches(west)
    assert grid.tile_range(west) == (-2, -2, 3, 3)


def test_a_finer_scene_joins_with_larger_windows() -> None:
    grid = grid_for(INFO, 64)
    fine = _moved(INFO, INFO.affine @ Affine.scale(0.25))
    assert grid.matches(fine)
    window = grid.window(fine, 0, 0)
    assert (window.width, window.height) == (256, 256)
    assert grid.tile_range(fine) == (0, 0, 1, 1)


@pytest.mark.parametrize(
    "affine",
    [
        INFO.affine @ Affine.scale(9),
        INFO.affine @ Affine.scale(0.1),
        INFO.affine @ Affine.rotation(5),
        INFO.affine @ Affine.scale(1, -1),
    ],
)
def test_scenes_of_another_scale_or_direction_do_not_join(affine: Affine) -> None:
    assert not grid_for(INFO, 64).matches(_moved(INFO, affine))


def test_scenes_of_another_zone_do_not_join() -> None:
    assert not grid_for(INFO, 64).matches(replace(INFO, crs="EPSG:32633"))


def test_image_coordinates_never_share_a_grid() -> None:
    image = replace(INFO, crs=None, transform=(1, 0, 0, 0, 1, 0))
    grid = grid_for(image, 64)
    assert not grid.matches(image)
    assert grid.tile_range(image) == (0, 0, 3, 2)
    assert grid.tile_polygons_wgs84(np.array([0]), np.array([0])).tolist() == [None]
    assert grid.tile_bounds(1, 1) == (64, 64, 128, 128)


def test_a_rotated_scene_gets_tiles_of_its_own_direction() -> None:
    info = _moved(INFO, INFO.affine @ Affine.rotation(30))
    grid = grid_for(info, 50)
    assert grid.matches(info)
    assert grid.tile_range(info) == (0, 0, 3, 2)
    tile = grid.tile_polygon(0, 0)
    assert tile.area == pytest.approx(500 * 500)
    assert tile.envelope.area > 1.5 * tile.area


def test_many_tiles_are_transformed_at_once() -> None:
    grid = grid_for(INFO, 64)
    cols, rows = (axis.ravel() for axis in np.meshgrid(np.arange(30), np.arange(20)))
    polygons = grid.tile_polygons_wgs84(cols, rows)
    assert len(polygons) == 600
    assert shapely.is_valid(polygons).all()
    assert {len(polygon.exterior.coords) for polygon in polygons} == {5}
    assert polygons[31].equals(grid.tile_polygons_wgs84(np.array([1]), np.array([1]))[0])
    assert shapely.union_all(polygons).area == pytest.approx(shapely.area(polygons).sum(), rel=1e-3)


@pytest.mark.parametrize("crs", ["EPSG:3031", "EPSG:3413"])
@pytest.mark.parametrize("corner", [-640_000, -300_000])
def test_tiles_at_a_pole_are_valid_and_cover_it(crs: str, corner: float) -> None:
    grid = GridSpec(crs, (10_000, 0, corner, 0, -10_000, -corner), 64)
    cols, rows = (axis.ravel() for axis in np.meshgrid(np.arange(2), np.arange(2)))
    polygons = grid.tile_polygons_wgs84(cols, rows)
    assert shapely.is_valid(polygons).all()
    assert shapely.bounds(polygons)[:, 0].min() >= -180
    cap = shapely.union_all(polygons)
    inside = [cap.contains(shapely.Point(lon, 88 if crs == "EPSG:3413" else -88)) for lon in range(-175, 180, 10)]
    assert np.mean(inside) > 0.95


def test_tiles_across_the_antimeridian_are_split() -> None:
    grid = GridSpec("EPSG:4326", (0.1, 0, 175, 0, -0.1, 10), 64)
    west, east = grid.tile_polygons_wgs84(np.array([0, 1]), np.array([0, 0]))
    assert west.geom_type == "MultiPolygon"
    assert east.bounds == pytest.approx((-178.6, 3.6, -172.2, 10))
