"""Web and two workers that share a bucket and no folder bring a project to the same end as one machine does."""

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from rest_framework.test import APIClient

from annotation import exports, storage
from annotation.models import Job, Project, Suggestion
from annotation.review import decide
from tests.factories import make_project
from tests.integration.conftest import Worker
from tests.pools import SIDE, label_truly, one_of_each, run_jobs, write_cover
from tests.processes import wait_for_jobs
from tests.sweeps import left_out
from webapp.tasks import dispatch

pytestmark = pytest.mark.django_db(transaction=True)

# differ between any two projects, or tell of moments
_OWN = {
    "annotation",
    "sample",
    "image_id",
    "scenes",
    "at",
    "grid",
    "scene",
    "created_at",
    "acceptance",
    "id",
    "project",
}

Settle = Callable[[Project], object]


def campaign(owner: AbstractBaseUser, task: str, file: Path, settle: Settle) -> tuple[Project, list[Any], bytes]:
    """Take imagery in, label, let the model learn and suggest, accept some of it, and download an export."""
    project = make_project(owner, tile_px=SIDE, refit_every=5, task=task, seed=7)
    client = APIClient()
    client.force_login(owner)
    address = f"/api/projects/{project.pk}"
    with file.open("rb") as upload:
        sent = client.post(f"{address}/scenes/", {"files": upload}, format="multipart")
    assert sent.status_code == 202, sent.content
    settle(project)
    tiles = one_of_each(project)
    for some in (tiles[:12], tiles[12:18]):
        label_truly(some, owner)
        settle(project)
    said = suggestions(project)
    best = Suggestion.objects.filter(sample__project=project).undecided().order_by("-confidence", "sample__index")
    decide(owner, list(best.values_list("pk", flat=True)[:10]), "accept")
    settle(project)
    asked = client.post(f"{address}/exports/", {"format": "coco", "images": True}).json()
    settle(project)
    assert not project.jobs.exclude(state=Job.State.DONE).exists(), list(project.jobs.values("kind", "state", "error"))
    answer = client.get(client.get(f"{address}/exports/{asked['id']}/").json()["download_url"])
    return project, said, b"".join(answer.streaming_content)


def suggestions(project: Project) -> list[Any]:
    """Return what the published version says of which tile."""
    rows = Suggestion.objects.filter(sample__project=project).order_by("model_version", "sample__index")
    names = ("model_version__number", "sample__index", "value", "label__code", "confidence", "mask", "state")
    return list(rows.values_list(*names))


def told(archive: bytes) -> dict[str, Any]:
    """Return what each entry of an export says, without what no two projects have in common."""
    with zipfile.ZipFile(io.BytesIO(archive)) as entries:
        assert entries.testzip() is None
        content = {name: entries.read(name) for name in entries.namelist() if name != "SHA256SUMS"}
    return {name: _plain(name, data) for name, data in content.items()}


def _plain(name: str, data: bytes) -> Any:
    """Return an entry without what is another project's own, where it is text."""
    if not name.endswith((".json", ".jsonl")):
        return data
    return [_without_own(json.loads(line)) for line in (data.splitlines() if name.endswith("l") else [data])]


def _without_own(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_own(each) for name, each in value.items() if name not in _OWN}
    return [_without_own(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("task", ["masks", left_out("classes")])
def test_it_works(task: str, start_worker: Callable[..., Worker], bucket: str, alice, tmp_path: Path, settings) -> None:
    file = write_cover(tmp_path)
    settings.DATA_DIR = tmp_path / "web"
    machines = {"first": "interactive", "second": "batch,gpu"}
    workers = [start_worker(queues, CACHE_DIR=str(tmp_path / name)) for name, queues in machines.items()]

    def settle(project: Project) -> None:
        dispatch(project.pk)
        wait_for_jobs(project)

    project, said, archive = campaign(alice, task, file, settle)
    assert not list(storage.entries(Path(settings.DATA_DIR) / "uploads"))
    rounds, versions = project.rounds.count(), project.model_versions.count()
    assert said
    for worker in workers:
        worker.end()
    for machine in ("web", *machines):  # nothing rests on what a machine has
        shutil.rmtree(tmp_path / machine)
    export = project.exports.get()
    with storage.opened(export.place) as kept:
        assert kept.read() == archive

    settings.STORAGE_URL, settings.DATA_DIR = "", tmp_path / "alone"
    alone, said_alone, archive_alone = campaign(alice, task, file, run_jobs)
    assert (alone.model_versions.count(), alone.rounds.count() > 0, rounds > 0) == (versions, True, True)
    assert said_alone == said
    assert told(archive_alone) == told(archive)
    assert exports.formats_of(alone) == exports.formats_of(project)
