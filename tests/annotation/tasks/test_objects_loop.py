"""Boxes and points from label to suggestion: refit, ranks, publication, acceptance."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.fits import newest_fit
from annotation.arrays.vectors import Vectors
from annotation.errors import BadSettings
from annotation.models import AuditForecast, Job, Project, Sample, Suggestion
from annotation.models.jobs import JobKind
from annotation.projects import save_project
from annotation.review import decide
from annotation.tasks import task_of
from tests.pools import run_jobs
from tests.things import name_all, objects_project, true_value


@pytest.fixture(params=["boxes", "points"])
def harbour(request: pytest.FixtureRequest, alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return a project with 64 tiles, 24 labels and 12 audits."""
    project = objects_project(alice, tmp_path, request.param, audit_share=0)
    assert [job.error for job in run_jobs(project)] == ["", ""]
    name_all(list(project.samples.select_related("tile", "project").order_by("index")[:36]), alice, audits=12)
    assert {job.error for job in run_jobs(project)} == {""}
    return project


def test_it_works(harbour: Project, alice: AbstractBaseUser) -> None:
    newest, fit, task = harbour.rounds.first(), newest_fit(harbour), task_of(harbour)
    assert (newest.labels, newest.audits, newest.classes) == (24, 12, 1)
    assert newest.accuracy > 0.8
    assert fit.columns == (1,)
    said = list(Suggestion.objects.select_related("sample__tile", "sample__project"))
    assert len(said) == 28
    wrong = [task.wrongness(harbour, true_value(each.sample), each.value) for each in said]
    assert np.mean(wrong) < 0.2
    assert all(0 <= thing["score"] <= 1 for each in said for thing in each.value[task.name])
    assert AuditForecast.objects.count() == 12


def test_what_is_accepted_are_the_objects_above_the_threshold(harbour: Project, alice: AbstractBaseUser) -> None:
    task = task_of(harbour)
    taken = Suggestion.objects.exclude(label=None).first()
    guess = {**taken.value[task.name][0], "score": 0.3}
    taken.value[task.name].append(guess)
    taken.save()
    in_bulk = Suggestion.objects.annotate(taken=task.accepted_column(harbour)).get(pk=taken.pk).taken
    assert decide(alice, [taken.pk], "accept").changed == 1
    answer = Sample.objects.get(pk=taken.sample_id).answer
    assert answer.value == in_bulk == {task.name: taken.value[task.name][:-1]}
    assert answer.label.code == 1
    named = Suggestion.objects.annotate(named=task.named_column()).get(pk=taken.pk).named
    assert named == [1] * len(taken.value[task.name])
    assert Suggestion.objects.filter(task.naming(1), pk=taken.pk).exists()
    assert not Suggestion.objects.filter(task.naming(2)).exists()


def test_a_saved_head_says_the_same(harbour: Project) -> None:
    version = harbour.model_versions.get(state="published")
    learner = task_of(harbour).learner.load(version.head_file)
    said = list(Suggestion.objects.select_related("sample").order_by("sample__index"))
    prediction = learner.predict(Vectors(harbour, version.encoder), np.array([each.sample.index for each in said]))
    again = [prediction.content(at, tile_px=32, in_use={1: 1})[0] for at in range(len(said))]
    assert again == [each.value for each in said]


@pytest.mark.parametrize("strategy", ["boxes", "unsure", "max_herding", "uncertainty_herding", "k_center"])
def test_a_round_asks_by_what_is_in_doubt(harbour: Project, strategy: str) -> None:
    harbour.strategy = strategy
    save_project(harbour)
    Job.request(harbour, JobKind.REFIT)
    (job,) = run_jobs(harbour, JobKind.REFIT)
    assert (job.error, harbour.rounds.first().strategy) == ("", strategy)


def test_what_needs_one_class_a_tile_is_refused(harbour: Project) -> None:
    harbour.strategy = "rare_class"
    with pytest.raises(BadSettings, match="needs one class for each tile"):
        save_project(harbour)
