"""What several pages tell is one figure: each page gets it from the same function."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.improving.evidence import weigh
from annotation.insights import insight, request_insight
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from annotation.trust import trust
from mlcore.audits.estimates import accuracy
from tests.pools import add_scene, covered_project, label_truly, one_of_each, run_jobs
from tests.worlds import shared_world


def tell(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return a project with audits of its first scene alone, with insights after a refit and a publication."""
    project = covered_project(owner, folder, audit_share=0)
    run_jobs(project)
    label_truly(one_of_each(project)[:39], owner, audits=15)
    add_scene(project, folder, name="later", east=8)
    run_jobs(project)
    for kind in (JobKind.REFIT, JobKind.PUBLISH):
        Job.request(project, kind)
        run_jobs(project, kind)
    request_insight(project)
    run_jobs(project, JobKind.INSIGHT)
    return project


world, alice, told = shared_world(tell)


def test_it_works(told: Project) -> None:
    insights, newest, version = insight(told)["found"], told.rounds.first(), told.model_versions.first()
    audited = version.metrics["audit_accuracy"]
    shown = {"value": newest.accuracy, "low": newest.accuracy_low, "high": newest.accuracy_high}
    assert audited == {**{name: round(value, 4) for name, value in shown.items()}, "audits": 15}
    error = version.metrics["expected_calibration_error"]
    assert error == pytest.approx(insights["reliability"]["error"], abs=0.01)


def test_how_far_audits_reach_is_told_alike(told: Project) -> None:
    warning = trust(told)["report"]["reach"]["warning"]
    assert "1 area has no audit" in warning
    assert insight(told)["found"]["reach"] == warning


def test_a_comparison_estimates_accuracy_as_rounds_do() -> None:
    rng = np.random.default_rng(0)
    before, after, chances = rng.random(60) < 0.7, rng.random(60) < 0.9, rng.choice([0.05, 0.2], 60)
    evidence = weigh(before.astype(float), after.astype(float), chances, np.arange(60))
    assert evidence.before == accuracy(before, chances)
    assert evidence.after == accuracy(after, chances)
    assert evidence.difference.value == pytest.approx(evidence.after.value - evidence.before.value)


def test_a_class_that_the_model_does_not_know_counts_as_wrong(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path, audit_share=0)
    run_jobs(project)
    samples = one_of_each(project)
    label_truly(samples[:12], alice, audits=12)
    label_truly([sample for place, sample in enumerate(samples[12:36]) if place % 3 < 2], alice)
    Job.request(project, JobKind.PUBLISH)
    run_jobs(project, JobKind.PUBLISH)
    metrics = project.model_versions.first().metrics
    assert metrics["classes"] == [1, 2]
    assert metrics["expected_calibration_error"] > 0.2  # a third of the audits are of the third class


def test_before_the_first_round_it_says_so(project: Project) -> None:
    request_insight(project)
    (job,) = run_jobs(project)
    assert job.state == Job.State.FAILED and "nothing to tell yet" in job.error
