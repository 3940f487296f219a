"""Pretraining further: the project's imagery, without labels, makes a candidate; labels only measure it."""

from pathlib import Path

import pytest
import torch
from django.contrib.auth.models import AbstractBaseUser

from annotation.improving import pretraining
from annotation.improving.requests import request_training
from annotation.models import Job, ModelVersion, Project
from mlcore.model import Encoder
from mlcore.pretrain import Step
from tests.annotation.learning.test_publish import label_twenty
from tests.pools import SIDE, TILES, covered_project, run_jobs


class Pretrainer:
    """Stands in for pretraining: moves the weights a little, and keeps what it was given."""

    def __call__(self, scenes, recipe, *, config, start, progress) -> tuple[Encoder, list[Step]]:
        self.scenes, self.recipe = scenes, recipe
        step = Step(number=1, loss=4.2, seconds=1.0, samples=256)
        progress(step)
        made = Encoder(network=type(start.network)(config), card={})
        made.network.load_state_dict(start.network.state_dict())
        with torch.no_grad():
            made.network.tokenizer.basis.add_(1e-3)
        return made, [step]


@pytest.fixture
def pretrainer(monkeypatch: pytest.MonkeyPatch) -> Pretrainer:
    """Put a quick stand-in where pretraining is called."""
    made = Pretrainer()
    monkeypatch.setattr(pretraining, "pretrain", made)
    return made


def pretrain_further(project: Project, user: AbstractBaseUser, **options: float) -> Job:
    """Pretrain, and run all that follows."""
    job = request_training(project, "pretrain", user, **options)
    run_jobs(project)
    job.refresh_from_db()
    return job


def test_it_works(alice: AbstractBaseUser, tmp_path: Path, pretrainer: Pretrainer) -> None:
    project = label_twenty(covered_project(alice, tmp_path), alice)
    job = pretrain_further(project, alice, minutes=1.5)
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert pretrainer.recipe.minutes == 1.5
    assert [scene.pixels.shape for scene in pretrainer.scenes] == [(3, TILES * SIDE, TILES * SIDE)]
    version = project.model_versions.get(origin=ModelVersion.Origin.PRETRAIN)
    assert (version.state, version.encoder_name) == (ModelVersion.State.CANDIDATE, "nano, pretrained on this imagery")
    assert version.metrics["comparison"]["held_out"]["count"] == 18
    assert job.result["curve"] == [{"stage": 0, "step": 1, "loss": 4.2, "validation": None}]


def test_without_labels_the_candidate_waits_for_its_owner(
    alice: AbstractBaseUser, tmp_path: Path, pretrainer: Pretrainer
) -> None:
    project = covered_project(alice, tmp_path)
    run_jobs(project)
    assert pretrain_further(project, alice).error == ""
    version = project.model_versions.get()
    assert (version.state, version.labels, version.head) == (ModelVersion.State.CANDIDATE, 0, "")
    assert version.reason == "Too few labels to compare it with the present encoder. You can promote it by hand."


def test_without_imagery_there_is_nothing_to_learn_from(project: Project, alice: AbstractBaseUser) -> None:
    assert pretrain_further(project, alice).error == "There is no imagery to learn from yet: add a scene first."
