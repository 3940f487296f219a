"""Selecting: the encoders beside each other on the labels so far, and what that says in plain words."""

from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.vectors import Vectors
from annotation.encoders import choices, key_of, known_of, title_of
from annotation.improving.requests import overview, request_encoder, request_training
from annotation.ingest import correct_date
from annotation.learning.encoders import open_encoder
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from tests.annotation.learning.test_publish import label_twenty
from tests.factories import make_scene
from tests.pools import add_scene, covered_project, run_jobs


def select(project: Project, user: AbstractBaseUser) -> Job:
    """Compare now, whatever else waits."""
    job = request_training(project, "select", user)
    run_jobs(project, JobKind.SELECT)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("task", ["classes", "masks"])
def test_it_works(task: str, alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = label_twenty(covered_project(alice, tmp_path, task=task), alice)
    job = select(project, alice)
    assert (job.state, job.error) == (Job.State.DONE, "")
    rows = job.result["rows"]
    assert {row["key"] for row in rows} == {"nano", "nano+place", "statistics"}
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


def test_what_is_known_of_tiles_can_be_told(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path)
    add_scene(project, tmp_path, name="later", east=8)
    assert known_of(project) == ["place"]
    for day, scene in enumerate(project.scenes.all(), start=1):
        correct_date(scene, date(2024, 6, day))
    assert known_of(project) == ["place", "season"]
    label_twenty(project, alice)
    request_encoder(project, "nano+place+season", alice)
    run_jobs(project)
    project.refresh_from_db()
    assert title_of(project, project.encoder) == "nano (shipped), told place and season"
    encoder = open_encoder(project)
    assert encoder.knowledge == ("place", "season")
    assert Vectors(project, encoder.digest).present.all()
    newest = project.model_versions.first()
    assert (newest.encoder_name, key_of(project, newest)) == ("nano+place+season", "nano+place+season")
    request_encoder(project, "nano", alice)
    run_jobs(project)
    project.refresh_from_db()
    assert open_encoder(project).knowledge == ()


def test_chips_without_a_place_or_date_are_told_nothing(project: Project, tmp_path: Path) -> None:
    make_scene(project, tmp_path, crs=None)
    assert known_of(project) == []
    assert [choice.key for choice in choices(project)] == ["nano", "statistics"]
