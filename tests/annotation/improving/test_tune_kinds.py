"""Fine-tuning for real, on labels that are no classes: amounts and tags, from the request to the new suggestions."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.improving import tuning
from annotation.improving.requests import promote, request_training
from annotation.learning.encoders import open_encoder
from annotation.models import Job, ModelVersion, Project
from annotation.models.jobs import JobKind
from mlcore.finetune import FinetuneRecipe
from mlcore.finetune import tuning as loop
from tests.amounts import measure, wet_project
from tests.annotation.tasks.test_tags import tag, true_tags
from tests.factories import make_audit
from tests.pools import covered_project, one_of_each, run_jobs
from tests.sweeps import left_out


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Train for one epoch, and keep no label back to say whether it helped: a candidate always comes of it."""
    monkeypatch.setattr(tuning, "FinetuneRecipe", partial(FinetuneRecipe, epochs=1))
    monkeypatch.setattr(loop, "_FEW", 1000)


def measured(alice: AbstractBaseUser, folder: Path) -> Project:
    """Return a project with 24 amounts and 12 audits."""
    project = wet_project(alice, folder, audit_share=0)
    run_jobs(project)
    measure(one_of_each(project)[:36], alice, audits=12)
    return project


def tagged(alice: AbstractBaseUser, folder: Path) -> Project:
    """Return a project with 24 tiles that have tags or none, and 12 audits."""
    project = covered_project(alice, folder, task="tags", audit_share=0)
    run_jobs(project)
    for place, sample in enumerate(one_of_each(project)[:36]):
        if place < 12:
            make_audit(sample, probability=0.2)
        tag(sample, alice, *true_tags(sample))
    return project


@pytest.mark.parametrize("made_of", [measured, left_out(tagged)])
def test_it_works(
    made_of: Callable[[AbstractBaseUser, Path], Project], alice: AbstractBaseUser, tmp_path: Path
) -> None:
    project = made_of(alice, tmp_path)
    run_jobs(project)
    job = request_training(project, "finetune", alice)
    run_jobs(project, JobKind.FINETUNE)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert {point["stage"] for point in job.result["curve"]} == {0, 1, 2, 3}
    assert all(np.isfinite(point["loss"]) for point in job.result["curve"])
    candidate = project.model_versions.get(origin=ModelVersion.Origin.FINETUNE)
    assert open_encoder(project, candidate.encoder).digest == candidate.encoder
    compared = candidate.metrics["comparison"]
    assert (compared["held_out"]["count"], compared["audits"]["count"], compared["folds"]) == (24, 12, 3)
    assert all(
        0.5 < compared[part][when]["value"] <= 1 for part in ("held_out", "audits") for when in ("before", "after")
    )
    if candidate.state == ModelVersion.State.CANDIDATE:
        promote(project, candidate.number, alice)
    assert not any(job.error for job in run_jobs(project))
    project.refresh_from_db()
    assert project.encoder == candidate.encoder == project.rounds.first().encoder
    assert project.model_versions.get(state=ModelVersion.State.PUBLISHED).suggestions.count() > 20
