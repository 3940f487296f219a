"""Undoing: a batch of decisions on suggestions is taken back, but for what somebody has changed since."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from annotation import clock
from annotation.deletions import hold_project
from annotation.errors import NotFound, NotReady
from annotation.labeling.refits import request_refit
from annotation.labeling.retracting import retract_many
from annotation.labeling.settling import settle
from annotation.models import Annotation, ModelVersion, Project, Review, ReviewBatch, Sample, Suggestion
from annotation.models.projects import Role
from annotation.review.batches import undoable

_OPENING = [ModelVersion.State.PUBLISHED, ModelVersion.State.IMPORTED]  # whose suggestions can be decided on
_DECIDED = [Suggestion.State.ACCEPTED, Suggestion.State.CORRECTED, Suggestion.State.REJECTED]


@dataclass(frozen=True)
class Undone:
    """What became of a batch that was taken back."""

    opened: list[int]  # suggestions that can be decided on again
    undone: int  # decisions taken back
    left: list[tuple[int, str]]  # suggestion id and why its decision stays


@transaction.atomic
def undo(project: Project, user: User, pk: int, role: Role) -> Undone:
    """Take a batch of decisions back: its labels are retracted and its tiles open; their history stays.

    Raises:
        NotFound: there is no such batch, or it is somebody else's and `role` is no owner's.
        NotReady: it was taken back already, or everything in it was changed since.
    """
    project = hold_project(project)
    batch = undoable(project, user, role).select_related("undone_by").filter(pk=pk).first()
    if batch is None:
        raise NotFound("No such decisions of yours in this project; an owner can take back everybody's.")
    if batch.undone_at:
        when = f"{timezone.localtime(batch.undone_at):%Y-%m-%d %H:%M}"
        raise NotReady(f"{batch.undone_by} took these decisions back already, on {when}.")
    reviews = _lock(batch)
    left = _left(reviews)
    free = [review for review in reviews if review.pk not in left]
    if not free:
        reason = next(iter(left.values()), "its tiles were removed.")
        raise NotReady(f"None of these decisions can be taken back: {reason[0].lower()}{reason[1:]}")
    _take_back(free)
    opened = _open_suggestions(free)
    batch.undone, batch.undone_by, batch.undone_at = len(free), user, clock.now()
    batch.save(update_fields=["undone", "undone_by", "undone_at"])
    request_refit(project)
    stay = [(review.suggestion_id or 0, left[review.pk]) for review in reviews if review.pk in left]
    return Undone(opened, len(free), stay)


def _lock(batch: ReviewBatch) -> list[Review]:
    """Lock the tiles of a batch, in the one order; return its decisions as they stand now."""
    samples = Sample.objects.filter(suggestions__reviews__batch=batch).order_by("pk").distinct()
    pks = list(samples.values_list("pk", flat=True))
    list(Sample.objects.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True))
    about = "suggestion__sample__answer__author", "suggestion__sample__audit", "suggestion__model_version", "result"
    return list(batch.reviews.select_related(*about, "suggestion__sample__project").order_by("pk"))


def _left(reviews: Sequence[Review]) -> dict[int, str]:
    """Return why the decisions that stay do so, by the key of their review."""
    results = [review.result_id for review in reviews if review.result_id]
    looked = Review.objects.filter(annotation__in=results, verdict=Review.Verdict.ACCEPT).select_related("reviewer")
    kept = {review.annotation_id: str(review.reviewer) for review in looked}
    reasons = {review.pk: _refusal(review, kept) for review in reviews}
    return {pk: reason for pk, reason in reasons.items() if reason}


def _refusal(review: Review, kept: dict[int | None, str]) -> str:
    said = review.suggestion
    if said is None:
        return "The suggestion is gone."
    sample = said.sample
    if review.result_id is not None and review.result_id in kept:
        return f"{kept[review.result_id]} looked at the label of tile {sample} since, and kept it."
    if said.state not in _DECIDED:
        return f"Tile {sample} was opened again since."
    if sample.state == Sample.State.DISPUTED:
        return f"People disagree on tile {sample} since: settle it on the page Quality."
    if sample.answer_id != review.result_id:
        who = sample.answer.author if sample.answer else None
        return f"{who} gave tile {sample} another label since." if who else f"Tile {sample} has lost this label since."
    if review.result_id is None and sample.state != Sample.State.OPEN:
        return f"Tile {sample} is {sample.get_state_display().lower()} since."
    return ""


def _take_back(reviews: Sequence[Review]) -> None:
    """Retract the labels that the decisions made; where others have said something, that counts again."""
    results = [review.result_id for review in reviews if review.result_id]
    if not results:
        return
    retract_many(results)
    samples = {review.suggestion.sample_id: review.suggestion.sample for review in reviews if review.suggestion}
    answers = Annotation.objects.filter(sample__in=samples, current=True).exclude(verdict=Annotation.Verdict.RETRACT)
    others = set(answers.values_list("sample", flat=True))
    Sample.objects.filter(pk__in=samples.keys() - others).update(state=Sample.State.OPEN, answer=None)
    for pk in sorted(others):
        settle(samples[pk])


def _open_suggestions(reviews: Sequence[Review]) -> list[int]:
    """Let the published version's suggestions be decided on again; return them. Those of others are superseded."""
    said = [review.suggestion for review in reviews if review.suggestion]
    opened = [each.pk for each in said if each.model_version.state in _OPENING]
    rows = Suggestion.objects.filter(pk__in=[each.pk for each in said])
    rows.exclude(pk__in=opened).update(state=Suggestion.State.SUPERSEDED)
    rows.filter(pk__in=opened).update(state=Suggestion.State.OPEN)
    return opened
