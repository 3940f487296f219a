"""Deciding: a reviewer accepts, corrects or rejects suggestions, singly or by the hundred."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from annotation.deletions import hold_projects
from annotation.errors import BadAnswer
from annotation.labeling.answers import newest_schema
from annotation.labeling.refits import request_refit
from annotation.models import Annotation, Project, Review, ReviewBatch, Sample, Suggestion
from annotation.models.blindness import is_blind
from annotation.models.labels import ReviewVerdict as Verdict
from annotation.tasks import Content, Value, task_of

_STATES = {
    Verdict.ACCEPT: Suggestion.State.ACCEPTED,
    Verdict.CORRECT: Suggestion.State.CORRECTED,
    Verdict.REJECT: Suggestion.State.REJECTED,
}


@dataclass(frozen=True)
class Decided:
    """What became of a batch of suggestions."""

    changed: int
    skipped: list[tuple[int, str]]  # suggestion id and why nothing was done with it
    batches: dict[int, ReviewBatch] = field(default_factory=dict)  # by project: what can be taken back as one


@transaction.atomic
def decide(
    user: User,
    suggestions: QuerySet[Suggestion] | Sequence[int],
    verdict: str,
    value: Value | None = None,
    *,
    batches: Mapping[int, ReviewBatch] | None = None,
) -> Decided:
    """Accept (the sample gets what is suggested), correct (it gets `value`) or reject (people label it).

    Whoever calls has checked that `user` may review in every project concerned; a value is one project's. What goes on
    with decisions before, such as the next five hundred of a list, names their batches.
    """
    verdict = _verdict(verdict, value)
    rows, skipped = _lock(suggestions, correcting=verdict == Verdict.CORRECT)
    given = _read(rows, value) if verdict == Verdict.CORRECT and value is not None else None
    annotations = [] if verdict == Verdict.REJECT else _annotate(user, rows, given)
    Suggestion.objects.filter(pk__in=[row.pk for row in rows]).update(state=_STATES[verdict])
    results: Sequence[Annotation | None] = annotations or [None] * len(rows)
    known = _batches(user, rows, verdict, batches or {})
    Review.objects.bulk_create(
        Review(reviewer=user, suggestion=row, verdict=verdict, result=result, batch=known[row.sample.project_id])
        for row, result in zip(rows, results, strict=True)
    )
    for project in {row.sample.project for row in rows}:
        request_refit(project)
    return Decided(len(rows), skipped, known)


def _batches(
    user: User, rows: Sequence[Suggestion], verdict: Verdict, before: Mapping[int, ReviewBatch]
) -> dict[int, ReviewBatch]:
    """Return the batch of each project with these rows counted."""
    known = dict(before)
    for project, number in Counter(row.sample.project_id for row in rows).items():
        if project in known:
            ReviewBatch.objects.filter(pk=known[project].pk).update(decided=F("decided") + number)
        else:
            made = {"project_id": project, "reviewer": user, "verdict": verdict, "decided": number}
            known[project] = ReviewBatch.objects.create(**made)
    return known


def _verdict(name: str, value: Value | None) -> Verdict:
    try:
        verdict = Verdict(name)
    except ValueError:
        raise BadAnswer(f"Unknown verdict {name!r}; choose one of: {', '.join(Verdict)}.") from None
    if verdict == Verdict.CORRECT and value is None:
        raise BadAnswer("Say what is right.")
    return verdict


def _lock(
    suggestions: QuerySet[Suggestion] | Sequence[int], *, correcting: bool
) -> tuple[list[Suggestion], list[tuple[int, str]]]:
    """Lock the suggestions' projects and samples; return what can be decided on, and the rest with reasons."""
    if not isinstance(suggestions, QuerySet):
        suggestions = Suggestion.objects.filter(pk__in=suggestions)
    ids = list(suggestions.values_list("pk", flat=True))
    # a version that is published meanwhile writes to suggestions as well
    hold_projects(Suggestion.objects.filter(pk__in=ids).order_by().values_list("sample__project", flat=True).distinct())
    samples = Sample.objects.filter(suggestions__in=ids).order_by("pk").distinct().values_list("pk", flat=True)
    # in one order, so that two reviewers of one contact sheet never wait for each other in a ring
    list(Sample.objects.filter(pk__in=list(samples)).order_by("pk").select_for_update(no_key=True))
    rows = Suggestion.objects.filter(pk__in=ids).select_related(
        "sample__audit", "sample__project", "sample__tile__grid", "label", "model_version"
    )
    retired = {project: _retired(project) for project in {row.sample.project for row in rows}}
    free, skipped = [], []
    for row in rows:
        if reason := _refusal(row, {} if correcting else retired[row.sample.project]):
            skipped.append((row.pk, reason))
        else:
            free.append(row)
    return free, skipped


def _retired(project: Project) -> dict[int, str]:
    """Return the names of the classes out of use, by code."""
    return dict(project.classes.filter(retired=True).values_list("code", "name"))


def _refusal(row: Suggestion, retired: Mapping[int, str]) -> str:
    if is_blind(row.sample):
        return "It is an audit sample: people label it without a suggestion."
    if row.state != Suggestion.State.OPEN:
        return f"It is {row.get_state_display().lower()} already."
    if row.sample.state == Sample.State.DISPUTED:
        return "People disagree on the tile: settle it on the page Quality."
    if row.sample.state != Sample.State.OPEN:
        return f"The tile is {row.sample.get_state_display().lower()} by now."
    for code in task_of(row.sample.project).codes(row.value):
        if code in retired:
            return f"The class {retired[code]} is no longer in use; correct the label instead."
    return ""


def _read(rows: Sequence[Suggestion], value: Value) -> Content | None:
    """Return what all of them get instead.

    Raises:
        BadAnswer: it is no answer of the project's kind, or the suggestions are of several projects.
    """
    if len({row.sample.project_id for row in rows}) > 1:
        raise BadAnswer("Correct the suggestions of one project at a time: each has labels of its own.")
    return task_of(rows[0].sample.project).read(rows[0].sample, value) if rows else None


def _taken_over(row: Suggestion) -> Content:
    """Return what a label says that takes a suggestion over."""
    project = row.sample.project
    return Content(dict(task_of(project).accepted(project, row.value)), row.label, row.mask)


def _annotate(user: User, rows: Sequence[Suggestion], given: Content | None) -> list[Annotation]:
    """Write one annotation for each suggestion and make it the answer that counts."""
    samples = [row.sample for row in rows]
    mine = Annotation.objects.filter(sample__in=samples, author=user)
    versions = dict(mine.order_by("version").values_list("sample", "version"))
    mine.filter(current=True).update(current=False)
    schemas = {project: newest_schema(project) for project in {sample.project for sample in samples}}
    annotations = Annotation.objects.bulk_create(
        Annotation(
            sample=row.sample,
            author=user,
            version=versions.get(row.sample_id, 0) + 1,
            **(given or _taken_over(row)).columns(),
            schema=schemas[row.sample.project],
            provenance=Annotation.Provenance.HUMAN if given else Annotation.Provenance.MODEL_ACCEPTED,
            model_version=None if given else row.model_version,
        )
        for row in rows
    )
    newest = Annotation.objects.filter(sample=OuterRef("pk"), author=user, current=True).values("pk")[:1]
    Sample.objects.filter(pk__in=[sample.pk for sample in samples]).update(
        state=Sample.State.LABELLED, answer_id=Subquery(newest)
    )
    return annotations
