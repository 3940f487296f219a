"""/api/projects/{id}/samples/{id}/returns/: the laser points of a tile, and the profile along a line."""

import json
import struct

import numpy as np
import pytest

from annotation import ingest, quotas
from annotation.ingest import Wishes
from annotation.ingest.changes import remove_scene
from annotation.models import Asset, Sample
from annotation.returns import cloud_of, profile_of, returns_of
from mlcore.readers.returns import MAGIC, RETURN
from mlcore.readers.tails import tail_of
from tests.clouds import write_cloud
from tests.rasters import UTM_ORIGIN, ramp, real_file, write_raster

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(project):
    """Return a function that takes a file in and gives its scene."""

    def ingest_now(path, **wishes):
        (result,) = ingest.ingest_files(project, [path], Wishes(**wishes), report=lambda *_: None)
        assert result.status == "accepted", result.message
        return project.scenes.order_by("pk").last()

    return ingest_now


def told(data: bytes) -> dict:
    """Return the header and the columns of an answer."""
    (length,) = struct.unpack_from("<I", data)
    header, at = json.loads(data[4 : 4 + length]), 4 + length
    columns = {}
    for name, kind in header["columns"]:
        columns[name] = np.frombuffer(data, kind, header["count"], at)
        at += columns[name].nbytes
    return header | columns


def ask(api, project, user, sample, **query):
    return api(user).get(f"/api/projects/{project.pk}/samples/{sample.pk}/returns/", query)


def test_it_works(api, project, alice, take, tmp_path):
    scene = take(write_cloud(tmp_path / "a.laz"))
    sample = project.samples.first()
    answer = ask(api, project, alice, sample, scene=scene.pk)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/octet-stream")
    assert "private" in answer["Cache-Control"]
    points = told(answer.content)
    assert (points["count"], points["total"], points["every"]) == (2000, 2000, 1)
    assert points["metres"] == pytest.approx([2, 2], rel=1e-3)  # 4 points a pixel
    assert sorted(set(points["z"].tolist())) == [0, 10]
    assert points["x"].max() < sample.tile.grid.tile_px
    assert set(points["class"].tolist()) == {0}  # of which nobody said what it is
    assert told(ask(api, project, alice, sample).content)["count"] == 2000  # the newest cloud


def test_without_a_coordinate_system_its_units_are_metres(api, project, alice, take, tmp_path):
    take(write_cloud(tmp_path / "a.laz", crs=None))
    points = told(ask(api, project, alice, project.samples.first()).content)
    assert (points["count"], points["metres"]) == (2000, [2, 2])


def test_a_tile_without_points_has_none(api, project, alice, take, tmp_path):
    take(write_cloud(tmp_path / "a.laz"))
    sample = project.samples.first()
    scene = project.scenes.get()
    project.scenes.update(columns=scene.columns + 1)  # its block may hold tiles where it has no point
    sample.tile.column += 1
    sample.tile.save()
    points = told(ask(api, project, alice, sample).content)
    assert (points["count"], points["total"]) == (0, 0)


def test_a_scene_that_is_no_cloud_has_no_returns(api, project, alice, take, tmp_path):
    scene = take(write_raster(tmp_path / "a.tif", ramp(3, 64, 64), transform=UTM_ORIGIN))
    sample = project.samples.first()
    for query in ({}, {"scene": scene.pk}, {"scene": 0}):
        answer = ask(api, project, alice, sample, **query)
        assert answer.status_code == 404
        assert "No such point cloud on this tile." in str(answer.json())
    answer = ask(api, project, alice, sample, scene="x")
    assert answer.status_code == 400
    assert "scene is the number of a scene" in str(answer.json())


def test_a_cloud_that_was_gridded_before_says_what_to_do(api, project, alice, take, tmp_path):
    asset = take(write_cloud(tmp_path / "a.laz")).asset
    start, _ = tail_of(asset.place, MAGIC)
    with asset.place.open("r+b") as file:
        file.truncate(start)
    answer = ask(api, project, alice, project.samples.first())
    assert answer.status_code == 400
    assert "remove its scene and add the file again" in str(answer.json())


def test_points_count_and_go_with_their_scene(project, take, tmp_path):
    scene = take(write_cloud(tmp_path / "a.laz"))
    asset = Asset.objects.get()
    assert asset.size == asset.place.stat().st_size
    assert asset.size > 2000 * RETURN.itemsize
    assert quotas.used_by(project).bytes == asset.size
    remove_scene(scene)
    assert not Asset.objects.exists()


def test_a_profile_tells_heights_along_a_line(project, take, tmp_path):
    scene = take(write_cloud(tmp_path / "a.laz"))
    sample = project.samples.first()
    assert cloud_of(sample) == scene
    far, high = profile_of(sample, scene, [(0, 2), (20, 2)], width_px=1)
    assert (far[0], far[-1]) == pytest.approx((0.5, 39.5), abs=0.03)
    assert np.all(np.diff(far) >= 0)
    assert high[far < 20].max() == 10
    assert not high[far > 20].any()
    bent, _ = profile_of(sample, scene, [(0, 2), (10, 2), (10, 2), (10, 12)], width_px=1)
    assert bent.max() == pytest.approx(40, abs=0.6)


def test_the_profile_of_a_cloud_is_told_as_that_of_a_surface(api, project, alice, take, tmp_path):
    scene = take(write_cloud(tmp_path / "a.laz"))
    sample = project.samples.first()
    address = f"/api/projects/{project.pk}/samples/{sample.pk}/profile/"
    for query in ({"points": "0,2;20,2"}, {"points": "0,2;20,2", "scene": scene.pk}):
        profile = api(alice).get(address, query).json()
        assert (profile["scene"], profile["unit"]) == (scene.pk, "m")
        assert len(profile["distance_m"]) == len(profile["height_m"]) > 40
        assert set(profile["height_m"]) == {0, 10}
    assert api(alice).get(address, {"points": "0,2;20,2", "scene": scene.pk + 1}).status_code == 404


@pytest.mark.parametrize("name", ["pointcloud/pdal_autzen_trim.las", "neon_trees/SJER_JERC/SJER_052.laz"])
def test_tiles_of_real_clouds_have_all_their_points(project, take, name):
    scene = take(real_file(name))
    counts = [len(returns_of(sample, scene).points) for sample in Sample.objects.select_related("tile__grid")]
    whole = tail_of(scene.asset.place, MAGIC)[1] // RETURN.itemsize
    assert sum(counts) <= whole
    assert sum(counts) > 0.99 * whole - 100_000 * (max(counts) > 199_999)
