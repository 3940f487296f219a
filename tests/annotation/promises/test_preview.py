"""Previews: what a promise would accept, and in plain words why it accepts nothing."""

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from annotation.arrays.masks import store_mask
from annotation.assigning import Choice, assign, with_progress
from annotation.labeling import Answer, claim, submit
from annotation.models import Assignment, AuditDraw, AuditForecast, Project, Sample, Tile
from annotation.projects import merge_class
from annotation.promises.acceptance import accept
from annotation.promises.forecasts import evidence_for
from annotation.promises.preview import peek, preview
from annotation.tasks.masks import wrapped
from annotation.trust import describe_preview
from tests.factories import make_model_version, suggest
from tests.pools import SIDE, make_samples
from tests.promised import add_audit, promise, publish, seen


def test_it_works(project: Project, bob: AbstractBaseUser) -> None:
    promise(project)
    version = publish(project, bob, audits=100, waiting=200, errors=0.2)
    previewed = preview(project)
    assert previewed.problem == ""
    assert previewed.version == version
    assert 140 <= previewed.promise.accepted <= 180  # the surest 80 of 100 audits are right
    assert previewed.promise.audits == 100
    assert previewed.promise.limit < 0.08
    assert [(item.code, item.accepted) for item in previewed.classes] == [(1, previewed.promise.accepted)]
    assert previewed.classes[0].limit is not None


def test_a_class_with_few_audits_is_not_guaranteed(project: Project, bob: AbstractBaseUser) -> None:
    promise(project)
    version = publish(project, bob, audits=100, waiting=100)
    suggest(version, _one(project), 2, 0.97)
    limits = {item.code: item.limit for item in preview(project).classes}
    assert limits[1] is not None
    assert limits[2] is None


def _one(project: Project) -> Sample:
    """Return one more sample."""
    grid = project.grids.first()
    tile = Tile.objects.create(grid=grid, column=5000, row=5000)
    return Sample.objects.create(project=project, tile=tile, index=project.samples.count())


def test_the_peek_is_random_and_the_same_each_time(project: Project, bob: AbstractBaseUser) -> None:
    promise(project)
    version = publish(project, bob, audits=100, waiting=200)
    threshold = preview(project).promise.threshold
    first = peek(version, threshold)
    assert len(set(first)) == 20
    assert first == peek(version, threshold)
    assert first != sorted(first)


def test_nothing_wanted_nothing_published_no_audit_and_too_few_are_told_apart(
    project: Project, bob: AbstractBaseUser
) -> None:
    assert "has not said yet how many errors" in preview(project).problem
    promise(project)
    assert "Nothing is published yet" in preview(project).problem
    version = publish(project, bob, audits=0, waiting=50)
    assert "No audit is labelled yet" in preview(project).problem
    add_audit(version, _one(project), bob, said=1)
    previewed = preview(project)
    assert previewed.problem == "1 audit is labelled: this promise needs about 86 more, if they turn out no worse."
    assert previewed.promise.missing == 86
    assert previewed.promise.accepted == 0


def test_a_model_that_errs_too_often_is_told(project: Project, bob: AbstractBaseUser) -> None:
    promise(project)
    publish(project, bob, audits=80, waiting=50, errors=1.0)
    assert "errs too often" in preview(project).problem


def test_with_one_class_in_use_a_promise_says_nothing(project: Project, bob: AbstractBaseUser) -> None:
    promise(project)
    publish(project, bob, audits=40, waiting=40)
    for code in (2, 3):
        merge_class(project, code, 1)
    assert "Only one class is in use" in preview(project).problem


def test_classes_merged_meanwhile_count_as_one(project: Project, bob: AbstractBaseUser) -> None:
    promise(project)
    publish(project, bob, audits=120, waiting=50, errors=0.5)
    before = preview(project).promise.accepted
    merge_class(project, 2, 1)  # what was wrong is right now
    assert preview(project).promise.accepted > before
    assert preview(project).promise.accepted == 50


def test_contradictory_opinions_on_an_audit_count_as_the_majority_says(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, carol: AbstractBaseUser
) -> None:
    promise(project)
    project.opinions = 3
    project.save()
    version = publish(project, bob, audits=0, waiting=50)
    sample = _one(project)
    drawn = add_audit(version, sample, bob, said=2)
    for user in (alice, carol):
        submit(sample, user, Answer(value={"class": 1}))
    assert drawn.sample.index == sample.index
    assert evidence_for(version).losses.tolist() == [0.0]


def test_weighted_audits_and_later_words_do_not_count(project: Project, bob: AbstractBaseUser) -> None:
    promise(project)
    publish(project, bob, audits=60, waiting=50)
    AuditDraw.objects.filter(sample__index__lt=20).update(kind="weighted", uniform_at=None)
    assert preview(project).promise.audits == 40
    sample = project.samples.get(index=30)
    submit(sample, bob, Answer(value={"class": 2}))  # after the model's word was shown
    assert preview(project).promise.expected_errors == 0


def test_what_was_accepted_before_says_nothing_of_the_rest(
    project: Project, bob: AbstractBaseUser, carol: AbstractBaseUser
) -> None:
    promise(project)
    publish(project, bob, audits=100, waiting=200, errors=0.2)
    acceptance = accept(project, carol, seen(project))
    previewed = preview(project)
    assert previewed.promise.accepted == 0
    assert previewed.promise.audits == AuditForecast.objects.filter(confidence__lt=acceptance.threshold).count()


@pytest.mark.parametrize("kind", ["average", "confidence"])
def test_of_masks_the_wrong_share_of_a_tile_counts(project: Project, bob: AbstractBaseUser, kind: str) -> None:
    project.task = "masks"
    promise(project, kind=kind)
    samples, version = make_samples(project, 200), make_model_version(project)
    right = np.ones((SIDE, SIDE), np.uint8)
    tenth, foreseen = right.copy(), store_mask(right)
    tenth[:3] = 2
    for at, sample in enumerate(samples[:120]):
        drawn = AuditDraw.objects.create(sample=sample, probability=0.1, pool=100, uniform_at=timezone.now())
        AuditForecast.objects.create(
            draw=drawn, model_version=version, label=project.classes.get(code=1), confidence=0.9 if at < 100 else 0.5,
            mask=foreseen, value={"mask": foreseen, "pixels": {"1": SIDE * SIDE}},
        )  # fmt: skip
        submit(sample, bob, Answer(value=wrapped(right if at < 100 else 3 * right)))
    submit(samples[0], bob, Answer(value=wrapped(tenth)))
    for at, sample in enumerate(samples[120:]):
        suggest(version, sample, 1, 0.9 if at < 66 else 0.5, mask=foreseen, value={"mask": foreseen})
    previewed = preview(project)
    assert (previewed.problem, previewed.promise.accepted, previewed.promise.threshold) == ("", 66, 0.9)
    assert previewed.promise.inside == 100


def test_what_is_proven_and_what_was_measured_are_told_apart(project: Project, bob: AbstractBaseUser) -> None:
    promise(project, kind="confidence")
    publish(project, bob, audits=150, waiting=200, errors=0.1)
    shown = describe_preview(preview(project), project)
    assert "those that accept nothing included" in shown["proven"]
    assert "in at least 90 % of them at most 5 % of what is accepted is wrong" in shown["proven"]
    assert shown["measured"].startswith(f"Measured: {shown['inside']} audits lie inside what would be accepted, and ")
    promise(project, kind="average")
    assert (
        "on average at most 5 % of what is accepted is wrong" in describe_preview(preview(project), project)["proven"]
    )


def test_nothing_is_measured_where_nothing_is_accepted(project: Project, bob: AbstractBaseUser) -> None:
    promise(project)
    publish(project, bob, audits=30, waiting=50)
    assert describe_preview(preview(project), project)["measured"] == ""


@pytest.mark.parametrize(("kind", "least"), [("average", 87), ("confidence", 104)])
def test_as_many_audits_as_a_promise_needs_are_enough(
    project: Project, bob: AbstractBaseUser, kind: str, least: int
) -> None:
    promise(project, kind=kind)
    publish(project, bob, audits=least, waiting=100)
    assert preview(project).promise.accepted >= 80


def test_assigned_tiles_are_among_what_is_accepted_and_told(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser
) -> None:
    promise(project)
    publish(project, bob, audits=100, waiting=200, errors=0.2)
    before = preview(project)
    given = assign(project, project.members.get(user=bob).pk, Choice(count=200), by=alice)
    outlook = preview(project)
    sure = given.samples.filter(suggestions__confidence__gte=outlook.promise.threshold, audit=None).count()
    assert outlook.promise == before.promise
    assert describe_preview(outlook, project)["assigned"] == outlook.assigned == sure > 0
    accept(project, alice, seen(project))
    assert with_progress(Assignment.objects.all()).get().left == given.samples.filter(state="open").count()
    assert claim(project, bob, count=1).batches[0].left == 200 - sure
