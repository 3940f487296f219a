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
    assert "coco, geojson, masks" in answer.json()["error"]["message"]
