"""Rendering: map tiles, chips and overviews as PNG."""

import io
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray
from PIL import Image
from rasterio.warp import transform_bounds
from rio_tiler.io import Reader

from mlcore.errors import OutsideRaster
from mlcore.raster.cog import to_cog
from mlcore.raster.grid import grid_for
from mlcore.raster.info import inspect
from mlcore.raster.render import render_chip, render_overview
from mlcore.raster.statistics import BandStatistics
from mlcore.raster.web_map import render_tile
from tests.rasters import Style, ramp, sample_scene, write_raster

PLAIN = Style((0, 1, 2), ((0, 255),) * 3)
GREY = Style((0,), ((0, 255),))


def _image(png: bytes) -> NDArray[np.uint8]:
    assert png.startswith(b"\x89PNG")
    return np.array(Image.open(io.BytesIO(png)).convert("RGBA"))


def _tile_of(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    x = int((lon + 180) / 360 * 2**z)
    y = int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**z)
    return z, x, y


def test_it_works(tmp_path: Path) -> None:
    values = np.zeros((3, 400, 400), "uint8")
    values[0, :, :200], values[1, :, 200:] = 200, 100
    path = write_raster(tmp_path / "a.tif", values, crs="EPSG:3857", transform=Affine(100, 0, 0, 0, -100, 40_000))
    pixels = _image(render_tile(path, 10, 512, 511, PLAIN))
    assert pixels.shape == (256, 256, 4)
    # the scene is 40 km wide and high, the tile 39.1 km, both with their lower left corner at the origin
    assert pixels[128, 60].tolist() == [200, 0, 0, 255]
    assert pixels[128, 200].tolist() == [0, 100, 0, 255]
    assert np.flatnonzero(pixels[128, :, 1])[0] == pytest.approx(20_000 / 39_135.76 * 256, abs=1)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32632", "EPSG:3035"])
@pytest.mark.parametrize("zoom", [8, 11, 14])
def test_a_tile_shows_what_a_warp_would_show(tmp_path: Path, crs: str, zoom: int) -> None:
    smooth = np.add.outer(np.arange(1000), np.arange(1000)) / 10 + 20
    values = np.stack([smooth, smooth[::-1], smooth[:, ::-1]]).astype("uint8")
    west, south, east, north = transform_bounds("EPSG:4326", crs, 9.0, 45.0, 9.4, 45.3)
    place = rasterio.transform.from_bounds(west, south, east, north, 1000, 1000)
    source = write_raster(tmp_path / "a.tif", values, crs=crs, transform=place)
    path = tmp_path / "cog.tif"
    to_cog(source, path, inspect(source))
    z, x, y = _tile_of(9.21, 45.14, zoom)
    ours = _image(render_tile(path, z, x, y, PLAIN))
    with Reader(str(path)) as reader:
        peer = reader.tile(x, y, z)
    both = (ours[..., 3] > 0) & (peer.mask > 0)
    assert both.sum() > 0.98 * max((ours[..., 3] > 0).sum(), (peer.mask > 0).sum()) - 60
    differences = np.abs(ours[..., :3].astype(int) - np.moveaxis(peer.data, 0, -1))[both]
    assert np.median(differences) <= 1
    assert np.percentile(differences, 95) <= 6


@pytest.mark.parametrize("tile", [(10, 0, 0), (5, 40, 2), (-1, 0, 0), (40, 0, 0)])
def test_a_tile_elsewhere_is_outside(tmp_path: Path, tile: tuple[int, int, int]) -> None:
    with pytest.raises(OutsideRaster):
        render_tile(write_raster(tmp_path / "a.tif"), *tile, PLAIN)


def test_a_scene_without_place_has_no_map(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", crs=None)
    with pytest.raises(OutsideRaster, match="image coordinates only"):
        render_tile(path, 0, 0, 0, PLAIN)


def test_nodata_is_transparent(tmp_path: Path) -> None:
    values = ramp(1, 400, 400)
    values[:, :, :200] = 0
    place = Affine(100, 0, 0, 0, -100, 40_000)
    path = write_raster(tmp_path / "a.tif", values, nodata=0, crs="EPSG:3857", transform=place)
    pixels = _image(render_tile(path, 10, 512, 511, GREY))
    assert not pixels[:, :125, 3].any()
    assert pixels[10:, 140:, 3].all()


@pytest.mark.parametrize(("west", "column"), [(175, 7), (-185, 0)])
def test_a_scene_across_the_antimeridian_shows_on_the_side_of_its_numbers(
    tmp_path: Path, west: float, column: int
) -> None:
    place = Affine(0.1, 0, west, 0, -0.1, 5)
    path = write_raster(tmp_path / "a.tif", ramp(1, 100, 100), crs="EPSG:4326", transform=place)
    assert _image(render_tile(path, 3, column, 4, GREY))[..., 3].any()


@pytest.mark.parametrize("crs", ["EPSG:3031", "EPSG:3413"])
def test_a_polar_scene_shows_at_low_zoom(tmp_path: Path, crs: str) -> None:
    path = write_raster(
        tmp_path / "a.tif", ramp(1, 200, 200), crs=crs, transform=Affine(20_000, 0, -2e6, 0, -20_000, 2e6)
    )
    pixels = _image(render_tile(path, 0, 0, 0, GREY))
    rows = np.flatnonzero(pixels[..., 3].any(axis=1))
    assert (50 < rows.max() < 70) if crs == "EPSG:3413" else (186 < rows.min() < 206)


def test_a_world_map_shows_at_zoom_0(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ramp(3, 180, 360), crs="EPSG:4326", transform=Affine(1, 0, -180, 0, -1, 90))
    assert _image(render_tile(path, 0, 0, 0, PLAIN))[..., 3].all()


def test_a_chip_is_shown_in_its_own_pixels(tmp_path: Path) -> None:
    values = ramp(3, 100, 100)
    path = write_raster(tmp_path / "a.tif", values, crs=None)
    grid = grid_for(inspect(path), 64)
    pixels = _image(render_chip(path, grid, 0, 0, PLAIN))
    np.testing.assert_array_equal(pixels[..., :3], np.moveaxis(values[:, :64, :64], 0, -1))
    edge = _image(render_chip(path, grid, 1, 1, PLAIN, margin_px=8, size=160))
    assert edge.shape == (160, 160, 4)
    assert edge[:80, :80, 3].all()
    assert not edge[100:, :, 3].any()
    assert len(np.unique(edge[:80:2, :80:2].reshape(-1, 4), axis=0)) > 100


def test_an_overview_keeps_the_shape(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ramp(3, 300, 600))
    assert _image(render_overview(path, PLAIN, size=100)).shape == (50, 100, 4)
    assert _image(render_overview(path, GREY, size=2000)).shape == (300, 600, 4)


def _statistics(count: int) -> tuple[BandStatistics, ...]:
    return tuple(BandStatistics(index, 100 + index, 50, 10, 5 + index, 90 + index, 1) for index in range(count))


def test_a_scene_that_is_stored_south_up_is_previewed_north_up(tmp_path: Path) -> None:
    values = ramp(3, 30, 40)
    north_up = write_raster(tmp_path / "north.tif", values)
    south_up = write_raster(tmp_path / "south.tif", values[:, ::-1], transform=Affine(10, 0, 500_000, 0, 10, 4_999_700))
    assert (_image(render_overview(south_up, PLAIN)) == _image(render_overview(north_up, PLAIN))).all()


def test_gamma_lightens() -> None:
    dark = np.full((1, 1, 1), 64, np.float32)
    assert Style((0,), ((0, 255),), gamma=2).colour(dark) > GREY.colour(dark)


def test_the_demo_scene_shows_a_lake() -> None:
    path = sample_scene()
    pixels = _image(render_tile(path, *_tile_of(-112.7, 40.8, 10), Style((4,), ((0, 150),))))
    assert pixels[..., 3].mean() > 100
    assert pixels[..., 0].std() > 20


def test_a_scene_without_overviews_is_thinned_out(tmp_path: Path) -> None:
    values = np.full((1, 2100, 2100), 90, "uint8")
    values[:, :, 1050:] = 200
    place = Affine(1000, 0, -1_050_000, 0, -1000, 1_050_000)
    pixels = _image(
        render_tile(write_raster(tmp_path / "a.tif", values, crs="EPSG:3857", transform=place), 0, 0, 0, GREY)
    )
    shown = pixels[128][pixels[128, :, 3] > 0][:, 0]
    assert len(shown) == pytest.approx(2100 / 40_075 * 256, abs=1.5)
    assert (shown[2], shown[-3]) == (90, 200)
