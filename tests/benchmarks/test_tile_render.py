"""Map tiles beside plain rio-tiler in one run: `pytest tests/benchmarks/test_tile_render.py --benchmark-enable`."""

from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import morecantile
import numpy as np
import pytest
from rio_tiler.io import Reader

from mlcore.raster.cog import to_cog
from mlcore.raster.info import footprint, inspect
from mlcore.raster.render import Style
from mlcore.raster.statistics import statistics
from mlcore.raster.web_map import render_tile
from tests.rasters import sample_scene, write_raster

Tile = tuple[int, int, int]


def _twelve_bands(folder: Path) -> Path:
    noise = np.random.default_rng(0).normal(3000, 500, (12, 1500, 1500)).astype("uint16")
    return write_raster(folder / "twelve.tif", noise)


@pytest.fixture(params=["landsat-7-bands", "synthetic-12-bands"], scope="module")
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Style, list[Tile]]:
    folder = tmp_path_factory.mktemp("scene")
    source = sample_scene() if request.param.startswith("landsat") else _twelve_bands(folder)
    path, info = folder / "scene.tif", inspect(source)
    to_cog(source, path, info)
    ranges = tuple((band.p2, band.p98) for band in statistics(path)[:3])
    squares = morecantile.tms.get("WebMercatorQuad").tiles(*footprint(info).bounds, zooms=list(range(9, 14)))
    return path, Style((2, 1, 0), ranges), [(tile.z, tile.x, tile.y) for tile in squares][:200]


def _ours(path: Path, style: Style, tile: Tile) -> bytes:
    return render_tile(path, *tile, style)


def _rio_tiler(path: Path, style: Style, tile: Tile) -> bytes:
    z, x, y = tile
    with Reader(str(path)) as reader:
        image = reader.tile(x, y, z, indexes=[band + 1 for band in style.bands])
    image.rescale(in_range=style.ranges, out_range=((0, 255),))
    return image.render(img_format="PNG", zlevel=1)


@pytest.mark.parametrize("render", [_ours, _rio_tiler], ids=["ours", "rio-tiler"])
def test_it_renders_a_map_tile(benchmark, scene, render: Callable[[Path, Style, Tile], bytes]) -> None:
    path, style, tiles = scene
    order = cycle(tiles)
    png = benchmark.pedantic(lambda: render(path, style, next(order)), rounds=len(tiles), warmup_rounds=3)
    assert png.startswith(b"\x89PNG")
    if benchmark.stats:
        times = np.sort(benchmark.stats.stats.data) * 1000
        p50, p95 = np.percentile(times, (50, 95))
        benchmark.extra_info |= {"p50_ms": round(p50, 2), "p95_ms": round(p95, 2), "tiles": len(tiles)}
