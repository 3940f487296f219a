"""Insights: what a worker tells of the model and the labels, also where there is little or odd to tell of."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.vectors import Vectors
from annotation.explaining import coverage
from annotation.insights import insight, read, request_insight
from annotation.labeling import Answer, submit
from annotation.models import Job, Project, Sample
from annotation.models.jobs import JobKind
from annotation.projects import merge_class
from annotation.quality import quality
from tests.factories import make_audit, make_user
from tests.pools import answer_truly, covered_project, label_truly, one_of_each, run_jobs, true_class
from tests.worlds import shared_world


def cover(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return an embedded project of 64 tiles with its first, cold round and no audits drawn."""
    project = covered_project(owner, folder, audit_share=0)
    run_jobs(project)
    return project


world, alice, covered = shared_world(cover)


def work_out(project: Project) -> dict:
    """Refit, then work the insights out once (a refit may ask for them, too); return them."""
    Job.request(project, JobKind.REFIT)
    request_insight(project)
    jobs = run_jobs(project)
    assert [job.error for job in jobs] == [""] * len(jobs)
    return insight(project)["found"]


def test_it_works(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[:39], alice, audits=15)
    insights = work_out(covered)
    assert insights["codes"] == [1, 2, 3]
    assert np.trace(insights["confusion"]["counts"]) >= 13
    assert np.sum(insights["confusion"]["counts"]) == 15
    assert all(score["f1"] is None for score in insights["scores"])  # five audits of a class are too few to tell
    for score in read(covered, "insight")["scores"]:
        assert score["f1"]["low"] <= score["f1"]["value"] <= score["f1"]["high"]
    assert sum(part["count"] for part in insights["reliability"]["bins"]) == 15
    assert len(insights["coverage"]["points"]) == 64
    assert sum(point[5] is not None for point in insights["coverage"]["points"]) == 39
    assert insights["advice"]["reasons"]
    values = np.array(insights["doubt"]["values"], float)
    assert values.shape == (8, 8) and np.isfinite(values).sum() == 64 - 39


def test_a_refit_asks_for_it_once_enough_was_said(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[:12], alice)
    kinds = [job.kind for job in run_jobs(covered)]
    assert kinds.count(JobKind.INSIGHT) == 1
    Job.request(covered, JobKind.REFIT)  # with nothing new
    assert JobKind.INSIGHT not in [job.kind for job in run_jobs(covered)]
    assert insight(covered)["stale"] is True


def test_successive_models_are_compared_on_a_fixed_set(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[:12], alice)
    work_out(covered)
    rows = read(covered, "stop_set")["rows"]
    label_truly(one_of_each(covered)[12:24], alice)
    insights = work_out(covered)
    assert [number for number, _ in insights["advice"]["kappas"]] == [covered.rounds.first().number]
    assert insights["advice"]["kappas"][0][1] > 0.5
    assert read(covered, "stop_set")["rows"] == rows
    again = work_out_without_refit(covered)
    assert again["advice"]["kappas"] == insights["advice"]["kappas"]


def work_out_without_refit(project: Project) -> dict:
    """Work the insights out once more on the same round."""
    request_insight(project)
    run_jobs(project)
    return insight(project)["found"]


def test_labelled_and_queued_tiles_are_always_among_the_points(
    covered: Project, alice: AbstractBaseUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coverage, "MOST_POINTS", 40)
    monkeypatch.setattr(coverage, "NEXT", 10)
    label_truly(one_of_each(covered)[:12], alice)
    points = work_out(covered)["coverage"]["points"]
    marks = [point[4] for point in points]
    assert (len(points), marks.count(coverage.LABELLED), marks.count(coverage.QUEUED)) == (40, 12, 10)


def test_a_wrong_label_is_found_with_look_alikes_that_speak_against_it(
    covered: Project, alice: AbstractBaseUser
) -> None:
    samples = one_of_each(covered)[:36]
    label_truly(samples[1:], alice)
    wrong = true_class(samples[0]) % 3 + 1
    submit(samples[0], alice, Answer(value={"class": wrong}))
    work_out(covered)
    (first, *_) = quality(covered, owner=True)["found"]["suspects"]
    assert (first["sample"], first["given"], first["suggested"]) == (samples[0].pk, wrong, true_class(samples[0]))
    assert first["own"] < first["other"] and first["near_suggested"] >= 3
    assert not first["audit"]


def test_a_wrong_audit_is_found_and_never_learnt_from(covered: Project, alice: AbstractBaseUser) -> None:
    samples = one_of_each(covered)[:36]
    make_audit(samples[0])
    label_truly(samples[1:], alice)
    submit(samples[0], alice, Answer(value={"class": true_class(samples[0]) % 3 + 1}))
    work_out(covered)
    suspects = quality(covered, owner=True)["found"]["suspects"]
    assert [item["audit"] for item in suspects if item["sample"] == samples[0].pk] == [True]


def test_what_the_model_labelled_itself_is_no_suspect(covered: Project, alice: AbstractBaseUser) -> None:
    samples = one_of_each(covered)[:36]
    label_truly(samples[1:], alice)
    wrong = true_class(samples[0]) % 3 + 1
    submit(samples[0], alice, Answer(value={"class": wrong}, provenance="model_accepted"))
    work_out(covered)
    suspects = quality(covered, owner=True)["found"]["suspects"]
    assert samples[0].pk not in [item["sample"] for item in suspects]


def test_contradictory_labels_are_told_not_feared(covered: Project, alice: AbstractBaseUser) -> None:
    rng = np.random.default_rng(0)
    for place, sample in enumerate(one_of_each(covered)[:40]):
        if place < 12:
            make_audit(sample)
        submit(sample, alice, Answer(value={"class": int(rng.integers(1, 4))}))
    insights = work_out(covered)
    assert np.sum(insights["confusion"]["counts"]) == 12
    assert all(0 <= item["score"] <= 1 for item in quality(covered, owner=True)["found"]["suspects"])


def test_no_audit_yet(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[:12], alice)
    insights = work_out(covered)
    assert (insights["confusion"], insights["scores"], insights["reliability"]) == (None, [], None)
    assert insights["advice"]["gain"] is None
    assert any("too few audited rounds" in reason for reason in insights["advice"]["reasons"])


@pytest.mark.parametrize("count", [0, 1])
def test_before_two_classes_there_are_places_and_no_opinion(
    covered: Project, alice: AbstractBaseUser, count: int
) -> None:
    label_truly(one_of_each(covered)[:count], alice)
    insights = work_out_without_refit(covered)
    assert [point[6] for point in insights["coverage"]["points"]] == [None] * 64
    assert "label samples of two classes" in insights["notes"][0]
    assert (insights["confusion"], insights["doubt"]) == (None, None)


def test_one_class_alone(covered: Project, alice: AbstractBaseUser) -> None:
    for sample in one_of_each(covered)[:12]:
        submit(sample, alice, Answer(value={"class": 1}))
    insights = work_out(covered)
    assert insights["confusion"] is None
    assert quality(covered, owner=True)["found"]["suspects"] == []


def test_two_labels(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[:2], alice)
    insights = work_out(covered)
    assert {point[6] for point in insights["coverage"]["points"]} == {1, 2}
    assert quality(covered, owner=True)["found"]["suspects"] == []


def test_everything_labelled(covered: Project, alice: AbstractBaseUser) -> None:
    done = {sample.pk for sample in one_of_each(covered)}
    label_truly(one_of_each(covered), alice, audits=20)
    for sample in covered.samples.exclude(pk__in=done):
        answer_truly(sample, alice)
    insights = work_out(covered)
    assert insights["doubt"] is None
    assert coverage.OPEN not in [point[4] for point in insights["coverage"]["points"]]
    assert np.sum(insights["confusion"]["counts"]) == 20


def test_vectors_with_nan_are_left_out_and_told_of(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[:20], alice, audits=5)
    Job.request(covered, JobKind.REFIT)
    run_jobs(covered)
    vectors = Vectors(covered, covered.rounds.first().encoder)
    data = np.memmap(vectors.folder / "vectors", np.float16, "r+", shape=vectors.read().shape)
    broken = [one_of_each(covered)[0].index, one_of_each(covered)[10].index, one_of_each(covered)[-1].index]
    data[broken, 3] = np.nan
    data.flush()
    insights = work_out_without_refit(covered)
    assert not {point[1] for point in insights["coverage"]["points"]} & set(broken)
    assert insights["notes"][0].startswith("3 tiles are left out")
    assert np.sum(insights["confusion"]["counts"]) == 4


def test_merged_classes_count_as_one(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[:36], alice, audits=12)
    work_out(covered)
    merge_class(covered, 1, 2)
    insights = work_out_without_refit(covered)  # the fit still speaks of class 1
    assert insights["codes"] == [2, 3]
    assert np.sum(insights["confusion"]["counts"]) == 12
    assert {point[5] for point in insights["coverage"]["points"]} <= {None, 2, 3}
    assert {point[6] for point in insights["coverage"]["points"]} <= {2, 3}


def test_places_and_doubts_of_later_audits_are_not_handed_out(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[:12], alice)
    work_out(covered)
    audit = one_of_each(covered)[20]
    make_audit(audit)
    insights = insight(covered)["found"]
    assert audit.pk not in [point[0] for point in insights["coverage"]["points"]]
    doubt = insights["doubt"]
    assert doubt["values"][audit.tile.row - doubt["row"]][audit.tile.column - doubt["column"]] is None
    assert len([value for row in doubt["values"] for value in row if value is not None]) == 64 - 12 - 1


def test_an_audit_whose_label_was_taken_back_is_not_shown(covered: Project, alice: AbstractBaseUser) -> None:
    samples = one_of_each(covered)
    label_truly(samples[:24], alice, audits=12)
    shown = work_out(covered)
    Sample.objects.filter(pk=samples[0].pk).update(state=Sample.State.OPEN, answer=None)
    insights = insight(covered)["found"]
    assert samples[0].pk in [pk for members in shown["confusion"]["tiles"].values() for pk in members]
    assert samples[0].pk not in [pk for members in insights["confusion"]["tiles"].values() for pk in members]
    assert samples[0].pk not in [point[0] for point in insights["coverage"]["points"]]


def test_people_who_press_one_key_are_told_of_in_plain_words(covered: Project, alice: AbstractBaseUser) -> None:
    bob = make_user("bob")
    samples = one_of_each(covered)
    label_truly(samples[:30], alice)
    for sample in samples[30:]:
        submit(sample, bob, Answer(value={"class": 1}))
    rest = covered.samples.filter(state=Sample.State.OPEN)
    for sample in rest:
        submit(sample, bob, Answer(value={"class": 1}))
    work_out(covered)
    (habit,) = quality(covered, owner=True)["found"]["habits"]
    assert habit["person"] == "bob"
    assert habit["text"] == (
        "bob gave Open water to 34 of 34 tiles; others give it to 33 %. Look at some of them together."
    )
