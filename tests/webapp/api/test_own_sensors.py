"""/api/projects/{id}/sensors/: sensors of a project's own, by form and in YAML."""

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotation.models import OwnSensor
from annotation.models.jobs import JobKind
from tests import factories
from tests.pools import run_jobs
from tests.rasters import write_raster
from tests.uploads import upload

pytestmark = pytest.mark.django_db
DRONE = {
    "code": "my-drone",
    "title": "My drone, 3 bands",
    "quantity": "reflectance_1e4",
    "gsd_m": 0.05,
    "bands": [
        {"name": "green", "wavelength_nm": 550, "width_nm": 40},
        {"name": "red", "wavelength_nm": 660},
        {"name": "nir", "wavelength_nm": 790},
    ],
}
YAML = b"""
- code: ours-1
  title: Ours
  bands: [{name: a, wavelength_nm: 500}, {name: b, wavelength_nm: 700}]
- code: ours-2
  modality: sar
  quantity: decibel
  frequency_ghz: 5.4
  bands: [{name: VV, polarisation: VV}]
"""


@pytest.fixture
def address(project):
    return f"/api/projects/{project.pk}/sensors/"


@pytest.fixture
def raster(tmp_path):
    values = np.random.default_rng(0).integers(300, 3000, (3, 64, 64)).astype("uint16")
    return write_raster(tmp_path / "flight.tif", values)


def yaml_file(text: bytes, name: str = "own.yaml"):
    return {"file": SimpleUploadedFile(name, text)}


def test_it_works(api, project, address, alice, raster):
    made = api(alice).post(address, DRONE, format="json")
    assert made.status_code == 201
    (shown,) = api(alice).get(address).json()
    assert (shown["code"], shown["scenes"], shown["described"]["bands"][0]["wavelength_nm"]) == ("my-drone", 0, 550)
    scenes = f"/api/projects/{project.pk}/scenes/"
    sent = api(alice).post(scenes, {"files": [upload(raster)], "sensor": "my-drone"}, format="multipart")
    assert sent.status_code == 202
    run_jobs(project, JobKind.INGEST)
    sensor = project.scenes.get().get_sensor()
    assert (sensor.code, sensor.quantity) == ("my-drone", "reflectance_1e4")
    assert [band.wavelength_nm for band in sensor.bands] == [550, 660, 790]
    assert api(alice).get(address).json()[0]["scenes"] == 1


def test_a_scene_that_is_there_is_stated_to_come_from_it(api, project, address, alice, scene):
    api(alice).post(address, DRONE | {"quantity": "digital_number"}, format="json")
    place = f"/api/projects/{project.pk}/scenes/{scene.pk}/"
    assert api(alice).patch(place, {"sensor": "my-drone"}, format="json").json()["sensor"]["code"] == "my-drone"
    (own,) = api(alice).get(address).json()
    title = {"title": "Another name", "quantity": "digital_number"}
    changed = api(alice).patch(f"{address}{own['id']}/", DRONE | title, format="json")
    assert changed.status_code == 200
    scene.refresh_from_db()
    assert scene.get_sensor().title == "My drone, 3 bands"
    api(alice).patch(place, {"sensor": "my-drone"}, format="json")
    scene.refresh_from_db()
    assert scene.get_sensor().title == "Another name"
    fewer = DRONE | {"bands": DRONE["bands"][:2]}
    refused = api(alice).patch(f"{address}{own['id']}/", fewer, format="json")
    assert "1 scenes have 3 bands" in refused.json()["error"]["message"]
    assert api(alice).delete(f"{address}{own['id']}/").status_code == 204
    scene.refresh_from_db()
    assert scene.get_sensor().code == "my-drone"


def test_yaml_brings_several(api, address, alice):
    made = api(alice).post(address, yaml_file(YAML), format="multipart")
    assert made.status_code == 201, made.json()
    assert [row["code"] for row in made.json()] == ["ours-1", "ours-2"]
    assert made.json()[1]["described"]["frequency_ghz"] == 5.4
    again = api(alice).post(address, yaml_file(YAML), format="multipart")
    assert again.status_code == 400
    assert "choose another code" in again.json()["error"]["message"]
    assert OwnSensor.objects.count() == 2


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"code": "rgb"}, "choose another code"),
        ({"code": "stated-1"}, "choose another code"),
        ({"code": "a b"}, "other signs"),
        ({"code": "<b>"}, "other signs"),
        ({"title": "<img src=x>"}, "Leave out <"),
        ({"bands": []}, "bands"),
        ({"bands": [{"name": "a"}, {"name": "a"}]}, "a name of its own"),
        ({"bands": [{"name": "a", "wavelength_nm": 5}]}, "wavelength_nm"),
        ({"bands": [{"name": "a", "scale": 0}]}, "scale"),
        ({"bands": [{"name": "a", "polarisation": "XX"}]}, "polarisation"),
        ({"quantity": "apples"}, "quantity"),
        ({"gsd_m": -1}, "gsd_m"),
        ({"level": "<b>"}, "level"),
    ],
)
def test_what_cannot_be_is_refused_in_words(api, address, alice, told, why):
    answer = api(alice).post(address, DRONE | told, format="json")
    assert answer.status_code == 400
    assert why in answer.json()["error"]["message"]
    assert not OwnSensor.objects.exists()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "no list of sensors"),
        (b"\xff\xfe\x00", "no YAML"),
        (b"- !!python/object/apply:os.system ['true']", "no YAML"),
        (b"a: &a [x, x, x]\nb: &b [*a, *a]\n", "write out what"),
        (b"[" * 5000, "no YAML"),
        (b"- {code: a, bands: [{name: b, scale: .nan}]}", "cannot be that"),
        (b"- {code: a, bands: [{name: b, wavelength_nm: .inf}]}", "possible"),
        (b"- {code: a, bands: [{name: '<b>'}]}", "Leave out <"),
        (b"- {code: a, gsd_m: -.inf, bands: [{name: b}]}", "gsd_m"),
        (b"x" * 300_000, "at most 256 kB"),
    ],
)
def test_yaml_that_cannot_be_is_refused_in_words(api, address, alice, text, why):
    answer = api(alice).post(address, yaml_file(text), format="multipart")
    assert answer.status_code == 400
    assert why in answer.json()["error"]["message"]


def test_another_project_does_not_know_it(api, project, address, alice, mallory, raster):
    made = api(alice).post(address, DRONE, format="json").json()[0]
    theirs = factories.make_project(mallory, name="Elsewhere")
    assert api(mallory).get(f"/api/projects/{theirs.pk}/sensors/{made['id']}/").status_code == 404
    sent = {"files": [upload(raster)], "sensor": "my-drone"}
    answer = api(mallory).post(f"/api/projects/{theirs.pk}/scenes/", sent, format="multipart")
    assert answer.status_code == 400
    assert "my-drone" in answer.json()["error"]["message"]
    assert api(mallory).post(f"/api/projects/{theirs.pk}/sensors/", DRONE, format="json").status_code == 201
