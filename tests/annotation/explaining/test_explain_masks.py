"""Insights of masks: audits held against the model at random points, and paint that contradicts it."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.masks import read_area
from annotation.insights import insight, read, request_insight
from annotation.models import Job, Project, Sample
from annotation.models.jobs import JobKind
from annotation.projects import merge_class
from annotation.quality import KEEP, RELABEL, Decision, look_again, quality
from tests.factories import make_audit
from tests.pools import SIDE, covered_project, label_truly, one_of_each, paint, run_jobs, true_class
from tests.worlds import shared_world


def cover(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return an embedded segmentation of 64 tiles with its first, cold round and no audits drawn."""
    project = covered_project(owner, folder, task="masks", audit_share=0)
    run_jobs(project)
    return project


world, alice, covered = shared_world(cover)


def paint_wrongly(sample: Sample, user: AbstractBaseUser) -> int:
    """Paint a tile as it is, but for a quarter; return the class that is wrong there."""
    sample = Sample.objects.select_related("tile", "project").get(pk=sample.pk)
    true = true_class(sample)
    mask = np.full((SIDE, SIDE), true, np.uint8)
    mask[: SIDE // 2, : SIDE // 2] = true % 3 + 1
    paint(sample, user, mask)
    return true % 3 + 1


def work_out(project: Project, *, refit: bool = True) -> dict:
    """Refit, then work the insights out once (a refit may ask for them, too); return them."""
    if refit:
        Job.request(project, JobKind.REFIT)
    request_insight(project)
    jobs = run_jobs(project)
    assert [job.error for job in jobs] == [""] * len(jobs)
    return insight(project)["found"]


def suspects(project: Project) -> list[dict]:
    """Return the list of labels to look at again."""
    return quality(project, owner=True)["found"]["suspects"]


def test_it_works(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[:36], alice, audits=12)
    insights = work_out(covered)
    counts = np.array(insights["confusion"]["counts"])
    assert counts.sum() == pytest.approx(12, abs=0.05)  # a tile counts as one, whatever is painted of it
    assert np.trace(counts) > 10
    assert all(score["f1"] is None for score in insights["scores"])  # four audits of a class are too few to tell
    for score in read(covered, "insight")["scores"]:
        assert score["audits"] == 4
        for name in ("precision", "recall", "f1", "iou"):
            assert score[name]["low"] <= score[name]["value"] <= score[name]["high"]
        assert score["iou"]["value"] <= score["f1"]["value"]
        assert score["recall"]["low"] < 0.75  # four tiles prove little, though they hold four hundred points
    bins = insights["reliability"]["bins"]
    assert sum(part["count"] for part in bins) == pytest.approx(12, abs=0.5)
    assert all(0 < part["tiles"] <= 12 for part in bins)
    assert 0 <= insights["reliability"]["error"] < 0.3
    assert len(insights["coverage"]["points"]) == 64


def test_tiles_of_a_cell_are_those_with_most_of_it(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[3:36], alice, audits=9)
    wrong = one_of_each(covered)[0]
    make_audit(wrong)
    given = paint_wrongly(wrong, alice)
    insights = work_out(covered)
    row, column = insights["codes"].index(given), insights["codes"].index(true_class(wrong))
    assert insights["confusion"]["tiles"][f"{row}-{column}"][0] == wrong.pk
    assert insights["confusion"]["counts"][row][column] == pytest.approx(0.25, abs=0.15)


def test_paint_that_looks_like_another_class_is_found_where_it_is(covered: Project, alice: AbstractBaseUser) -> None:
    samples = one_of_each(covered)[:30]
    label_truly(samples[1:], alice)
    given = paint_wrongly(samples[0], alice)
    work_out(covered)
    (first, *_) = suspects(covered)
    assert (first["sample"], first["given"], first["suggested"]) == (samples[0].pk, given, true_class(samples[0]))
    assert first["own"] < first["other"] and not first["audit"]
    assert first["share"] == pytest.approx(0.25, abs=0.1)
    area = read_area(first["area"], SIDE)
    assert area[: SIDE // 2, : SIDE // 2].mean() > 0.7
    assert area[SIDE // 2 :].mean() < 0.2


def test_wrong_paint_of_an_audit_is_found_and_never_learnt_from(covered: Project, alice: AbstractBaseUser) -> None:
    samples = one_of_each(covered)[:30]
    make_audit(samples[0])
    label_truly(samples[1:], alice)
    paint_wrongly(samples[0], alice)
    work_out(covered)
    assert [item["audit"] for item in suspects(covered) if item["sample"] == samples[0].pk] == [True]


def test_right_paint_is_left_alone(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[:30], alice)
    work_out(covered)
    assert len(suspects(covered)) <= 1


def test_the_area_is_repainted_or_kept_and_not_offered_again(covered: Project, alice: AbstractBaseUser) -> None:
    samples = one_of_each(covered)[:30]
    label_truly(samples[2:], alice)
    for sample in samples[:2]:
        paint_wrongly(sample, alice)
    work_out(covered)
    items = {item["sample"]: item for item in suspects(covered)}
    first, second = (items[sample.pk] for sample in samples[:2])
    decision = Decision(RELABEL, label=first["suggested"], area=first["area"])
    result = look_again(covered, alice, first["annotation"], decision).result
    assert result.value["pixels"][str(first["suggested"])] > 0.9 * SIDE * SIDE
    look_again(covered, alice, second["annotation"], Decision(KEEP))
    work_out(covered)
    assert not {first["sample"], second["sample"]} & {item["sample"] for item in suspects(covered)}


def test_a_class_in_hardly_any_tile_is_not_called_wrong(covered: Project, alice: AbstractBaseUser) -> None:
    samples = [sample for sample in one_of_each(covered)[:40] if true_class(sample) != 3]
    rare = [sample for sample in one_of_each(covered) if true_class(sample) == 3][:2]
    label_truly([*samples, *rare], alice)
    work_out(covered)
    assert not {sample.pk for sample in rare} & {item["sample"] for item in suspects(covered)}


def test_no_audit_yet(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[:9], alice)
    insights = work_out(covered)
    assert (insights["confusion"], insights["scores"], insights["reliability"], insights["doubt"]) == (
        None,
        [],
        None,
        None,
    )
    assert {point[7] for point in insights["coverage"]["points"]} == {None}


def test_few_audits_tell_no_reliability(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[:12], alice, audits=3)
    insights = work_out(covered)
    assert np.sum(insights["confusion"]["counts"]) == pytest.approx(3, abs=0.05)
    assert insights["reliability"] is None


def test_before_two_classes_are_painted(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly([sample for sample in one_of_each(covered) if true_class(sample) == 1][:4], alice, audits=2)
    insights = work_out(covered)
    assert insights["confusion"] is None
    assert suspects(covered) == []


def test_merged_classes_count_as_one(covered: Project, alice: AbstractBaseUser) -> None:
    label_truly(one_of_each(covered)[:30], alice, audits=12)
    work_out(covered)
    merge_class(covered, 1, 2)
    insights = work_out(covered, refit=False)
    assert insights["codes"] == [2, 3]
    assert np.sum(insights["confusion"]["counts"]) == pytest.approx(12, abs=0.05)
