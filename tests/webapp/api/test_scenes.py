"""/api/projects/{id}/scenes/: upload, list, correct, remove."""

import pytest
from affine import Affine
from django.core.files.uploadedfile import SimpleUploadedFile

from annotation.models import Asset, Job, Scene
from tests import factories
from tests.rasters import ramp, write_raster

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project):
    return f"/api/projects/{project.pk}/scenes/"


def upload(path, name=None):
    return SimpleUploadedFile(name or path.name, path.read_bytes(), content_type="image/tiff")


def test_it_works(api, project, address, alice, tmp_path):
    path = write_raster(tmp_path / "new.tif", ramp(3, 64, 64))
    body = {"files": [upload(path)], "sensor": "rgb", "acquired": "2024-05-06"}
    answer = api(alice).post(address, body, format="multipart")
    assert answer.status_code == 202
    assert [item["status"] for item in answer.json()["files"]] == ["accepted"]
    job = Job.objects.get(pk=answer.json()["job"])
    assert (job.kind, job.requested_by) == ("ingest", alice)
    from annotation import ingest

    job.start()
    ingest.run(job)
    (shown,) = api(alice).get(address).json()["results"]
    assert (shown["sensor"]["code"], shown["acquired"], shown["columns"]) == ("rgb", "2024-05-06", 2)


def test_what_is_no_raster_is_refused_at_once(api, address, alice, tmp_path, data_dir):
    (tmp_path / "notes.tif").write_text("not a raster")
    answer = api(alice).post(address, {"files": [upload(tmp_path / "notes.tif")]}, format="multipart")
    assert answer.status_code == 400
    assert "notes.tif" in str(answer.json())
    assert answer.json()["error"]["message"]
    assert not Job.objects.exists()
    assert not [path for path in data_dir.rglob("*") if path.is_file()]


def test_the_second_time_there_is_nothing_to_do(api, address, scene, alice, tmp_path):
    answer = api(alice).post(address, {"files": [upload(tmp_path / "scene.tif", "again.tif")]}, format="multipart")
    assert (answer.status_code, answer.json()["job"]) == (200, None)
    assert answer.json()["files"][0]["status"] == "duplicate"


def test_an_unknown_sensor_lists_the_known(api, address, alice, tmp_path):
    path = write_raster(tmp_path / "new.tif", ramp(3, 64, 64))
    answer = api(alice).post(address, {"files": [upload(path)], "sensor": "hubble"}, format="multipart")
    assert answer.status_code == 400
    assert "landsat7-etm" in answer.json()["error"]["message"]


def test_without_files_it_says_so(api, address, alice):
    answer = api(alice).post(address, {"sensor": "rgb"}, format="multipart")
    assert answer.status_code == 400
    assert "files" in answer.json()["error"]["fields"]


def test_a_scene_says_where_it_is(api, project, address, scene, dave):
    shown = api(dave).get(f"{address}{scene.pk}/").json()
    assert (shown["width"], shown["height"], shown["crs"], shown["dtype"]) == (128, 96, "EPSG:32632", "uint8")
    assert shown["bounds"] == pytest.approx([9.0, 45.14, 9.016, 45.153], abs=0.01)
    assert shown["tiles_url"] == f"/projects/{project.pk}/scenes/{scene.pk}/{{z}}/{{x}}/{{y}}.png"
    assert 13 <= shown["max_zoom"] <= 15
    assert str(scene.asset.path) not in str(shown)


def test_a_scene_in_image_coordinates_is_not_on_the_map(api, project, address, dave, tmp_path):
    from affine import Affine

    scene = factories.make_scene(project, tmp_path, name="bench", crs=None, transform=Affine.identity())
    shown = api(dave).get(f"{address}{scene.pk}/").json()
    assert (shown["bounds"], shown["tiles_url"], shown["max_zoom"]) == (None, None, None)


def test_corrections(api, address, scene, alice):
    body = {"name": "Lake Como", "acquired": "2020-01-02"}
    answer = api(alice).patch(f"{address}{scene.pk}/", body)
    assert (answer.json()["name"], answer.json()["acquired"]) == ("Lake Como", "2020-01-02")
    assert api(alice).patch(f"{address}{scene.pk}/", {"sensor": "landsat7-etm"}).status_code == 400
    assert api(alice).patch(f"{address}{scene.pk}/", {"name": "<b>"}).status_code == 400


def test_a_scene_whose_tiles_are_labelled_stays(api, project, address, samples, alice, bob):
    factories.label(samples[0], bob, 1)
    scene = project.scenes.get()
    assert api(alice).delete(f"{address}{scene.pk}/").status_code == 400
    assert Scene.objects.filter(pk=scene.pk).exists()


def test_the_list_costs_the_same_for_many(api, project, address, alice, tmp_path, django_assert_max_num_queries):
    for number in range(4):
        factories.make_scene(project, tmp_path, name=f"s{number}", size=(3, 64, 64), tags={"n": str(number)})
    assert Asset.objects.count() == 4
    client = api(alice)
    with django_assert_max_num_queries(6):
        assert client.get(address).json()["count"] == 4


def test_a_scene_across_the_antimeridian_has_its_bounds_in_one_place(api, project, dave, tmp_path):
    place = Affine(0.001, 0, 179.95, 0, -0.001, -17)
    factories.make_scene(project, tmp_path, size=(3, 96, 128), crs="EPSG:4326", transform=place)
    (told,) = api(dave).get(f"/api/projects/{project.pk}/scenes/").json()["results"]
    west, south, east, north = told["bounds"]
    assert (west, east) == pytest.approx((179.95, 180.078), abs=1e-3)
    assert (south, north) == pytest.approx((-17.096, -17), abs=1e-3)
    assert told["max_zoom"] > 8
    tiles = api(dave).get(f"/api/projects/{project.pk}/tiles/?bbox=179.9,-18,180.2,-16").json()["features"]
    assert len(tiles) == project.samples.count() > 0
    beyond = api(dave).get(f"/api/projects/{project.pk}/tiles/?bbox=180.06,-18,180.2,-16").json()["features"]
    assert 0 < len(beyond) < len(tiles)
