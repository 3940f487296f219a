"""/api/projects/{id}/scenes/{id}/place/: an owner says where a scene lies and what stands for no data."""

from datetime import date

import numpy as np
import pytest

from annotation import ingest, jobs
from annotation.chips import load_samples
from annotation.ingest import Wishes
from annotation.models import Asset, Job, Sample
from tests import factories
from tests.rasters import ramp, real_file, write_raster

pytestmark = pytest.mark.django_db
NORTH_UP = [10, 0, 500_000, 0, -10, 5_000_000]


@pytest.fixture
def take(project):
    """Return a function that takes a file in and gives its scene."""

    def ingest_now(path, **wishes):
        (result,) = ingest.ingest_files(project, [path], Wishes(**wishes), report=lambda *_: None)
        assert result.status == "accepted", result.message
        return project.scenes.order_by("pk").last()

    return ingest_now


@pytest.fixture
def state(api, project, alice):
    """Return a function that states the place of a scene and does the work; it gives the answer and the scenes."""

    def post(scene, **fields):
        answer = api(alice).post(f"/api/projects/{project.pk}/scenes/{scene.pk}/place/", fields, format="json")
        if answer.status_code == 202:
            jobs.run(answer.json()["job"])
        return answer, list(project.scenes.order_by("pk"))

    return post


def test_it_works(api, project, alice, take, state):
    scene = take(real_file("field_cases/transform_no_crs.tif"), acquired=date(2020, 6, 1))
    known = api(alice).get(f"/api/projects/{project.pk}/scenes/{scene.pk}/place/").json()
    assert (known["crs"], known["alike"]) == (None, 0)
    answer, (placed,) = state(scene, crs="EPSG:32633")
    assert (answer.status_code, answer.json()["scenes"]) == (202, 1)
    assert Job.objects.get(pk=answer.json()["job"]).message == "1 of 1 scenes lie as stated."
    info = placed.asset.info()
    assert (info.crs, list(info.transform)) == ("EPSG:32633", known["transform"])
    assert (placed.name, placed.day, placed.grid.crs) == (scene.name, date(2020, 6, 1), "EPSG:32633")
    assert placed.asset.footprint is not None
    assert not any("not in which coordinate system" in remark for remark in placed.remarks)
    assert project.grids.count() == 1
    assert Asset.objects.count() == 1


def test_a_number_for_no_data_is_left_out_from_then_on(project, take, state):
    scene = take(real_file("field_cases/nodata_mismatch.tif"))
    assert scene.asset.statistics()[0].minimum == -32767
    _, (stated,) = state(scene, nodata=-32767)
    assert (stated.asset.info().nodata, stated.asset.statistics()[0].minimum > -1000) == (-32767, True)
    chips = [sample.chips[0] for _, sample in load_samples(project, Sample.objects.filter(project=project))]
    assert min(float(chip.pixels[:, chip.mask].min()) for chip in chips if chip.mask.any()) > -1000


def test_all_like_it_follow(project, take, state, tmp_path):
    for number in range(3):
        values = ramp(3, 64, 64, "uint16") + number
        scene = take(write_raster(tmp_path / f"{number}.tif", values, crs=None))
    answer, scenes = state(scene, crs="EPSG:32632", transform=NORTH_UP, alike=True)
    assert answer.json()["scenes"] == 3
    assert {each.asset.info().crs for each in scenes} == {"EPSG:32632"}
    assert project.grids.count() == 1
    assert project.samples.count() == 4


def test_a_statement_keeps_what_people_said_of_the_bands(project, take, state, tmp_path):
    scene = take(write_raster(tmp_path / "a.tif", ramp(3, 64, 64, "uint16"), crs=None))
    bands = [{"name": name, "wavelength_nm": 500 + 100 * at} for at, name in enumerate("abc")]
    from mlcore.sensors import Band

    ingest.state_bands(scene, [Band(**band) for band in bands])
    _, (placed,) = state(scene, crs="EPSG:32632", transform=NORTH_UP)
    assert [band.name for band in placed.get_sensor().bands] == ["a", "b", "c"]
    assert not placed.sensor_guessed


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "State a coordinate system"),
        ({"crs": "EPSG:99999"}, "no coordinate system of a map"),
        ({"crs": "EPSG:4978"}, "no coordinate system of a map"),
        ({"crs": "+proj=utm +nadgrids=/etc/passwd"}, "crs"),
        ({"crs": "EPSG:32632"}, "state its transform, too"),
        ({"transform": [1, 0, 0, 0, 0, 0], "crs": "EPSG:32632"}, "six numbers"),
        ({"transform": [10, 0, 0, 0, -10, 0]}, "State the coordinate system, too"),
        ({"transform": [1, 2]}, "transform"),
    ],
)
def test_what_cannot_be_is_refused_at_once(take, state, tmp_path, fields, why):
    from affine import Affine

    scene = take(write_raster(tmp_path / "a.tif", ramp(3, 64, 64), crs=None, transform=Affine.identity()))
    answer, _ = state(scene, **fields)
    assert answer.status_code == 400
    assert why in answer.content.decode()


def test_a_number_that_the_file_cannot_hold_fails_with_its_reason(take, state, tmp_path):
    scene = take(write_raster(tmp_path / "a.tif", ramp(3, 64, 64)))
    answer, (same,) = state(scene, nodata=-9999)
    assert "of which none can be -9999" in Job.objects.get(pk=answer.json()["job"]).error
    assert same.pk == scene.pk


def test_labelled_tiles_keep_their_scene(project, take, state, bob, tmp_path):
    scene = take(write_raster(tmp_path / "a.tif", np.full((3, 64, 64), 7, np.uint16)))
    factories.label(project.samples.first(), bob, 1)
    answer, (same,) = state(scene, nodata=0)
    assert same.pk == scene.pk
    assert "label" in Job.objects.get(pk=answer.json()["job"]).error
