"""Reports from audits: accuracy, F1 and area of each class, and where no audit looked."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.models import AuditDraw, AuditForecast, Job, Project, Suggestion
from annotation.models.jobs import JobKind
from annotation.promises.acceptance import accept
from annotation.promises.drawing import draw_audits
from annotation.promises.preview import preview
from annotation.stating import stated
from annotation.trust import trust
from tests.pools import add_scene, answer_truly, cover, covered_project, run_jobs, take
from tests.promised import promise, seen


def label_and_audit(project: Project, user: AbstractBaseUser, *, audits: int = 20) -> None:
    """Label twenty samples as they are served, then so many audits, and refit."""
    run_jobs(project)
    for _ in range(20):
        answer_truly(take(project, user).sample, user)
    project.audit_share = 0.5
    project.save()
    for seed in range(10):
        draw_audits(project, seed=seed)
        for drawn in AuditDraw.objects.filter(sample__project=project, sample__state="open"):
            if AuditDraw.objects.filter(sample__state="labelled").count() < audits:
                answer_truly(drawn.sample, user)
    run_jobs(project)


@pytest.mark.parametrize("task", ["classes", "masks"])
def test_it_works(alice: AbstractBaseUser, tmp_path: Path, task: str) -> None:
    project = covered_project(alice, tmp_path, task=task)
    label_and_audit(project, alice)
    newest = project.rounds.first()
    assert newest.accuracy_low <= newest.accuracy <= newest.accuracy_high
    assert newest.accuracy > 0.9
    told = newest.report["classes"]
    truth = np.bincount(cover().ravel())[1:] / cover().size
    assert [item["code"] for item in told] == [1, 2, 3]
    assert all(item["area"]["low"] <= share <= item["area"]["high"] for item, share in zip(told, truth, strict=True))
    assert sum(item["area"]["value"] for item in told) == pytest.approx(1, abs=0.01)
    assert all(item["f1"]["value"] > 0.8 for item in told if item["f1"])
    assert trust(project)["report"]["classes"] == stated(told, newest.audits)


def test_a_version_keeps_the_report_and_foresees_the_audits_unseen(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path)
    label_and_audit(project, alice)
    Job.request(project, JobKind.PUBLISH)
    run_jobs(project)
    version = project.model_versions.first()
    assert version.metrics["audit_report"]["classes"]
    assert version.metrics["audit_accuracy"]["audits"] >= 20
    draws = AuditDraw.objects.filter(sample__project=project)
    assert AuditForecast.objects.filter(model_version=version).count() == draws.count()
    assert not Suggestion.objects.filter(model_version=version, sample__audit__isnull=False).exists()


def test_a_real_version_is_accepted_and_what_it_labelled_is_not_learnt(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path)
    promise(project, bound=0.2)
    label_and_audit(project, alice, audits=24)
    Job.request(project, JobKind.PUBLISH)
    run_jobs(project)
    assert preview(project).problem == ""
    before = project.rounds.first().labels
    acceptance = accept(project, alice, seen(project))
    assert acceptance.accepted > 0
    Job.request(project, JobKind.REFIT)
    run_jobs(project)
    assert project.rounds.first().labels == before


def test_a_scene_without_audits_is_warned_of(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path)
    label_and_audit(project, alice)
    add_scene(project, tmp_path, name="later", east=8)
    run_jobs(project)
    Job.request(project, JobKind.REFIT)
    run_jobs(project)
    reach = trust(project)["report"]["reach"]
    assert reach["areas"] == ["later.tif"]
    assert "no audit" in reach["warning"]


def test_without_audits_nothing_is_claimed(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path, audit_share=0)
    run_jobs(project)
    for _ in range(12):
        answer_truly(take(project, alice).sample, alice)
    run_jobs(project)
    newest = project.rounds.first()
    assert (newest.accuracy, newest.report) == (None, {"reach": {}})
    assert trust(project)["audits"]["labelled"] == 0
