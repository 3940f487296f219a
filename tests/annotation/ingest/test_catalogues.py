"""Items of a catalogue become scenes that are read where they lie; hosts that are away cost no try."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from annotation import ingest, jobs
from annotation.chips import load_samples
from annotation.errors import BadSettings
from annotation.ingest.bringing import request_bring
from annotation.ingest.catalogues import offers, request_items
from annotation.ingest.restating import Place, request_place
from annotation.models import Asset, Job, Project, Scene
from annotation.models.jobs import JobKind
from annotation.soundness import check_scenes
from mlcore import quarantine
from mlcore.errors import NotReachable, RemoteAway, RemoteChanged
from mlcore.remote.ranges import chunks
from mlcore.stac.searching import Query
from tests import factories
from tests.catalogues import put_catalogue, put_item, values_of
from tests.hosts import Host, allowed, serving
from tests.uploads import files_on_disk

pytestmark = pytest.mark.django_db


@pytest.fixture
def host() -> Iterator[Host]:
    """Return a host that may be read."""
    with serving() as host, allowed(host.url, seconds=10.0):
        yield host


@pytest.fixture
def catalogue(host: Host, tmp_path: Path) -> str:
    """Return the address of a catalogue with one item."""
    return put_catalogue(host, [put_item(host, tmp_path)])


def add(project: Project, url: str, *items: str) -> Job:
    """Let a job add items, and return it as it ended."""
    job = request_items(project, Query(url), items)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def test_it_works(project: Project, host: Host, catalogue: str) -> None:
    job = add(project, catalogue)
    assert (job.state, "added, " in job.message) == (Job.State.DONE, True), job.error
    scene = project.scenes.get()
    assert (scene.name, scene.asset.kind, scene.sensor_guessed, scene.fault) == ("S2A_1", "remote", False, "")
    bands = scene.get_sensor().bands
    assert [band.name for band in bands] == ["B02", "B03", "B04", "B11"]
    assert (bands[0].scale, scene.get_sensor().quantity.value) == (1e-4, "reflectance")
    assert (scene.acquired, scene.day_only) == (datetime(2020, 6, 1, 10, tzinfo=UTC), False)
    assert scene.details["cloud_cover"] == 10
    assert scene.details["source"] == {
        "item": "S2A_1",
        "collection": "sentinel-2-l2a",
        "href": f"{host.url}/S2A_1/item.json",
        "licence": "CC-BY-4.0",
    }
    assert scene.asset.size < 10_000
    (_, sample), *_ = load_samples(project, project.samples.order_by("index"))
    side = sample.chips[0].pixels.shape[-1]
    near = values_of("red", len("S2A_1"))[0, :side, :side] * np.float32(1e-4)
    assert np.allclose(sample.chips[0].pixels[2], near, atol=1e-6)


def test_an_item_twice_changes_nothing(project: Project, host: Host, catalogue: str) -> None:
    add(project, catalogue)
    before = files_on_disk()
    host.asked.clear()
    job = add(project, catalogue)
    assert "already in the project as S2A_1" in job.message
    assert (project.scenes.count(), files_on_disk()) == (1, before)
    assert not [path for _, path, _ in host.asked if path.endswith(".tif")]
    offered, _ = offers(project, Query(catalogue))
    assert [offer.status.value for offer in offered] == ["duplicate"]


def test_a_look_takes_nothing_in(project: Project, host: Host, catalogue: str) -> None:
    (offer,), findings = offers(project, Query(catalogue))
    assert (offer.status.value, offer.assets) == ("accepted", ("blue", "green", "red", "swir16"))
    assert offer.bands == ("B02", "B03", "B04", "B11")
    assert (findings.complete, project.scenes.count(), Job.objects.count(), files_on_disk()) == (True, 0, 0, [])
    assert not [path for _, path, _ in host.asked if path.endswith(".tif")]


def test_only_the_items_that_were_chosen_are_added(project: Project, host: Host, tmp_path: Path) -> None:
    url = put_catalogue(host, [put_item(host, tmp_path, name) for name in ("one", "two", "three")])
    add(project, url, "two")
    assert [scene.name for scene in project.scenes.all()] == ["two"]


def test_a_host_that_is_away_costs_no_try(project: Project, host: Host, catalogue: str) -> None:
    host.behaviour["/S2A_1/B04.tif"] = "away"
    job = add(project, catalogue)
    assert (job.state, job.attempts) == (Job.State.QUEUED, 0)
    assert "127.0.0.1 has a fault now" in job.message
    assert (project.scenes.count(), files_on_disk()) == (0, [])
    host.behaviour.clear()
    Job.objects.filter(pk=job.pk).update(not_before=None)
    jobs.run(job.pk)
    assert project.scenes.count() == 1


def test_embedding_waits_for_a_host(project: Project, host: Host, catalogue: str) -> None:
    add(project, catalogue)
    chunks.clear()
    host.behaviour.update(dict.fromkeys(host.files, "away"))
    with pytest.raises(RemoteAway):
        list(load_samples(project, project.samples.all()))
    Scene.objects.update(checked="")
    quarantine.close()  # a child remembers what it read
    with pytest.raises(RemoteAway):
        check_scenes(project)
    assert project.scenes.get().fault == ""
    job = Job.request(project, JobKind.EMBED)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.QUEUED, 0)


def test_a_file_that_changes_on_its_host_is_noticed(project: Project, host: Host, catalogue: str) -> None:
    add(project, catalogue)
    chunks.clear()
    host.files["/S2A_1/B03.tif"] = host.files["/S2A_1/B04.tif"]
    with pytest.raises(RemoteChanged, match="B03.tif at 127.0.0.1 has changed since it was added"):
        list(load_samples(project, project.samples.all()))


def test_a_scene_is_brought_in(
    project: Project, host: Host, catalogue: str, django_capture_on_commit_callbacks
) -> None:
    add(project, catalogue)
    scene = project.scenes.get()
    before = [sample.chips[0].pixels for _, sample in load_samples(project, project.samples.order_by("index"))]
    assert any("bring it in" in remark for remark in scene.remarks)
    job = request_bring(scene)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    scene.refresh_from_db()
    assert (scene.asset.kind, Asset.objects.count(), len(files_on_disk())) == ("raster", 1, 1)
    assert not any("bring it in" in remark for remark in scene.remarks)
    host.files.clear()
    chunks.clear()
    after = [sample.chips[0].pixels for _, sample in load_samples(project, project.samples.order_by("index"))]
    assert all(np.allclose(one[:3], other[:3]) for one, other in zip(before, after, strict=True))
    with pytest.raises(BadSettings, match="is here already"):
        request_bring(scene)


def test_what_was_brought_in_is_not_added_again(project: Project, catalogue: str) -> None:
    add(project, catalogue)
    jobs.run(request_bring(project.scenes.get()).pk)
    assert "already in the project" in add(project, catalogue).message
    assert project.scenes.count() == 1


def test_its_place_cannot_be_restated(project: Project, catalogue: str) -> None:
    add(project, catalogue)
    with pytest.raises(BadSettings, match="bring it in first"):
        request_place(project.scenes.get(), Place(nodata=1))


def test_it_leaves_without_a_trace(project: Project, catalogue: str, django_capture_on_commit_callbacks) -> None:
    add(project, catalogue)
    with django_capture_on_commit_callbacks(execute=True):
        ingest.remove_scene(project.scenes.get())
    assert (Asset.objects.count(), files_on_disk()) == (0, [])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<VRTDataset></VRTDataset>", "is no GeoTIFF"),
        (b"II*\0" + bytes(5000), "damaged or truncated"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "is no GeoTIFF"),
    ],
)
def test_what_cannot_be_read_leaves_a_clean_store(
    project: Project, host: Host, catalogue: str, content: bytes, words: str
) -> None:
    host.put("/S2A_1/B04.tif", content)
    job = add(project, catalogue)
    assert job.state == Job.State.FAILED
    assert words in job.error
    assert "B04.tif at 127.0.0.1" in job.error
    assert (project.scenes.count(), Asset.objects.count(), files_on_disk()) == (0, 0, [])


@pytest.mark.parametrize("href", ["http://169.254.169.254/a.tif", "https://10.0.0.1/a.tif", "file:///etc/passwd",
                                  "/vsicurl/http://169.254.169.254/a.tif", "s3://secret/a.tif"])  # fmt: skip
def test_files_of_other_hosts_are_refused(project: Project, host: Host, tmp_path: Path, href: str) -> None:
    url = put_item(host, tmp_path)
    path = url.removeprefix(host.url)
    host.files[path] = host.files[path].replace(b"./B04.tif", href.encode())
    job = add(project, url)
    assert job.state == Job.State.FAILED
    assert (project.scenes.count(), files_on_disk()) == (0, [])


def test_a_catalogue_of_another_host_is_refused_at_once(project: Project) -> None:
    with allowed("example.org"), pytest.raises(NotReachable, match="not among the hosts"):
        request_items(project, Query("https://example.com/catalog.json"), [])
    assert Job.objects.count() == 0


def test_the_ground_of_a_project_is_where_its_scenes_are(project: Project, tmp_path: Path) -> None:
    assert ingest.places_to_look(project)["area"] is None
    for number, west in enumerate((179.0, -179.5)):
        where = Affine(0.01, 0, west, 0, -0.01, -16)
        factories.make_scene(
            project, tmp_path, name=f"fiji{number}", size=(1, 20, 20), crs="EPSG:4326", transform=where
        )
    west, south, east, north = ingest.places_to_look(project)["area"]
    assert (round(west, 3), round(south, 3), round(east, 3), round(north, 3)) == (179, -16.2, -179.3, -16)
