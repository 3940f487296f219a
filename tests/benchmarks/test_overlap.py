"""How long it takes to work out which scene shows which tile how far and how clearly, and to move a map over them."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from django.conf import settings

from annotation.ingest.covering import cover_scenes
from annotation.models import Asset, Coverage, Project, Scene
from mlcore.raster.info import inspect
from mlcore.sensors import unknown_sensor
from tests import factories
from tests.rasters import UTM, write_raster

SIDE = 32  # px of a tile
PIXEL = 10.0  # m
ACROSS, DOWN, OVER = 20, 25, 5  # tiles from scene to scene, and how many more each shows
MOST_TABLE_S, MOST_MOVE_MS = 60, 150

pytestmark = pytest.mark.django_db


def add_scenes(project: Project, columns: int, rows: int) -> int:
    """Write scenes with a mask of clouds, each over the next ones' edges."""
    grid = project.grids.get()
    width, height = ACROSS + OVER, DOWN + OVER
    pixels = np.random.default_rng(1).integers(1, 3000, (2, height * SIDE, width * SIDE), np.uint16)
    pixels[1] = np.where(pixels[1] % 3 == 0, 9, 4)
    for number in range(columns * rows):
        column, row = number % columns * ACROSS, number // columns * DOWN
        place = grid.spec().affine @ Affine.translation(column * SIDE, row * SIDE)
        path = Path(settings.DATA_DIR) / f"{number}.tif"
        write_raster(path, pixels, transform=place, crs=UTM, descriptions=("B02", "SCL"), tiled=True, blockxsize=256,
                     blockysize=256, compress="deflate", overviews=(2, 4))  # fmt: skip
        asset = Asset.objects.create(
            sha256=hashlib.sha256(path.name.encode()).hexdigest(), path=path.name, size=1,
            facts=inspect(path).to_dict() | {"statistics": []},
        )  # fmt: skip
        Scene.objects.create(
            project=project, grid=grid, asset=asset, name=path.name, sensor=unknown_sensor(1).to_dict(),
            first_column=column, first_row=row, columns=width, rows=height,
        )  # fmt: skip
    return columns * rows


@pytest.fixture
def covered(project, benchmark):
    """Return how many scenes lie over how many tiles."""
    columns, rows = (20, 10) if benchmark.enabled else (2, 1)
    tiles = factories.make_tiles(project, columns * ACROSS, rows * DOWN)
    factories.analyse()
    return add_scenes(project, columns, rows), len(tiles)


def test_overlap_table(project, covered, benchmark):
    count, tiles = covered
    made = benchmark.pedantic(cover_scenes, args=(project,), rounds=1)
    rows = Coverage.objects.filter(scene__project=project)
    assert (made, rows.values("tile").distinct().count()) == (count, tiles)
    assert rows.filter(cloud__gt=0.2, cloud__lt=0.5, valid=1).count() == rows.count()
    if benchmark.enabled:
        benchmark.extra_info |= {"rows": rows.count()}
        assert benchmark.stats.stats.max <= MOST_TABLE_S


def test_map_move(api, project, covered, bob, benchmark):
    cover_scenes(project)
    factories.analyse()
    grid, client = project.grids.get(), api(bob)
    corners = np.random.default_rng(2).integers(0, 20, (500, 2))
    moves = iter(corners.tolist())

    def move():
        column, row = next(moves)
        x, y = grid.spec().tile_polygons_wgs84(np.array([column * 15]), np.array([row * 10]))[0].centroid.coords[0]
        box = f"{x - 0.05},{y - 0.05},{x + 0.05},{y + 0.05}"  # some 700 tiles: a window of the map
        answer = client.get(f"/api/projects/{project.pk}/tiles/?bbox={box}&overlap=0.5&cloud=0.9")
        assert answer.status_code == 200

    benchmark.pedantic(move, rounds=60 if benchmark.enabled else 2, warmup_rounds=2)
    if benchmark.enabled:
        p50, p95 = np.percentile(np.array(benchmark.stats.stats.data) * 1000, (50, 95))
        benchmark.extra_info |= {"p50_ms": round(p50, 1), "p95_ms": round(p95, 1)}
        assert p95 <= MOST_MOVE_MS
