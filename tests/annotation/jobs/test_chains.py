"""Chains of jobs: each says what the next one will see, and none goes on for ever."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation import jobs
from annotation.ingest import Wishes, ingest_files
from annotation.models import Job, Project
from annotation.models.chains import MOST_LINKS
from annotation.models.jobs import JobKind
from tests.factories import make_project
from tests.pools import make_samples, run_jobs
from tests.rasters import ramp, write_raster

FEW = 4  # jobs, before a chain without progress has ended


def run_some(project: Project) -> list[Job]:
    """Run what waits and what that asks for, but not for ever."""
    ran = []
    while job := project.jobs.filter(state=Job.State.QUEUED).order_by("id").first():
        jobs.run(job.pk)
        job.refresh_from_db()
        ran.append(job)
        assert len(ran) <= 2 * MOST_LINKS, "jobs ask for each other for ever"
    return ran


def test_a_picture_smaller_than_a_tile_ends_in_words(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = make_project(alice, tile_px=64)
    path = write_raster(tmp_path / "small.tif", ramp(3, 40, 40))
    (result,) = ingest_files(project, [path], Wishes(), report=lambda *_: None)
    assert "But no tile of it is filled far enough to be labelled" in result.message
    assert len(run_some(project)) < FEW
    Job.request(project, JobKind.REFIT)
    ran = run_some(project)
    assert (len(ran), ran[0].state) == (1, Job.State.DONE)
    assert ran[0].message == "No tile is filled far enough to be labelled; a round follows when imagery brings some."


def test_a_round_asked_for_without_tiles_ends_in_words(project: Project) -> None:
    Job.request(project, JobKind.REFIT)
    ran = run_some(project)
    assert [job.message for job in ran] == ["There are no tiles yet; a round follows when imagery brings some."]


def test_tiles_that_cannot_be_embedded_end_in_words(project: Project) -> None:
    make_samples(project, 3)  # without imagery
    Job.request(project, JobKind.REFIT)
    ran = run_some(project)
    assert len(ran) < FEW, [job.kind for job in ran]
    assert not project.jobs.under_way().exists()


def test_jobs_that_ask_without_saying_why_come_to_an_end(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask_again(job: Job) -> str:
        Job.request(project, JobKind.REFIT if job.kind == JobKind.EMBED else JobKind.EMBED)
        return "done"

    monkeypatch.setattr(jobs, "import_string", lambda name: ask_again)
    Job.request(project, JobKind.EMBED)
    ran = run_some(project)
    assert len(ran) == MOST_LINKS + 1
    assert ran[-1].state == Job.State.FAILED
    assert "asked for the next without anybody's doing" in ran[-1].error
    assert ran[-1].restart(), "a person may try again"
    assert len(run_some(project)) == MOST_LINKS + 1


def test_a_clock_that_lags_makes_no_round_ask_for_the_next(
    project: Project, alice: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refit(job: Job) -> str:  # its round is dated before the newest answer
        Job.ask(project, JobKind.REFIT, sees="answer 7")
        return "done"

    monkeypatch.setattr(jobs, "import_string", lambda name: refit)
    Job.request(project, JobKind.REFIT)
    assert len(run_jobs(project)) == 2
