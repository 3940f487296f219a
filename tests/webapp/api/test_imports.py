"""/api/projects/{id}/imports/: send, look, map, take in, take back."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotation import jobs
from annotation.exports import make
from annotation.models import Annotation, Job
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project, samples):
    return f"/api/projects/{project.pk}/imports/"


@pytest.fixture
def content(alice, tmp_path: Path) -> bytes:
    """Return an export of three labels of the same ground, with a class that the project has not."""
    other = factories.make_project(alice, name="Other", classes=("Open water", "Swamp"))
    factories.make_scene(other, tmp_path, name="other")
    for sample, code in zip(other.samples.all()[:3], (1, 1, 2), strict=True):
        factories.label(sample, alice, code)
    make(other, "coco", tmp_path / "other.zip")
    return (tmp_path / "other.zip").read_bytes()


def work() -> None:
    for job in Job.objects.filter(kind="import", state="queued"):
        jobs.run(job.pk)


def send(client, address, content, **fields):
    return client.post(address, {"file": SimpleUploadedFile("other.zip", content), **fields}, format="multipart")


def test_it_works(api, address, content, alice, project):
    client = api(alice)
    sent = send(client, address, content)
    assert sent.status_code == 202
    assert (sent.json()["state"], sent.json()["job_state"]) == ("looking", "queued")
    work()
    one = f"{address}{sent.json()['id']}/"
    shown = client.get(one).json()
    assert (shown["state"], shown["report"]["fates"]) == ("ready", {"taken": 2, "unmapped": 1})
    assert shown["mapping"] == {"1": 1}
    assert not Annotation.objects.filter(sample__project=project).exists()
    (lost,) = client.get(f"{one}items/?fate=unmapped").json()["results"]
    assert (lost["at"], lost["message"]) == ("line 3", "Say which class Swamp becomes.")
    assert client.patch(one, {"mapping": {"2": 3}}, format="json").status_code == 202
    work()
    assert client.post(f"{one}take/").status_code == 202
    work()
    assert client.get(one).json()["state"] == "taken"
    said = Annotation.objects.filter(sample__project=project).order_by("sample__index")
    assert [(each.value, each.provenance, str(each.author)) for each in said] == [
        ({"class": 1}, "imported", "alice"), ({"class": 1}, "imported", "alice"), ({"class": 3}, "imported", "alice"),
    ]  # fmt: skip
    (item, *_) = client.get(f"{one}items/?fate=taken").json()["results"]
    assert (item["annotation"], item["source"]["author"]) == (said[0].pk, "alice")
    assert client.post(f"{one}undo/").status_code == 202
    work()
    assert client.get(one).json()["state"] == "undone"
    assert project.samples.exclude(answer=None).count() == 0
    assert client.get(address).json()["count"] == 1


def test_owners_alone_import(api, address, content, alice, carol, mallory):
    assert send(api(carol), address, content).status_code == 403
    assert send(api(mallory), address, content).status_code == 404
    pk = send(api(alice), address, content).json()["id"]
    for client, status in ((api(carol), 403), (api(mallory), 404)):
        assert client.get(f"{address}{pk}/").status_code == status
        assert client.get(f"{address}{pk}/items/").status_code == status
        assert client.post(f"{address}{pk}/take/").status_code == status


def test_what_is_no_option_is_told(api, address, content, alice):
    assert send(api(alice), address, content, options="[1").status_code == 400
    answer = send(api(alice), address, content, options=json.dumps({"format": "shapefile9"}))
    assert answer.status_code == 400
    assert "own" in answer.json()["error"]["message"]
    assert send(api(alice), address, content, trust="perhaps").status_code == 400
    assert send(api(alice), address, b"").status_code == 400


def test_taking_in_waits_until_it_was_looked_at(api, address, content, alice):
    pk = send(api(alice), address, content).json()["id"]
    assert api(alice).post(f"{address}{pk}/take/").status_code == 409
    assert api(alice).post(f"{address}{pk}/undo/").status_code == 409
    assert api(alice).delete(f"{address}{pk}/").status_code == 204
    assert api(alice).get(f"{address}{pk}/").status_code == 404


def test_a_file_that_cannot_be_read_says_why(api, address, alice):
    pk = send(api(alice), address, b"hello").json()["id"]
    work()
    shown = api(alice).get(f"{address}{pk}/").json()
    assert shown["job_state"] == "failed"
    assert "other.zip is of no format that labels are read from" in shown["error"]
