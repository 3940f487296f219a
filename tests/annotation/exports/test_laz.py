"""LAZ: clouds with the classes of labels, opened by laspy; all else of the points is as it came."""

import shutil

import laspy
import numpy as np
import pytest
from affine import Affine

from annotation.errors import NotReady
from annotation.exports import formats_of, make
from annotation.ingest import Status, Wishes, ingest_files
from annotation.labeling import Answer, submit
from annotation.projects import add_class
from annotation.tasks.masks import wrapped
from mlcore.containers.labelled_clouds import CLOUD
from mlcore.readers.returns import Returns
from mlcore.readers.tails import tail_of
from tests import factories
from tests.annotation.exports.reading import exported, unpacked
from tests.clouds import CORNER, write_cloud
from tests.rasters import real_file

pytestmark = pytest.mark.django_db


def with_cloud(project, path):
    """Take a cloud into a project, and return its tiles by column and row."""
    (result,) = ingest_files(project, [path], Wishes(), report=lambda *_: None)
    assert result.status is Status.ACCEPTED, result.message
    return {(each.tile.column, each.tile.row): each for each in project.samples.select_related("tile")}


@pytest.fixture
def path(tmp_path):
    """Return a cloud of 80 m, gridded at 2 m: tiles of 32 px are 64 m wide."""
    return write_cloud(tmp_path / "trees.laz", side=80)


def same_but_class(one, other):
    """Check that two clouds have the same points, whatever their classes."""
    assert len(one.points) == len(other.points)
    for name in one.point_format.dimension_names:
        if name != "classification":
            assert np.array_equal(one[name], other[name]), name
    assert np.array_equal(one.header.scales, other.header.scales)
    assert np.array_equal(one.header.offsets, other.header.offsets)


def test_it_works(project, path, bob, tmp_path):
    before = laspy.read(path)
    tiles = with_cloud(project, path)
    factories.label(tiles[0, 0], bob, 3)
    made = unpacked(project, "laz", tmp_path) / "clouds"
    assert [each.name for each in made.iterdir()] == ["trees.laz"]
    after = laspy.read(made / "trees.laz")
    same_but_class(before, after)
    assert after.header.parse_crs() == before.header.parse_crs()
    inside = (after.x < CORNER[0] + 64) & (after.y > CORNER[1] - 64)
    assert inside.sum() > 4096 and (after.classification[inside] == 3).all() and (after["label"][inside] == 3).all()
    assert np.array_equal(after.classification[~inside], before.classification[~inside])
    assert not after["label"][~inside].any()
    (table,) = after.header.vlrs.get("ClassificationLookupVlr")
    assert table[3] == "Bare rock"


@pytest.mark.parametrize("version", ["1.2", "1.4"])
def test_cells_of_a_mask_give_their_class_to_the_points_in_them(alice, tmp_path, version):
    project = factories.make_project(alice, name="Trees", task="masks")
    path = write_cloud(tmp_path / "trees.las", side=80, version=version)
    tiles = with_cloud(project, path)
    mask = np.zeros((32, 32), np.uint8)
    mask[:, :8], mask[16:, 8:] = 1, 2
    submit(tiles[0, 0], alice, Answer(value=wrapped(mask)))
    before, after = laspy.read(path), laspy.read(unpacked(project, "laz", tmp_path) / "clouds" / "trees.laz")
    same_but_class(before, after)
    column, row = ((after.x - CORNER[0]) // 2).astype(int), ((CORNER[1] - np.asarray(after.y)) // 2).astype(int)
    inside = (column < 32) & (row < 32)
    wanted = np.zeros(len(after.points), np.uint8)
    wanted[inside] = mask[row[inside], column[inside]]
    assert np.array_equal(after["label"], wanted)
    assert np.array_equal(after.classification, np.where(wanted > 0, wanted, before.classification))


def test_points_in_another_coordinate_system_than_the_lattice_are_found_there(alice, tmp_path):
    from tests.rasters import ramp, write_raster

    project = factories.make_project(alice, name="Degrees")
    place = Affine(2, 0, 500_000, 0, -2, 5_000_000)
    picture = write_raster(tmp_path / "rgb.tif", ramp(3, 64, 64), transform=place)
    with_cloud(project, picture)
    tiles = with_cloud(project, cloud := reprojected(write_cloud(tmp_path / "plain.laz", side=100), tmp_path / "a.laz"))
    factories.label(tiles[0, 0], alice, 2)
    before = laspy.read(tmp_path / "plain.laz")
    after = laspy.read(unpacked(project, "laz", tmp_path) / "clouds" / cloud.name)
    inside = (before.x < CORNER[0] + 64) & (before.y > CORNER[1] - 64)
    assert (np.asarray(after["label"] == 2) != inside).mean() < 0.001


def reprojected(source, target):
    """Write a cloud in the neighbouring zone's coordinates."""
    from pyproj import CRS, Transformer

    cloud = laspy.read(source)
    x, y = Transformer.from_crs("EPSG:32632", "EPSG:32633", always_xy=True).transform(cloud.x, cloud.y)
    header = laspy.LasHeader(point_format=6, version="1.4")
    header.scales, header.offsets = np.full(3, 0.001), np.array([x.min(), y.min(), 0])
    header.add_crs(CRS.from_epsg(32633))
    moved = laspy.LasData(header)
    moved.x, moved.y, moved.z = x, y, cloud.z
    moved.write(target)
    return target


def test_real_clouds_come_back_point_for_point(alice, tmp_path):
    for name in ("lidR_MixedConifer.laz", "pdal_lone-star.copc.laz"):
        source = real_file(f"pointcloud/{name}")
        path = shutil.copy(source, tmp_path / name)
        project = factories.make_project(alice, name=name)
        with_cloud(project, path)
        for sample in project.samples.exclude(state="empty")[:2]:
            factories.label(sample, alice, 1)
        (made,) = (unpacked(project, "laz", tmp_path / f"of {name}") / "clouds").iterdir()
        before, after = laspy.read(path), laspy.read(made)
        same_but_class(before, after)
        assert (after.classification[after["label"] == 1] == 1).all() and (after["label"] == 1).any()
        assert not [each for each in after.header.vlrs if each.user_id == "copc"]


def test_two_exports_are_the_same_bytes(project, path, bob, tmp_path):
    factories.label(with_cloud(project, path)[0, 0], bob, 3)
    assert exported(project, "laz", tmp_path) == exported(project, "laz", tmp_path)


def test_the_file_lies_behind_the_raster_and_its_points(project, path):
    with_cloud(project, path)
    asset = project.scenes.get().asset
    start, length = tail_of(asset.file, CLOUD)
    assert asset.file.read_bytes()[start : start + length] == path.read_bytes()
    assert Returns.of(asset.file).starts[-1] == len(laspy.read(path).points)


def test_a_cloud_whose_file_was_not_kept_says_what_to_do(project, path, bob, tmp_path):
    factories.label(with_cloud(project, path)[0, 0], bob, 3)
    asset = project.scenes.get().asset
    content = asset.file.read_bytes()
    asset.file.write_bytes(content[: tail_of(asset.file, CLOUD)[0]])
    with pytest.raises(NotReady, match="add the file again"):
        make(project, "laz", tmp_path / "out.zip")


def test_codes_that_old_point_formats_have_no_room_for_are_refused(project, bob, tmp_path):
    for number in range(29):
        add_class(project, name=f"Kind {number}")
    tiles = with_cloud(project, write_cloud(tmp_path / "old.las", side=80, version="1.2"))
    factories.label(tiles[0, 0], bob, 32)
    with pytest.raises(NotReady, match="0 to 31"):
        make(project, "laz", tmp_path / "out.zip")


def test_it_is_offered_where_there_are_clouds(project, path, tmp_path):
    assert "laz" not in formats_of(project)
    with pytest.raises(NotReady, match="no point clouds"):
        make(project, "laz", tmp_path / "out.zip")
    with_cloud(project, path)
    assert "laz" in formats_of(project)
