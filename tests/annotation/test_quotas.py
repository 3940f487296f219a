"""Quotas: what there is no room for is refused in a sentence, before any work."""

from pathlib import Path

import pytest

from annotation import exports, ingest
from annotation.errors import OverQuota
from annotation.ingest import Status, Wishes, ingest_files
from annotation.models import Job, Tile
from annotation.quotas import used_by, used_by_owner
from tests.factories import make_project, make_scene
from tests.rasters import ramp, write_raster
from tests.uploads import files_on_disk, upload, write_archive, write_chip

pytestmark = pytest.mark.django_db


def send(project, path: Path, user=None):
    """Upload a file and return its line and the job."""
    receipt = ingest.request_ingest(project, [upload(path)], user_id=user.pk if user else None)
    return receipt.files[0], receipt.job


def test_it_works(scene) -> None:
    used = used_by(scene.project)
    assert (used.tiles, used.bytes) == (12, scene.asset.size)
    assert used.words == "The project holds 12 of 2,000,000 tiles and 0.00 of 500 GB."


def test_too_many_tiles_of_a_project_are_refused_at_once(scene, tmp_path: Path, settings) -> None:
    settings.PROJECT_TILES = 20
    big = write_raster(tmp_path / "big.tif", ramp(3, 96, 320), crs="EPSG:32633")
    line, job = send(scene.project, big)
    assert (line.status, job) == (Status.REFUSED, None)
    assert "may hold 20 tiles and has 12; big.tif makes 30 more" in line.message
    assert "PROJECT_TILES" in line.message


def test_tiles_that_are_there_count_once(scene, tmp_path: Path, settings) -> None:
    settings.PROJECT_TILES = 12
    again = write_raster(tmp_path / "later.tif", ramp(3, 96, 128)[:, ::-1])
    line, job = send(scene.project, again)
    assert (line.status, job is None) == (Status.ACCEPTED, False)


def test_bytes_are_counted_over_all_projects_of_an_owner(project, alice, tmp_path: Path, settings, monkeypatch) -> None:
    monkeypatch.setattr("annotation.quotas._GIGABYTE", 1000)
    make_scene(project, tmp_path)
    other = make_project(alice, name="Other")
    settings.PERSON_GB = used_by_owner(alice.pk).bytes // 1000 + 1
    line, job = send(other, write_raster(tmp_path / "b.tif", ramp(3, 200, 200)))
    assert (line.status, job) == (Status.REFUSED, None)
    assert "All projects of alice together may hold" in line.message


def test_what_converts_to_too_much_is_refused_by_the_job(project, tmp_path: Path, settings, monkeypatch) -> None:
    monkeypatch.setattr("annotation.quotas._GIGABYTE", 1)
    path = write_raster(tmp_path / "a.tif", ramp(3, 64, 64), compress="deflate")
    settings.PROJECT_GB = path.stat().st_size + 1
    (result,) = ingest_files(project, [path], Wishes(), report=lambda *_: None)
    assert result.status is Status.REFUSED
    assert (files_on_disk(), Tile.objects.count()) == ([], 0)


def test_chips_of_an_archive_count(project, tmp_path: Path, settings) -> None:
    settings.PROJECT_TILES = 2
    chips = {f"{seed}.tif": write_chip(tmp_path / f"{seed}.tif", seed).read_bytes() for seed in range(3)}
    line, job = send(project, write_archive(tmp_path / "chips.zip", chips))
    assert (line.status, job) == (Status.REFUSED, None)
    assert "makes 3 more" in line.message


def test_no_limit_is_no_limit(project, tmp_path: Path, settings) -> None:
    settings.PROJECT_TILES = settings.PROJECT_GB = settings.PERSON_TILES = settings.PERSON_GB = 0
    settings.PROJECT_JOBS = settings.PERSON_JOBS = 0
    assert send(project, write_raster(tmp_path / "a.tif"))[1] is not None
    assert used_by(project).words == "The project holds 0 tiles and 0.00 GB."


def test_a_limit_below_what_is_there_keeps_it(scene, tmp_path: Path, settings) -> None:
    settings.PROJECT_TILES = 5
    line, _ = send(scene.project, write_raster(tmp_path / "b.tif", ramp(3, 64, 64), crs="EPSG:32633"))
    assert line.status is Status.REFUSED
    assert Tile.objects.count() == 12


def test_as_many_uploads_and_exports_as_may_wait(project, alice, bob, tmp_path: Path, settings) -> None:
    settings.PERSON_JOBS = 2
    send(project, write_raster(tmp_path / "a.tif"), alice)
    exports.request(project, "geojson", alice)
    with pytest.raises(OverQuota, match="2 uploads, imports and exports of yours are under way"):
        exports.request(project, "geojson", alice)
    exports.request(project, "geojson", bob)
    Job.objects.filter(requested_by=alice).update(state=Job.State.DONE)
    exports.request(project, "geojson", alice)


def test_a_full_queue_is_told_over_http(api, project, alice, tmp_path: Path, settings) -> None:
    settings.PROJECT_JOBS = 1
    send(project, write_raster(tmp_path / "a.tif"), alice)
    sent = {"files": [upload(write_raster(tmp_path / "b.tif", ramp(3, 64, 64)))]}
    answer = api(alice).post(f"/api/projects/{project.pk}/scenes/", sent, format="multipart")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "over_quota")


def test_the_imagery_page_tells_what_is_used(client, scene, alice) -> None:
    client.force_login(alice)
    page = client.get(f"/projects/{scene.project.pk}/imagery/").content.decode()
    assert "The project holds 12 of 2,000,000 tiles" in page


def test_who_makes_projects_is_a_setting(api, client, alice, settings) -> None:
    settings.PROJECT_MAKERS = "staff"
    answer = api(alice).post("/api/projects/", {"name": "Mine"}, format="json")
    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == "Only staff make projects here; ask the operator for one."
    client.force_login(alice)
    assert client.get("/projects/new/").status_code == 403
    assert 'id="new-project"' not in client.get("/").content.decode()
    alice.is_staff = True
    alice.save()
    assert api(alice).post("/api/projects/", {"name": "Mine"}, format="json").status_code == 201
    assert 'id="new-project"' in client.get("/").content.decode()
