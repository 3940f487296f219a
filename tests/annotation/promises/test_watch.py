"""Watching a promise: audits among what was accepted, and the way back."""

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.errors import NotReady
from annotation.labeling import Answer, submit
from annotation.models import Acceptance, Annotation, AuditDraw, Job, Project, Sample, Suggestion
from annotation.promises.acceptance import accept
from annotation.promises.checks import draw_checks
from annotation.promises.drawing import draw_audits
from annotation.promises.preview import preview
from annotation.promises.watching import LOOK_EVERY, roll_back, watch
from tests.promised import promise, publish, seen


@pytest.fixture
def accepted(project: Project, bob: AbstractBaseUser, carol: AbstractBaseUser) -> Acceptance:
    """Return an acceptance within 5 % errors on average."""
    promise(project)
    publish(project, bob, audits=100, waiting=200, errors=0.2)
    return accept(project, carol, seen(project))


def check(acceptance: Acceptance, user: AbstractBaseUser, count: int, *, wrong: int) -> None:
    """Draw checks and let a person label them, the first ones otherwise than the model."""
    drawn = draw_checks(acceptance.project, count, np.random.default_rng(acceptance.draws.count()))
    assert drawn == count
    for at, draw in enumerate(acceptance.draws.filter(sample__state="open").order_by("pk")):
        submit(draw.sample, user, Answer(value={"class": 2 if at < wrong else 1}))


def test_it_works(accepted: Acceptance, bob: AbstractBaseUser) -> None:
    check(accepted, bob, LOOK_EVERY, wrong=6)
    assert watch(accepted.project) == [accepted]
    accepted.refresh_from_db()
    assert accepted.state == Acceptance.State.ROLLED_BACK
    assert accepted.reason.startswith("Audits show the promise broken: 6 of 10 checked labels are wrong")
    left = Sample.objects.filter(annotations__acceptance=accepted).exclude(audit__isnull=False).distinct()
    assert set(left.values_list("state", flat=True)) == {Sample.State.OPEN}
    assert not Annotation.objects.filter(acceptance=accepted, current=True, verdict="label").exists()
    assert Annotation.objects.filter(acceptance=accepted, verdict="label").count() == accepted.accepted
    assert set(Suggestion.objects.values_list("state", flat=True)) == {"open"}
    assert set(Job.objects.values_list("kind", flat=True)) >= {"refit"}


def test_a_promise_that_holds_stays(accepted: Acceptance, bob: AbstractBaseUser) -> None:
    check(accepted, bob, LOOK_EVERY, wrong=1)
    assert watch(accepted.project) == []
    accepted.refresh_from_db()
    assert (accepted.state, accepted.looks, accepted.checks, accepted.errors) == ("in_force", 1, 10, 1)


def test_looks_are_counted_and_taken_with_enough_new_checks_only(accepted: Acceptance, bob: AbstractBaseUser) -> None:
    check(accepted, bob, LOOK_EVERY, wrong=0)
    watch(accepted.project)
    check(accepted, bob, LOOK_EVERY - 1, wrong=9)
    assert watch(accepted.project) == []
    check(accepted, bob, 1, wrong=1)
    assert watch(accepted.project) == [accepted]
    accepted.refresh_from_db()
    assert accepted.looks == 2


def test_audits_are_drawn_among_what_was_accepted_too(accepted: Acceptance) -> None:
    assert draw_audits(accepted.project, seed=1) > 0
    checks = AuditDraw.objects.filter(acceptance=accepted)
    assert 1 <= checks.count() < AuditDraw.objects.filter(sample__state="open").count()
    for drawn in checks.select_related("sample", "accepted"):
        assert (drawn.kind, drawn.uniform_at) == ("check", None)
        assert (drawn.sample.state, drawn.sample.answer, drawn.accepted.provenance) == ("open", None, "promised")
        assert 0 < drawn.probability < 1
    assert not Suggestion.objects.undecided().filter(sample__in=checks.values("sample")).exists()


def test_checks_end_when_they_would_confirm_the_promise(accepted: Acceptance) -> None:
    assert draw_checks(accepted.project, 500, np.random.default_rng(0)) == 56
    assert draw_checks(accepted.project, 500, np.random.default_rng(0)) == 0


def test_what_a_person_changed_meanwhile_stays(
    accepted: Acceptance, alice: AbstractBaseUser, bob: AbstractBaseUser, carol: AbstractBaseUser
) -> None:
    mine, theirs = (label.sample for label in Annotation.objects.filter(acceptance=accepted)[:2])
    submit(mine, carol, Answer(value={"class": 2}))  # by the one who accepted
    said = submit(theirs, bob, Answer(value={"class": 3}))
    roll_back(accepted.project, accepted.pk, alice)
    for sample, code in ((mine, 2), (theirs, 3)):
        sample.refresh_from_db()
        assert (sample.state, sample.answer.label.code) == ("labelled", code)
    assert theirs.answer == said
    kept = theirs.annotations.filter(author=carol, current=True).get()
    assert kept.verdict == "retract"


def test_the_owner_rolls_back_by_hand_once(accepted: Acceptance, alice: AbstractBaseUser) -> None:
    done = roll_back(accepted.project, accepted.pk, alice, reason="clouds")
    assert done.reason == "Rolled back by alice: clouds"
    with pytest.raises(NotReady, match="already"):
        roll_back(accepted.project, accepted.pk, alice)


def test_after_a_rollback_the_same_can_be_seen_and_accepted_again(
    accepted: Acceptance, alice: AbstractBaseUser, carol: AbstractBaseUser
) -> None:
    roll_back(accepted.project, accepted.pk, alice)
    assert preview(accepted.project).promise.accepted == accepted.accepted
    again = accept(accepted.project, carol, seen(accepted.project))
    chain = Annotation.objects.filter(sample=again.annotations.first().sample, author=carol).order_by("version")
    assert list(chain.values_list("version", "verdict", "current")) == [
        (1, "label", False),
        (2, "retract", False),
        (3, "label", True),
    ]


def test_what_checks_found_wrong_is_not_promised_again(accepted: Acceptance, bob: AbstractBaseUser) -> None:
    check(accepted, bob, LOOK_EVERY, wrong=6)
    watch(accepted.project)
    again = preview(accepted.project).promise
    assert again.audits == 110
    assert again.accepted < accepted.accepted


def test_audits_drawn_while_it_was_in_force_do_not_feed_the_next_promise(
    accepted: Acceptance, alice: AbstractBaseUser
) -> None:
    draw_audits(accepted.project, seed=1)
    assert AuditDraw.objects.filter(uniform_at__gt=accepted.created_at).exists()
    roll_back(accepted.project, accepted.pk, alice)
    assert not AuditDraw.objects.filter(uniform_at__gt=accepted.created_at).exists()


def test_with_a_newer_version_published_what_reopens_waits_for_its_word(
    accepted: Acceptance, alice: AbstractBaseUser
) -> None:
    accepted.project.model_versions.update(state="retired")
    roll_back(accepted.project, accepted.pk, alice)
    assert "superseded" in set(Suggestion.objects.values_list("state", flat=True))
    assert Job.objects.filter(kind="embed").exists()
