"""Fine-tuning on masks."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.improving import tuning
from annotation.models import Job, Project
from tests.annotation.improving.test_tune import Tuner, tune, tune_really
from tests.annotation.learning.test_publish import label_twenty
from tests.pools import covered_project, run_jobs
from tests.worlds import shared_world


def paint_and_publish(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return a segmentation with twenty masks and a published version."""
    project = label_twenty(covered_project(owner, folder, task="masks"), owner)
    run_jobs(project)
    return project


world, alice, painted = shared_world(paint_and_publish)


def test_it_works(painted: Project, alice: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "finetune", Tuner())
    assert tune(painted, alice).state == Job.State.DONE
    compared = painted.model_versions.first().metrics["comparison"]
    assert compared["held_out"]["count"] == 18
    assert 0 < compared["held_out"]["before"]["value"] <= 1
    assert np.isfinite(compared["held_out"]["difference"]["low"])


def test_real_tuning_makes_a_candidate_or_says_that_nothing_helped(
    painted: Project, alice: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    tune_really(painted, alice, monkeypatch)
