"""Answers: check what a person says of a sample, keep it as a version, and settle what counts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, QuerySet

from annotation.errors import AlreadyAnswered, BadAnswer, SampleNotOpen, UnknownClass
from annotation.labeling.leases import ANSWERS, hold
from annotation.labeling.locks import Locked, lock, lock_as
from annotation.labeling.refits import request_when_due
from annotation.labeling.settling import opinions_of, settle
from annotation.models import Annotation, Project, Sample, Schema, Suggestion
from annotation.models.projects import Role
from annotation.prepared import prepared
from annotation.tasks import Value, task_of

Verdict = Annotation.Verdict
LONGEST_SECONDS = 3600.0


@dataclass(frozen=True)
class Answer:
    """What a person says of a sample."""

    verdict: str = Verdict.LABEL
    value: Value = field(default_factory=dict)  # as the project's task reads it
    reason: str = ""
    seconds: float = 0.0
    interactions: int | None = None  # keys and clicks
    base: int | None = None  # the newest annotation of the sample that the author had seen
    force: bool = False  # the author saw the other answer and means this one
    provenance: str = Annotation.Provenance.HUMAN


@dataclass(frozen=True)
class Kept:
    """A stored answer, and where its project stands with it."""

    annotation: Annotation
    round: int | None  # number of the newest round
    counts: dict[str, int]  # samples by state
    wants_worker: bool  # whether a job was written


@transaction.atomic
def submit(sample: Sample, user: User, answer: Answer) -> Annotation:
    """Keep an answer as the author's newest version; a repeated one is kept once.

    An expired lease is no reason to refuse it; another person's answer that its author had not seen is.
    """
    return _keep(lock(sample), user, answer).annotation


@transaction.atomic
def submit_as(role: Role, project: int, sample: int, user: User, answer: Answer) -> Kept | None:
    """Do so for a sample of this number, if the author has at least this role in its project; None for others."""
    locked = lock_as(role, project, sample, user)
    return _keep(locked, user, answer) if locked else None


def retract(sample: Sample, user: User) -> Annotation:
    """Take the author's answer back; the sample is theirs again."""
    return submit(sample, user, Answer(Verdict.RETRACT))


def _keep(locked: Locked, user: User, answer: Answer) -> Kept:
    sample, before = locked.sample, locked.sample.state
    said = _said(sample.pk)
    if before == Sample.State.EMPTY:
        raise SampleNotOpen(f"Tile {sample} is mostly without data and takes no label.")
    draft = _read(sample, answer)
    if draft.verdict == Verdict.RETRACT:
        _refuse_nothing(sample, user, said)
    elif not answer.force:
        _refuse_overtaken(sample, user, answer.base, said)
    annotation = _add_version(locked, user, draft, said)
    settle(sample, [*(each for each in said if each.author_id != user.pk), annotation])
    if annotation.verdict == Verdict.RETRACT:
        _open_again(sample, user)
    else:
        sample.leases.filter(user=user).delete()
    heard = locked.heard + (annotation is draft and draft.verdict != Verdict.SKIP)
    classes = locked.newest.classes if locked.newest else 0
    wants_worker = not locked.refit_waits and request_when_due(sample.project, heard, classes)
    counts = {**locked.counts, before: locked.counts[before] - 1}
    counts[sample.state] += 1
    return Kept(annotation, locked.newest.number if locked.newest else None, counts, wants_worker)


@prepared
def _said(sample: int) -> QuerySet[Annotation]:
    """Read what people said of a sample, oldest first."""
    return Annotation.objects.filter(sample=sample).select_related("author", "label").order_by("id")


def _open_again(sample: Sample, user: User) -> None:
    """Let a reviewer decide once more on what a model said of the sample, and its author go on with it."""
    decided = [Suggestion.State.ACCEPTED, Suggestion.State.CORRECTED]
    Suggestion.objects.filter(sample=sample, model_version__state="published", state__in=decided).update(
        state=Suggestion.State.OPEN
    )
    if sample.leases.active().exclude(user=user).count() < sample.project.opinions:
        hold(sample, user, shown=True)


def _add_version(locked: Locked, user: User, draft: Annotation, said: Sequence[Annotation]) -> Annotation:
    """Append `draft` to the author's chain, unless it says what their newest version says."""
    sample, mine = locked.sample, [each for each in said if each.author_id == user.pk]
    newest = max(mine, key=lambda each: each.version, default=None)
    if newest and newest.current and _says(sample.project, newest, draft):
        return newest
    if any(each.current for each in mine):
        sample.annotations.filter(author=user, current=True).update(current=False)
    if locked.schema is None:
        raise _without_classes(sample.project)
    draft.sample, draft.author, draft.schema_id = sample, user, locked.schema
    draft.version = newest.version + 1 if newest else 1
    draft.save(force_insert=True)
    return draft


def newest_schema(project: Project) -> Schema:
    """Return the version of the class list in force."""
    schema = project.schemas.first()
    if schema is None:
        raise _without_classes(project)
    return schema


def _without_classes(project: Project) -> UnknownClass:
    return UnknownClass(f"{project} has no classes yet; its owner adds them in the settings.")


def _says(project: Project, one: Annotation, other: Annotation) -> bool:
    """Return whether two versions of one author say the very same."""
    plain = [(each.verdict, each.reason, each.provenance) for each in (one, other)]
    return plain[0] == plain[1] and task_of(project).same(one.value, other.value)


def _refuse_nothing(sample: Sample, user: User, said: Sequence[Annotation]) -> None:
    if not any(each.current and each.author_id == user.pk and each.verdict != Verdict.RETRACT for each in said):
        raise BadAnswer(f"You have no answer on tile {sample} to take back.")


def _refuse_overtaken(sample: Sample, user: User, base: int | None, said: Sequence[Annotation]) -> None:
    if opinions_of(sample) > 1:
        return
    others = [each for each in said if each.current and each.verdict in ANSWERS and each.author_id != user.pk]
    newer = [each for each in others if each.pk > (base or 0) and each.provenance != Annotation.Provenance.PROMISED]
    if newer:
        theirs = newer[-1]
        text = task_of(sample.project).text(theirs.value, sample.project.class_names()) or theirs.get_verdict_display()
        message = f"{theirs.author} has answered tile {sample} since you opened it: {text}. Look at it, then decide."
        raise AlreadyAnswered(message, theirs=theirs.pk)


def _read(sample: Sample, answer: Answer) -> Annotation:
    """Return the answer as an annotation without author, checked by the project's task."""
    draft = Annotation(
        verdict=_verdict(answer.verdict),
        reason=answer.reason.strip()[:300],
        provenance=answer.provenance,
        seconds=min(max(answer.seconds, 0.0), LONGEST_SECONDS) if np.isfinite(answer.seconds) else 0.0,
        interactions=answer.interactions,
    )
    if draft.verdict == Verdict.LABEL:
        for name, value in task_of(sample.project).read(sample, answer.value).columns().items():
            setattr(draft, name, value)
    return draft


def _verdict(name: str) -> Verdict:
    try:
        return Verdict(name)
    except ValueError:
        raise BadAnswer(f"Unknown verdict {name!r}; choose one of: {', '.join(Verdict)}.") from None


def by_next_version(rows: Mapping[int, int], author: int) -> dict[int, list[int]]:
    """Return the keys of rows, each with its sample, by the version that the author's next word on this sample is.

    It is looked up before they are inserted: a subquery a row would go through all that the same statement has written.
    """
    said = Annotation.objects.filter(sample__among=rows.values(), author=author).order_by()
    newest = dict(said.values_list("sample").annotate(Max("version")))
    keys = defaultdict(list)
    for key, sample in rows.items():
        keys[newest.get(sample, 0) + 1].append(key)
    return dict(keys)
