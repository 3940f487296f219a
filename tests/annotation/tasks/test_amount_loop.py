"""Amounts from label to suggestion: refit, ranks, publication, review, insights, tuning, comparison, replay."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.fits import newest_fit
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from tests.amounts import measure, true_amount, wet_project
from tests.pools import one_of_each, run_jobs


@pytest.fixture
def wet(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return an embedded project of 64 tiles with its first, cold round and no audits drawn."""
    project = wet_project(alice, tmp_path, audit_share=0)
    assert [job.error for job in run_jobs(project)] == ["", ""]
    return project


@pytest.fixture
def measured(wet: Project, alice: AbstractBaseUser) -> Project:
    """Return it with 24 labels, and as many audits as it takes to tell something."""
    measure(one_of_each(wet)[:36], alice, audits=12)
    run_jobs(wet, JobKind.REFIT)
    return wet


def work(project: Project, kind: JobKind) -> Job:
    """Do one job now."""
    Job.request(project, kind)
    (job,) = run_jobs(project, kind)
    assert job.error == ""
    return job


def test_it_works(measured: Project) -> None:
    newest, fit = measured.rounds.first(), newest_fit(measured)
    assert (newest.labels, newest.classes, newest.audits) == (24, 1, 12)
    assert newest.accuracy > 0.8
    assert newest.report["amount"]["rmse"]["value"] < 10
    assert (fit.number, fit.columns, fit.values.dtype) == (newest.number, (0, 1, 2), np.float32)
    samples = list(measured.samples.select_related("tile"))
    off = [fit.values[sample.index, 0] - true_amount(sample) for sample in samples]
    assert np.mean(np.abs(off) < 10) > 0.9
    assert (fit.values[:, 1] <= fit.values[:, 0]).all() and (fit.values[:, 0] <= fit.values[:, 2]).all()
    assert 0 < fit.confidences.min() and fit.confidences.max() <= 1
