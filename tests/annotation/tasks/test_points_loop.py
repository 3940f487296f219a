"""Points from label to suggestion and count."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.insights import insight, request_insight
from annotation.models import Suggestion
from annotation.models.jobs import JobKind
from annotation.tasks import task_of
from tests.pools import run_jobs
from tests.things import labelled_project, true_value


def test_it_works(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = labelled_project(alice, tmp_path, "points", task_options={"radius_m": 30})
    newest, task = project.rounds.first(), task_of(project)
    assert task.radius(project) == pytest.approx(3, abs=0.01)  # pixels of ten metres
    assert (newest.labels, newest.audits) == (24, 12)
    assert newest.accuracy > 0.8
    assert "ap30" not in newest.report["objects"]
    said = list(Suggestion.objects.select_related("sample__tile", "sample__project"))
    wrong = [task.wrongness(project, true_value(each.sample), each.value) for each in said]
    assert (len(said), np.mean(wrong) < 0.2) == (28, True)
    request_insight(project)
    assert [job.error for job in run_jobs(project, JobKind.INSIGHT)] == [""]
    counted = insight(project)["found"]["counted"]
    assert counted["total"]["low"] <= 30 <= counted["total"]["high"]
