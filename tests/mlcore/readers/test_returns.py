"""Returns: what is kept of a cloud's points, and which of them a tile gets."""

import json
import struct
from pathlib import Path

import laspy
import numpy as np
import pytest
import rasterio

from mlcore.containers import Bundle, get_container
from mlcore.errors import NotOffered
from mlcore.quarantine.work import restate
from mlcore.raster.grid import GridSpec
from mlcore.readers import get_reader
from mlcore.readers.returns import MAGIC, RETURN, Returns, ReturnsWriter, cells_for
from mlcore.readers.tails import tail_of
from mlcore.readers.tile_returns import returns_in
from tests.clouds import CORNER, write_cloud
from tests.rasters import real_file

READER = get_reader("points")


def gridded(path: Path, folder: Path) -> Path:
    """Return the raster that a cloud becomes, with its points behind it."""
    (layer,) = get_container("points").unfold(Bundle(path.name, {path.name: path}), folder, progress=lambda share: None)
    facts = READER.inspect(folder / layer.file)
    READER.convert(folder / layer.file, folder / "done.tif", facts)
    return folder / "done.tif"


@pytest.fixture
def cloud(tmp_path: Path) -> Path:
    return gridded(write_cloud(tmp_path / "a.laz"), tmp_path)


def inside(path: Path, grid: GridSpec, column: int = 0, row: int = 0, **options: int):
    return returns_in(path, READER.inspect(path), grid, column, row, **options)


def test_it_works(cloud: Path) -> None:
    grid = GridSpec("EPSG:32632", (2, 0, CORNER[0], 0, -2, CORNER[1]), 10)
    tree = inside(cloud, grid)
    assert (len(tree.points), tree.total, tree.every) == (800, 800, 1)
    assert sorted(set(tree.points["z"].tolist())) == [0, 10]
    assert set(tree.points["intensity"].tolist()) == {100, 400}
    assert (tree.points["x"].min(), tree.points["x"].max()) == pytest.approx((0.25, 9.75), abs=1e-3)
    assert tree.metres == pytest.approx((2, 2), rel=1e-3)
    level = inside(cloud, grid, 1, 1)
    assert len(level.points) == 400
    assert not level.points["z"].any()
    rest = [inside(cloud, grid, column, row) for column in range(-1, 3) for row in range(-1, 3)]
    assert sum(len(each.points) for each in rest) == 2000


def test_a_tile_beside_the_cloud_has_none(cloud: Path) -> None:
    grid = GridSpec("EPSG:32632", (2, 0, CORNER[0], 0, -2, CORNER[1]), 10)
    for place in ((50, 0), (-50, 3), (0, 99)):
        none = inside(cloud, grid, *place)
        assert (len(none.points), none.total, none.every) == (0, 0, 1)


def test_a_lattice_of_another_coordinate_system_gets_the_same_points(cloud: Path) -> None:
    lon, lat = 9.0, 45.1535
    grid = GridSpec("EPSG:4326", (1e-5, 0, lon, 0, -1e-5, lat), 100)
    near = inside(cloud, grid)
    step = rasterio.warp.transform("EPSG:4326", "EPSG:32632", [lon, lon + 1e-3], [lat, lat])
    assert step[0][0] == pytest.approx(CORNER[0], abs=1)
    assert 0 < len(near.points) <= 2000
    both = laspy.read(cloud.parent / "a.laz")
    x, y = rasterio.warp.transform("EPSG:32632", "EPSG:4326", both.x, both.y)
    column, row = (np.array(x) - lon) / 1e-5, (lat - np.array(y)) / 1e-5
    here = (column >= 0) & (column < 100) & (row >= 0) & (row < 100)
    assert len(near.points) == here.sum()
    np.testing.assert_allclose(np.sort(near.points["x"]), np.sort(column[here]), atol=0.05)
    assert near.metres == pytest.approx((0.788, 1.111), rel=0.01)


def test_more_than_can_be_drawn_are_thinned_and_it_is_said(cloud: Path) -> None:
    grid = GridSpec("EPSG:32632", (2, 0, CORNER[0], 0, -2, CORNER[1]), 20)
    some = inside(cloud, grid, most=100)
    assert 50 <= len(some.points) <= 100
    assert some.total == pytest.approx(2000, rel=0.01)
    assert some.every == pytest.approx(2000 / len(some.points), abs=1)
    assert {0, 10} == set(some.points["z"].tolist())


def test_what_is_sent_says_what_it_holds(cloud: Path) -> None:
    grid = GridSpec("EPSG:32632", (2, 0, CORNER[0], 0, -2, CORNER[1]), 10)
    told = inside(cloud, grid)
    data = told.to_bytes()
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    assert (4 + length) % 4 == 0
    assert (header["count"], header["total"], header["every"]) == (800, 800, 1)
    at = 4 + length
    for name, kind in header["columns"]:
        column = np.frombuffer(data, kind, 800, at)
        np.testing.assert_array_equal(column, told.points[name])
        at += column.nbytes
    assert at == len(data)


def test_a_raster_without_points_says_what_to_do(cloud: Path, tmp_path: Path) -> None:
    start, _ = tail_of(cloud, MAGIC)
    bare = tmp_path / "bare.tif"
    bare.write_bytes(cloud.read_bytes()[:start])
    with pytest.raises(NotOffered, match="remove its scene and add the file again"):
        Returns.of(bare)
    with rasterio.open(bare) as plain, rasterio.open(cloud) as full:
        np.testing.assert_array_equal(plain.read(), full.read())


def test_points_follow_a_raster_that_is_put_elsewhere(tmp_path: Path) -> None:
    lost = gridded(write_cloud(tmp_path / "a.laz", crs=None), tmp_path)
    restate(str(lost), str(tmp_path / "stated.tif"), crs="EPSG:32633", transform=None, nodata=None)
    facts = READER.inspect(tmp_path / "stated.tif")
    READER.convert(tmp_path / "stated.tif", tmp_path / "again.tif", facts)
    grid = GridSpec("EPSG:32633", (2, 0, CORNER[0], 0, -2, CORNER[1]), 10)
    assert len(inside(tmp_path / "again.tif", grid).points) == 800
    assert tail_of(tmp_path / "again.tif", MAGIC)[1] == tail_of(lost, MAGIC)[1]


def test_parts_in_any_order_come_to_their_cells(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    points = np.zeros(5000, RETURN)
    points["x"], points["y"], points["z"] = draw.uniform(0, 50, 5000), draw.uniform(0, 33, 5000), np.arange(5000)
    shape = cells_for((33, 50))
    counts = np.zeros(shape, np.int64)
    np.add.at(counts, ((points["y"] // 16).astype(int), (points["x"] // 16).astype(int)), 1)
    raster = tmp_path / "a.tif"
    raster.write_bytes(b"II*\0")
    with ReturnsWriter(tmp_path / "a.returns", counts) as writer:
        for start in range(0, 5000, 700):
            writer.add(points[start : start + 700])
    writer.append_to(raster)
    assert not (tmp_path / "a.returns").exists()
    box, every = Returns.of(raster).within(20, 17, 30, 20, most=5000)
    assert every == 1
    there = (points["x"] >= 16) & (points["x"] < 32) & (points["y"] >= 16) & (points["y"] < 32)
    assert sorted(box["z"]) == sorted(points["z"][there])


@pytest.mark.parametrize(
    ("name", "classes"),
    [("pointcloud/pdal_autzen_trim.las", {1, 2}), ("neon_trees/SJER_JERC/SJER_052.laz", None)],
)
def test_real_clouds_keep_every_point(tmp_path: Path, name: str, classes: set[int] | None) -> None:
    path = gridded(real_file(name), tmp_path)
    whole, every = Returns.of(path).within(0, 0, 1e6, 1e6, most=10**9)
    with laspy.open(real_file(name)) as source:
        assert (len(whole), every) == (source.header.point_count, 1)
    if classes:
        assert classes <= set(np.unique(whole["class"]).tolist())
