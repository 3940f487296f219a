"""/api/projects/{id}/exports/: ask, wait, download."""

import io
import zipfile

import pytest

from annotation import storage
from annotation.exports import run
from annotation.models import Export, Job
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project):
    return f"/api/projects/{project.pk}/exports/"


def test_it_works(api, address, samples, bob, carol):
    factories.label(samples[0], bob, 1)
    asked = api(carol).post(address, {"format": "geojson"})
    assert asked.status_code == 202
    assert (asked.json()["state"], asked.json()["download_url"]) == ("queued", None)
    job = Job.objects.get(pk=asked.json()["job"])
    job.start()
    job.finish(run(job))
    shown = api(carol).get(f"{address}{asked.json()['id']}/").json()
    assert (shown["state"], shown["annotations"]) == ("done", 1)
    answer = api(carol).get(shown["download_url"])
    content = b"".join(answer.streaming_content)
    assert len(content) == shown["size"]
    assert "private" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "labels.geojson" in archive.namelist()


def test_from_a_bucket_it_is_the_same_and_only_for_those_who_may_see_it(
    bucket, api, address, samples, bob, carol, mallory
):
    test_it_works(api, address, samples, bob, carol)
    export = Export.objects.get()
    export.place.unlink()
    download = f"{address}{export.pk}/download/"
    answer = api(carol).get(download)
    assert int(answer["Content-Length"]) == len(b"".join(answer.streaming_content)) == export.size
    assert answer["Content-Disposition"].startswith("attachment")
    assert api(mallory).get(download).status_code == 404
    storage.remove(export.place)
    assert api(carol).get(download).status_code == 409


def test_before_it_is_ready_there_is_nothing_to_download(api, address, carol):
    asked = api(carol).post(address, {"format": "coco"}).json()
    assert api(carol).get(f"{address}{asked['id']}/download/").status_code == 409


def test_a_failed_one_says_why(api, address, carol):
    asked = api(carol).post(address, {"format": "coco"}).json()
    job = Job.objects.get(pk=asked["job"])
    job.start()
    job.fail("The disk is full.")
    shown = api(carol).get(f"{address}{asked['id']}/").json()
    assert (shown["state"], shown["error"]) == ("failed", "The disk is full.")


def test_an_unknown_format_lists_the_known(api, address, carol):
    answer = api(carol).post(address, {"format": "shapefile"})
    assert answer.status_code == 400
    assert all(name in answer.json()["error"]["message"] for name in ("coco", "geojson", "masks"))


def test_a_release_is_made_by_the_owner_alone_and_listed(api, address, samples, alice, bob, carol, dave, project):
    factories.label(samples[0], bob, 1)
    wanted = {"format": "release", "licence": "CC-BY-4.0", "notes": "First", "splits": True, "seed": 3}
    assert api(carol).post(address, wanted).status_code == 403
    assert api(alice).post(address, {"format": "release"}).status_code == 400
    asked = api(alice).post(address, wanted, format="json").json()
    job = Job.objects.get(pk=asked["job"])
    job.start()
    job.finish(run(job))
    assert api(alice).get(f"{address}{asked['id']}/").json()["release"] == 1
    (listed,) = api(dave).get(f"/api/projects/{project.pk}/releases/").json()["results"]
    assert (listed["number"], listed["licence"], listed["notes"], listed["export"]) == (
        1,
        "CC-BY-4.0",
        "First",
        asked["id"],
    )
    assert listed["changes"] == {"since": None, "added": 1, "removed": 0, "changed": 0}
    assert b"".join(api(dave).get(listed["download_url"]).streaming_content).startswith(b"PK")


@pytest.mark.parametrize(
    "wanted", [{"shares": [1, 2]}, {"shares": "x"}, {"seed": -1}, {"block": 10**9}, {"splits": "perhaps"}]
)
def test_options_that_cannot_be_are_refused(api, address, carol, wanted):
    answer = api(carol).post(address, {"format": "geojson", **wanted}, format="json")
    assert answer.status_code == 400
    assert not Job.objects.filter(kind="export").exists()
