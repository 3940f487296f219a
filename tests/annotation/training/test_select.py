"""Selecting: the encoders beside each other on the labels so far, and what that says in plain words."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.improvement import overview, request_training
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from tests.annotation.training.test_publish import label_twenty
from tests.pools import covered_project, run_jobs


def select(project: Project, user: AbstractBaseUser) -> Job:
    """Compare now, whatever else waits."""
    job = request_training(project, "select", user)
    run_jobs(project, JobKind.SELECT)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("task", ["classification", "segmentation"])
def test_it_works(task: str, alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = label_twenty(covered_project(alice, tmp_path, task=task), alice)
    job = select(project, alice)
    assert (job.state, job.error) == (Job.State.DONE, "")
    rows = job.result["rows"]
    assert {row["key"] for row in rows} == {"nano", "statistics"}
    assert sum(row["best"] for row in rows) == 1
    assert [row["difference"] is None for row in rows] == [row["best"] for row in rows]
    assert all(row["accuracy"] > 0.8 for row in rows)
    assert job.result["labels"] == 18  # audits take no part
    assert job.message == job.result["reason"][:300]
    assert overview(project)["compared"]["id"] == job.pk
    project.refresh_from_db()
    assert project.encoder == "nano"


def test_too_few_labels_are_told(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path)
    run_jobs(project)
    job = select(project, alice)
    assert job.error == "Comparing needs 12 labels, and 3 of each of two classes; there are 0 (audits take no part)."
