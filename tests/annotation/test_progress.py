"""Progress: what the project's page says."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.labeling import Answer, submit
from annotation.models import Project, Sample
from annotation.progress import counts, counts_lately, progress
from annotation.projects import merge_class
from annotation.trust import trust
from tests.factories import make_model_version, make_round, suggest
from tests.pools import answer_truly, covered_project, make_samples, rank, run_jobs, take


def test_it_works(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path)
    run_jobs(project)
    for _ in range(20):
        answer_truly(take(project, alice).sample, alice)
    run_jobs(project)
    status = progress(project) | trust(project)
    assert status["counts"] == {
        "open": 44,
        "labelled": 20,
        "unsure": 0,
        "disputed": 0,
        "empty": 0,
        "cloudy": 0,
        "total": 64,
    }
    assert sum(known["labelled"] for known in status["by_class"]) == 20
    assert sum(known["suggested"] for known in status["by_class"]) == 44 - status["audits"]["drawn"] + 2
    assert status["people"] == [{"name": "alice", "labels": 20, "seconds_median": 2.0}]
    assert status["labels_last_hour"] == 20
    assert status["audits"]["labelled"] == 2
    told = {"value": None, "low": None, "high": None, "audits": 2, "missing": 8}
    assert (status["accuracy"], status["curve"], status["round"]["labels"]) == (told, [], 18)
    assert status["published"]["number"] == 1
    assert {job["state"] for job in status["jobs"]} == {"done"}


def test_accuracy_is_told_once_there_are_enough_audits(project: Project) -> None:
    made = make_round(project, make_samples(project, 3))
    told = {"accuracy": 0.9, "accuracy_low": 0.7, "accuracy_high": 0.97, "labels": 40}
    for audits, accuracy, points in ((3, None, 0), (9, None, 0), (10, 0.9, 1)):
        project.rounds.filter(pk=made.pk).update(audits=audits, **told)
        status = progress(project)
        assert (status["accuracy"]["value"], len(status["curve"])) == (accuracy, points)
    project.rounds.filter(pk=made.pk).update(accuracy_low=0.2)  # as audits that weigh unlike may leave it
    assert progress(project)["accuracy"]["missing"] == 11


def test_metrics_of_too_few_audits_are_not_told(project: Project) -> None:
    score = {"value": 1.0, "low": 0.44, "high": 1.0, "audits": 3}
    metrics = {"cross_validated_accuracy": 0.79, "audit_accuracy": score, "rmse": 3.1}
    make_model_version(project, metrics=metrics)
    told = progress(project)["published"]["metrics"]
    blank = {"value": None, "low": None, "high": None, "audits": 3, "missing": 7}
    assert told == {"cross_validated_accuracy": 0.79, "audit_accuracy": blank}


def test_an_empty_project_has_nothing_to_say(project: Project) -> None:
    status = progress(project)
    assert status["counts"]["total"] == 0
    assert (status["accuracy"], status["published"], status["round"], status["curve"]) == (None, None, None, [])


def test_a_merged_class_counts_as_the_other(project: Project, bob: AbstractBaseUser) -> None:
    first, second = make_samples(project, 2)
    submit(first, bob, Answer(value={"class": 1}))
    submit(second, bob, Answer(value={"class": 2}))
    merge_class(project, 2, 1)
    assert [(known["code"], known["labelled"]) for known in progress(project)["by_class"]] == [(1, 2), (3, 0)]


def test_suggestions_on_waiting_audits_are_not_counted(project: Project) -> None:
    samples = make_samples(project, 20)
    version = make_model_version(project)
    for sample in samples:
        suggest(version, sample, 1)
    rank(project, samples)
    drawn = Sample.objects.filter(audit__isnull=False).count()
    assert progress(project)["by_class"][0]["suggested"] == 20 - drawn


@pytest.mark.parametrize("count", [10, 60])
def test_it_asks_the_database_as_often_for_many_as_for_few(
    project: Project, bob: AbstractBaseUser, count: int, django_assert_max_num_queries
) -> None:
    for sample in make_samples(project, count)[:9]:
        submit(sample, bob, Answer(value={"class": 1}))
    with django_assert_max_num_queries(20):
        progress(project)


def test_counts_of_a_large_project_are_some_seconds_old(
    project: Project, samples: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotation.progress._LARGE", 5)
    before = counts_lately(project)
    project.samples.update(state="labelled")
    assert counts_lately(project) == before
    assert counts(project)["labelled"] == len(samples)


def test_counts_of_a_small_project_are_of_now(project: Project, samples: list[Sample]) -> None:
    assert counts_lately(project)["open"] == len(samples)
    project.samples.update(state="labelled")
    assert counts_lately(project)["open"] == 0
