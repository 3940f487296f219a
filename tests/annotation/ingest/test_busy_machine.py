"""A machine too busy to read a file: the file is kept, the job is tried again, and nothing is held against either."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation import clock, imports, jobs
from annotation.ingest import Status, Wishes, ingest_files, request_ingest
from annotation.models import Import, Job, Project
from annotation.soundness import check_scenes
from mlcore import quarantine
from mlcore.errors import Busy
from tests import factories
from tests.rasters import write_raster
from tests.uploads import files_on_disk, upload

pytestmark = pytest.mark.django_db
SAID = "This machine is busy: it did not get on with it in time. That is no fault of lake.tif, which is kept."


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Return a switch: as long as "now" is true, no file is looked at."""
    ask, state = quarantine.ask, {"now": True}

    def asked(task: str, allowance: Any, **options: Any) -> dict[str, Any]:
        if state["now"]:
            raise Busy(SAID)
        return ask(task, allowance, **options)

    monkeypatch.setattr(quarantine, "ask", asked)
    return state


@pytest.fixture
def waiting(project: Project, tmp_path: Path, busy: dict[str, bool]) -> Job:
    """Return the job of a good file that nobody had time for while its sender waited."""
    receipt = request_ingest(project, [upload(write_raster(tmp_path / "lake.tif"))])
    assert [result.message for result in receipt.files] == ["to be looked at in the background"]
    assert receipt.job
    return receipt.job


def run_late(job: Job, monkeypatch: pytest.MonkeyPatch) -> Job:
    """Run a job once it may begin again."""
    later = job.not_before or clock.now()
    with monkeypatch.context() as patch:
        patch.setattr("annotation.clock.now", lambda: later)
        jobs.run(job.pk)
    return Job.objects.get(pk=job.pk)


def test_it_works(project: Project, waiting: Job, busy: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.run(waiting.pk)
    row = Job.objects.get(pk=waiting.pk)
    assert (row.state, row.error) == (Job.State.QUEUED, "")
    assert row.message == f"{SAID} Tried again (2 of 5)."
    assert row.not_before
    assert any("lake.tif" in name or name.startswith("uploads") for name in files_on_disk())
    busy["now"] = False
    assert run_late(row, monkeypatch).state == Job.State.DONE
    assert project.scenes.get().name == "lake.tif"


def test_after_the_last_try_a_person_asks_and_the_file_is_there(
    project: Project, waiting: Job, busy: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = waiting
    for _ in range(5):
        assert row.state == Job.State.QUEUED
        row = run_late(row, monkeypatch)
    assert row.state == Job.State.FAILED
    assert row.error == f"{SAID} It was tried 5 times; start it again when there is less to do."
    busy["now"] = False
    assert row.restart()
    jobs.run(row.pk)
    assert project.scenes.get().name == "lake.tif"


def test_a_scene_is_not_marked_as_faulty(project: Project, tmp_path: Path, busy: dict[str, bool]) -> None:
    busy["now"] = False
    scene = factories.make_scene(project, tmp_path)
    project.scenes.update(checked="")
    busy["now"] = True
    with pytest.raises(Busy):
        check_scenes(project)
    scene.refresh_from_db()
    assert scene.fault == ""


def test_files_of_this_machine_are_told_one_by_one(project: Project, tmp_path: Path, busy: dict[str, bool]) -> None:
    paths = [write_raster(tmp_path / "lake.tif"), write_raster(tmp_path / "moor.tif", crs=None)]
    results = list(ingest_files(project, paths, Wishes(), report=lambda *_: None))
    assert [result.status for result in results] == [Status.REFUSED] * 2
    assert results[0].message == f"{SAID} Run it again when there is less to do."


def test_labels_wait_as_well(project: Project, alice: AbstractBaseUser, busy: dict[str, bool]) -> None:
    row = imports.request(project, alice, io.BytesIO(b"sample,class\n1,Forest\n"), name="labels.csv")
    jobs.run(row.job_id)
    job = Job.objects.get(pk=row.job_id)
    assert (job.state, job.message) == (Job.State.QUEUED, f"{SAID} Tried again (2 of 5).")
    assert Import.objects.get(pk=row.pk).state == Import.State.LOOKING


def test_a_correction_is_asked_to_come_again(
    api: Any, project: Project, alice: AbstractBaseUser, tmp_path: Path, busy: dict[str, bool]
) -> None:
    busy["now"] = False
    scene = factories.make_scene(project, tmp_path)
    busy["now"] = True
    answer = api(alice).patch(f"/api/projects/{project.pk}/scenes/{scene.pk}/", {"sensor": "rgb"}, format="json")
    assert answer.status_code == 503
    assert answer.json()["error"] == {"code": "busy", "message": SAID}
