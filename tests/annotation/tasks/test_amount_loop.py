"""Amounts from label to suggestion: refit, ranks, publication, review, insights, tuning, comparison, replay."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.fits import newest_fit
from annotation.arrays.vectors import Vectors
from annotation.improving import tuning
from annotation.improving.requests import request_training
from annotation.insights import insight, request_insight
from annotation.learning.replaying import replay
from annotation.models import AuditForecast, Job, Project, Sample, Suggestion
from annotation.models.jobs import JobKind
from annotation.quality import Decision, look_again, quality
from annotation.review import decide
from annotation.tasks.amount.learner import AmountLearner
from tests.amounts import measure, say, true_amount, wet_project
from tests.pools import one_of_each, run_jobs, take


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


def test_before_five_amounts_a_round_covers_and_says_what_lacks(wet: Project, alice: AbstractBaseUser) -> None:
    for sample in one_of_each(wet)[:6]:
        say(sample, alice, 20)
    job = work(wet, JobKind.REFIT)
    assert "label 5 samples of different amounts for a first fit" in job.message
    assert (wet.rounds.first().strategy, wet.rounds.first().classes) == ("max_herding", 0)
    assert newest_fit(wet) is None


def test_the_default_way_to_ask_goes_by_what_tells_of_others_and_says_so(measured: Project) -> None:
    first = measured.rounds.first().ranks.exclude(score=None).first()
    assert measured.rounds.first().strategy == "auto"
    assert "tells of others" in first.reason


@pytest.mark.parametrize(
    ("strategy", "reason"),
    [
        ("interval_width", "wide interval"),
        ("ensemble_spread", "models disagree"),
        ("variance_reduction", "tells of others"),
        ("unsure", "doubt"),
    ],
)
def test_strategies_of_quantities_ask_by_what_they_name(measured: Project, strategy: str, reason: str) -> None:
    measured.strategy = strategy
    measured.save()
    work(measured, JobKind.REFIT)
    newest = measured.rounds.first()
    assert newest.strategy == strategy
    assert reason in newest.ranks.exclude(score=None).first().reason


def test_a_round_is_asked_for_again_with_the_same_picks(measured: Project) -> None:
    told = list(replay(measured))
    assert [(each.same, each.differences) for each in told] == [(True, ())] * len(told)


def test_suggestions_are_amounts_with_intervals_and_a_chance(measured: Project) -> None:
    job = work(measured, JobKind.PUBLISH)
    assert job.message == "Model version 1 suggests a label for 28 tiles; it learnt from 24."
    version = measured.model_versions.get()
    assert version.metrics["audit_accuracy"]["audits"] == 12
    assert {"rmse", "mae", "bias", "coverage"} <= set(version.metrics)
    said = list(Suggestion.objects.select_related("sample__tile"))
    assert len(said) == 28
    for each in said:
        assert set(each.value) == {"amount", "uncertainty", "unit"} and set(each.details) == {"low", "high", "width"}
        assert 0 <= each.details["low"] <= each.value["amount"] <= each.details["high"] <= 100
        assert each.details["width"] == pytest.approx(each.details["high"] - each.details["low"])
        assert (each.label, each.mask) == (None, "")
    right = [abs(each.value["amount"] - true_amount(each.sample)) <= 10 for each in said]
    assert np.mean(right) > 0.85
    assert str(said[0]).endswith("%)")
    assert AuditForecast.objects.count() == 12
    assert {each.label for each in AuditForecast.objects.all()} == {None}


def test_a_saved_head_says_the_same_and_keeps_its_tolerance(measured: Project) -> None:
    work(measured, JobKind.PUBLISH)
    version = measured.model_versions.get()
    learner = AmountLearner.load(version.head_file)
    assert learner.quantity.tolerance == 10
    said = Suggestion.objects.select_related("sample").order_by("sample__index")
    rows = np.array([each.sample.index for each in said])
    prediction = learner.predict(Vectors(measured, version.encoder), rows)
    again = [prediction.content(at, tile_px=32, in_use={})[0] for at in range(len(rows))]
    assert again == [each.value for each in said]
    assert prediction.confidences == pytest.approx([each.confidence for each in said], abs=1e-6)


def test_a_reviewer_accepts_and_corrects(measured: Project, alice: AbstractBaseUser) -> None:
    work(measured, JobKind.PUBLISH)
    first, second = Suggestion.objects.order_by("pk")[:2]
    assert decide(alice, [first.pk], "accept").changed == 1
    taken = Sample.objects.get(pk=first.sample_id).answer
    assert (taken.value, taken.provenance, taken.label) == (first.value, "model_accepted", None)
    decide(alice, [second.pk], "correct", {"amount": 77})
    assert Sample.objects.get(pk=second.sample_id).answer.value == {"amount": 77.0, "uncertainty": None, "unit": "%"}


def test_insights_tell_errors_and_their_scatter(measured: Project) -> None:
    request_insight(measured)
    assert [job.error for job in run_jobs(measured, JobKind.INSIGHT)] == [""]
    insights = insight(measured)["found"]
    for name in ("rmse", "mae", "bias", "coverage"):
        told = insights["amount"][name]
        assert told["low"] <= told["value"] <= told["high"]
    audits = {sample.pk: sample for sample in measured.samples.filter(audit__isnull=False).select_related("tile")}
    assert {row[4] for row in insights["scatter"]} == set(audits)
    for truth, estimate, low, high, sample in insights["scatter"]:
        assert truth == true_amount(audits[sample])
        assert low <= estimate <= high
    points = {point[1]: point for point in insights["coverage"]["points"]}
    assert len(points) == 64
    given = {row: point[5] for row, point in points.items() if point[5] is not None}
    assert len(given) == 36
    assert all(0 <= point[6] <= 100 and 0 < point[7] <= 1 for point in points.values())
    assert np.isfinite(np.array(insights["doubt"]["values"], float)).sum() == 28
    assert insights["advice"]["reasons"]


def test_an_audit_that_waits_again_is_not_in_the_scatter(measured: Project, alice: AbstractBaseUser) -> None:
    request_insight(measured)
    run_jobs(measured, JobKind.INSIGHT)
    audit = measured.samples.filter(audit__isnull=False).first()
    Sample.objects.filter(pk=audit.pk).update(state=Sample.State.OPEN, answer=None)
    insights = insight(measured)["found"]
    assert len(insights["scatter"]) == 11
    assert audit.pk not in {row[4] for row in insights["scatter"]}


def test_a_slip_of_the_hand_is_offered_again(measured: Project, alice: AbstractBaseUser, bob: AbstractBaseUser) -> None:
    slip = next(sample for sample in one_of_each(measured)[12:36] if true_amount(sample) < 15)
    wrong = say(slip, alice, 95)
    work(measured, JobKind.REFIT)
    request_insight(measured)
    run_jobs(measured, JobKind.INSIGHT)
    suspects = quality(measured, owner=True)["found"]["suspects"]
    item = suspects[0]
    assert (item["annotation"], item["sample"], item["given"], item["kind"]) == (wrong.pk, slip.pk, 95.0, "model")
    assert item["suggested"] < 40
    assert item["residual"] == pytest.approx(95 - item["suggested"], abs=0.06)
    assert item["near_suggested"] > item["near"] / 2 and len(item["alike"]) == 3
    given = look_again(measured, alice, wrong.pk, Decision("relabel", value={"amount": 12}))
    assert given.result.value["amount"] == 12.0
    assert wrong.pk not in {each["annotation"] for each in quality(measured, owner=True)["found"]["suspects"]}


def test_successive_fits_that_agree_within_the_tolerance_are_steady(measured: Project, alice: AbstractBaseUser) -> None:
    request_insight(measured)
    run_jobs(measured, JobKind.INSIGHT)
    measure(one_of_each(measured)[36:42], alice)
    work(measured, JobKind.REFIT)
    request_insight(measured)
    run_jobs(measured, JobKind.INSIGHT)
    ((number, level),) = insight(measured)["found"]["advice"]["kappas"]
    assert number == measured.rounds.first().number
    assert 0.7 < level <= 1


def test_encoders_are_compared_by_what_lies_within_the_tolerance(measured: Project, alice: AbstractBaseUser) -> None:
    job = request_training(measured, "select", alice)
    run_jobs(measured, JobKind.SELECT)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert job.result["labels"] == 24
    assert all(0.5 < row["accuracy"] <= 1 for row in job.result["rows"])
    assert job.result["grouping"]


def test_fine_tuning_learns_numbers(
    measured: Project, alice: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def tune(encoder, samples, labels, *, recipe, progress):
        seen.append(labels)
        return encoder

    monkeypatch.setattr(tuning, "finetune", tune)
    job = request_training(measured, "finetune", alice)
    run_jobs(measured, JobKind.FINETUNE)
    job.refresh_from_db()
    assert job.message.startswith("Tuning found nothing better")
    assert seen[0].dtype == np.float64 and len(seen[0]) == 24
    assert set(np.round(seen[0], -1)) <= {10, 50, 90}


def test_people_are_served_and_audited_as_with_any_label(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = wet_project(alice, tmp_path)
    run_jobs(project)
    for _ in range(20):
        sample = take(project, alice).sample
        say(sample, alice, true_amount(sample))
    run_jobs(project, JobKind.REFIT)
    newest = project.rounds.first()
    assert (newest.labels, newest.audits) == (18, 2)
    assert newest.accuracy is not None
