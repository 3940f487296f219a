"""Map tiles have a price limit: at every zoom, of any coordinate system, across the antimeridian and at the poles."""

import io
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import shapely
from affine import Affine
from numpy.typing import NDArray
from PIL import Image

from mlcore.errors import OutsideRaster
from mlcore.raster.cog import to_cog
from mlcore.raster.info import footprint, inspect
from mlcore.raster.web_map import render_tile
from tests.rasters import Style, ramp, write_raster

COLOURS = Style((0, 1, 2), ((0, 255),) * 3)
DEEPEST = 24
MOST_SECONDS = 0.06  # of one processor
MOST_BYTES = 48 * 2**20
SCENES = {  # crs, west, north, metres or degrees a pixel, side in pixels, turned by degrees
    "small": ("EPSG:32632", 500_000, 5_000_000, 10, 380, 0),
    "turned": ("EPSG:32632", 500_000, 5_000_000, 10, 380, 30),
    "centimetres": ("EPSG:2056", 2_600_000, 1_200_000, 0.05, 700, 0),
    "across the antimeridian": ("EPSG:32660", 830_000, 2_000_000, 100, 1000, 0),
    "beyond the map's edge": ("EPSG:3857", 19_900_000, 1_000_000, 500, 700, 0),
    "a continent": ("EPSG:3035", 2_500_000, 5_500_000, 3000, 1200, 0),
    "the world": ("EPSG:4326", -180, 90, 0.36, 1000, 0),
    "the world from Greenwich": ("EPSG:4326", 0, 90, 0.36, 1000, 0),
    "the north pole": ("EPSG:3413", -3_000_000, 3_000_000, 6000, 1000, 0),
    "the south pole": ("EPSG:3031", -3_000_000, 3_000_000, 6000, 1000, 0),
}


@pytest.fixture(scope="module", params=SCENES)
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    crs, west, north, step, side, turned = SCENES[request.param]
    folder = tmp_path_factory.mktemp("scene")
    place = Affine(step, 0, west, 0, -step, north) @ Affine.rotation(turned)
    height = side // 2 if "world" in request.param else side
    source = write_raster(folder / "source.tif", ramp(3, height, side), crs=crs, transform=place)
    to_cog(source, folder / "scene.tif", inspect(source))
    return folder / "scene.tif"


def _tile_at(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    x = (lon + 180) / 360 * 2**z
    y = (1 - np.arcsinh(np.tan(np.radians(np.clip(lat, -85, 85)))) / np.pi) / 2 * 2**z
    return z, *(min(max(int(value), 0), 2**z - 1) for value in (x, y))


def _tiles_of(scene: Path) -> Iterator[tuple[int, int, int]]:
    """Return tiles at every zoom: in each part of the scene's outline and on its edge."""
    outline = footprint(inspect(scene))
    assert outline is not None
    for part in getattr(outline, "geoms", [outline]):
        inside = part.representative_point()
        places = [(inside.x, inside.y), *shapely.get_coordinates(part.exterior)[:1].tolist()]
        yield from {_tile_at(*place, z) for place in places for z in range(DEEPEST + 1)}


def _image(png: bytes) -> NDArray[np.uint8]:
    return np.array(Image.open(io.BytesIO(png)).convert("RGBA"))


def _seconds(scene: Path, tile: tuple[int, int, int]) -> float:
    began = time.thread_time()
    with suppress(OutsideRaster):
        render_tile(scene, *tile, COLOURS)
    return time.thread_time() - began


def test_every_zoom_has_its_price(scene: Path) -> None:
    tiles = list(_tiles_of(scene))
    render_tile(scene, *_tile_at(*_middle(scene), 0), COLOURS)  # transformations are made once a process
    dear = [tile for tile in tiles if _seconds(scene, tile) > MOST_SECONDS]
    again = {tile: min(_seconds(scene, tile) for _ in range(4)) for tile in dear}  # the machine may have been busy
    assert {tile: cost for tile, cost in again.items() if cost > MOST_SECONDS} == {}


def test_memory_is_flat(scene: Path) -> None:
    tracemalloc.start()
    try:
        for tile in list(_tiles_of(scene))[::5]:
            _seconds(scene, tile)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


def test_the_scene_shows_at_every_zoom(scene: Path) -> None:
    for z in range(DEEPEST + 1):
        pixels = _image(render_tile(scene, *_tile_at(*_middle(scene), z), COLOURS))
        assert pixels[..., 3].any(), f"nothing at zoom {z}"


def _middle(scene: Path) -> tuple[float, float]:
    outline = footprint(inspect(scene))
    assert outline is not None
    point = outline.representative_point()
    return point.x, point.y


def test_a_scene_that_would_be_a_few_pixels_is_an_outline(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ramp(3, 379, 380))
    for z in (0, 3, 6):
        pixels = _image(render_tile(path, *_tile_at(*_middle(path), z), COLOURS))
        rows, columns = np.nonzero(pixels[..., 3])
        assert 4 <= len(rows) <= 40
        assert np.ptp(rows) <= 6 and np.ptp(columns) <= 6
        assert pixels[rows[0], columns[0], 2] > pixels[rows[0], columns[0], 0]  # in the outline's blue
    near = _image(render_tile(path, *_tile_at(*_middle(path), 13), COLOURS))
    assert len(np.unique(near.reshape(-1, 4), axis=0)) > 100  # the picture itself


def test_both_sides_of_the_antimeridian_show(tmp_path: Path) -> None:
    path = write_raster(
        tmp_path / "a.tif", ramp(3, 400, 400), crs="EPSG:32660", transform=Affine(500, 0, 730_000, 0, -500, 2_000_000)
    )
    outline = footprint(inspect(path))
    assert outline is not None
    shown = []
    for part in outline.geoms:
        point = part.representative_point()
        shown.append((point.x > 0, _image(render_tile(path, *_tile_at(point.x, point.y, 8), COLOURS))[..., 3].any()))
    assert sorted(shown) == [(False, True), (True, True)]
