"""Bad files through the upload API: each ends in a clear message, and in a store without a trace of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotation import jobs
from annotation.deletions import delete_project
from annotation.ingest import sweep_files
from annotation.models import Asset, Grid, Job, Project, Scene, Tile, Transfer
from tests import factories
from tests.bad_files import KINDS, TAKEN, Case
from tests.sweeps import in_part
from tests.uploads import files_on_disk

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(api, alice) -> Callable[[Project, Case], str]:
    """Return a function that uploads a case, lets the worker have it, and gives all that its sender is told."""

    def upload(project: Project, case: Case) -> str:
        files = [SimpleUploadedFile(name, data) for name, data in case.files.items()]
        answer = api(alice).post(f"/api/projects/{project.pk}/scenes/", {"files": files}, format="multipart")
        assert answer.status_code in (202, 400, 413), (case.name, answer.status_code)
        told: list[str] = [result["message"] for result in answer.json().get("files", [])]
        told.append(answer.json().get("error", {}).get("message", ""))
        for job in Job.objects.filter(kind="ingest", state=Job.State.QUEUED):
            jobs.run(job.pk)
            job.refresh_from_db()
            told += [job.state, job.error]
        return " ".join(told)

    return upload


def traces() -> list[Any]:
    """Return what there is of files, on disk and in the database."""
    Job.objects.all().delete()
    rows = (Asset, Scene, Grid, Tile, Transfer)
    return [*files_on_disk(), *(row for model in rows for row in model.objects.all())]


@in_part(3)
@pytest.mark.parametrize("kind", KINDS)
def test_each_is_refused_in_words_and_leaves_nothing(send, alice, kind, every) -> None:
    project, wrong = factories.make_project(alice), []
    for case in list(KINDS[kind]())[::every]:
        told = send(project, case)
        if not re.search(case.words, told):
            wrong.append(f"{case.name}: {told}")
        if left := traces():
            wrong.append(f"{case.name} left {left}: {told}")
            delete_project(project)
            sweep_files(older_than=-1)
            project = factories.make_project(alice)
    assert not wrong, "\n".join(wrong)


@in_part(3)
def test_what_is_odd_is_taken_and_told(send, alice, tmp_path, every) -> None:
    wrong = []
    for case in list(TAKEN())[::every]:
        project = factories.make_project(alice, name=case.name)
        ground = case.name.endswith(".csv") and factories.make_scene(project, tmp_path)  # of which tables speak
        told = send(project, case)
        said = " ".join([*project.jobs.values_list("message", flat=True), told])
        scene = project.scenes.exclude(pk=ground.pk if ground else None).first()
        said = " ".join([said, *(scene.remarks if scene else [])])
        if scene is None or not re.search(case.words, said) or "root:" in str(scene.asset.facts):
            wrong.append(f"{case.name}: {said}")
    assert not wrong, "\n".join(wrong)


def test_there_are_more_than_a_hundred() -> None:
    assert sum(len(list(make())) for make in KINDS.values()) > 130
