"""Answers: check what a person says of a sample, keep it as a version, and settle what counts."""

from dataclasses import dataclass, field

import numpy as np
from django.contrib.auth.models import User
from django.db import transaction

from annotation.errors import AlreadyAnswered, BadAnswer, SampleNotOpen, UnknownClass
from annotation.labeling.claims import ANSWERS, hold
from annotation.models import Annotation, Job, Project, Sample, Schema, Suggestion
from annotation.models.jobs import JobKind
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
    base: int | None = None  # the newest annotation of the sample that the author had seen
    force: bool = False  # the author saw the other answer and means this one
    provenance: str = Annotation.Provenance.HUMAN


@transaction.atomic
def submit(sample: Sample, user: User, answer: Answer) -> Annotation:
    """Keep an answer as the author's newest version; a repeated one is kept once.

    An expired lease is no reason to refuse it; another person's answer that its author had not seen is.
    """
    if answer.verdict == Verdict.RETRACT:
        return retract(sample, user)
    sample = lock(sample)
    if sample.state == Sample.State.EMPTY:
        raise SampleNotOpen(f"Tile {sample} is mostly without data and takes no label.")
    draft = _read(sample, answer)
    if not answer.force:
        _refuse_overtaken(sample, user, answer.base)
    annotation = add_version(sample, user, draft)
    settle(sample)
    sample.leases.filter(user=user).delete()
    request_refit(sample.project)
    return annotation


@transaction.atomic
def retract(sample: Sample, user: User) -> Annotation:
    """Take the author's answer back; the sample is theirs again."""
    sample = lock(sample)
    current = sample.annotations.filter(author=user, current=True).exclude(verdict=Verdict.RETRACT).first()
    if current is None:
        raise BadAnswer(f"You have no answer on tile {sample} to take back.")
    annotation = add_version(sample, user, Annotation(verdict=Verdict.RETRACT))
    settle(sample)
    decided = [Suggestion.State.ACCEPTED, Suggestion.State.CORRECTED]
    Suggestion.objects.filter(sample=sample, model_version__state="published", state__in=decided).update(
        state=Suggestion.State.OPEN
    )
    if sample.leases.active().exclude(user=user).count() < sample.project.opinions:
        hold(sample, user, shown=True)
    request_refit(sample.project)
    return annotation


def lock(sample: Sample) -> Sample:
    """Return the sample as it is now, locked until the transaction ends."""
    locked = Sample.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("project", "tile__grid", "audit").get(pk=sample.pk)


def add_version(sample: Sample, user: User, draft: Annotation) -> Annotation:
    """Append `draft` to the author's chain on a locked sample, unless it says what their newest version says."""
    newest = sample.annotations.filter(author=user).order_by("-version").first()
    if newest and newest.current and _says(sample.project, newest, draft):
        return newest
    sample.annotations.filter(author=user, current=True).update(current=False)
    draft.sample, draft.author, draft.schema = sample, user, newest_schema(sample.project)
    draft.version = newest.version + 1 if newest else 1
    draft.save(force_insert=True)
    return draft


def settle(sample: Sample, final: Annotation | None = None) -> None:
    """Set the state and the answer that count on a locked sample; a reviewer's word is `final`."""
    said = sample.annotations.filter(current=True, verdict__in=ANSWERS).order_by("-id")
    current = list(said.by_people())
    wanted = opinions_of(sample)
    if final is None and not current:
        final = said.first()  # accepted by promise, and nobody has said otherwise
    elif final is None and len(current) >= wanted:
        final = (task_of(sample.project).settle(sample.project, current) if wanted > 1 else None) or current[0]
    sample.answer = final if final and final.verdict == Verdict.LABEL else None
    states = {None: Sample.State.OPEN, Verdict.LABEL: Sample.State.LABELLED, Verdict.UNSURE: Sample.State.UNSURE}
    sample.state = states[Verdict(final.verdict) if final else None]
    sample.save(update_fields=["state", "answer"])


def opinions_of(sample: Sample) -> int:
    """Return how many people answer a sample: some audits are put to a second person."""
    return max(sample.project.opinions, sample.audit.opinions if hasattr(sample, "audit") else 1)


def request_refit(project: Project) -> bool:
    """Ask for a refit when enough was said since the newest round; return whether it was."""
    newest = project.rounds.first()
    said = Annotation.objects.filter(sample__project=project).by_people().exclude(verdict=Verdict.SKIP)
    if newest:
        said = said.filter(created_at__gt=newest.seen_at)
    # newest first: ordered by key, as annotations are, it would pass over all that came before the round
    enough = said.order_by("-created_at")[: project.refit_every].count() >= project.refit_every
    if enough or (not (newest and newest.classes) and task_of(project).is_ready(project)):
        Job.request(project, JobKind.REFIT)
        return True
    return False


def newest_schema(project: Project) -> Schema:
    """Return the version of the class list in force."""
    schema = project.schemas.first()
    if schema is None:
        raise UnknownClass(f"{project} has no classes yet; its owner adds them in the settings.")
    return schema


def _says(project: Project, one: Annotation, other: Annotation) -> bool:
    """Return whether two versions of one author say the very same."""
    plain = [(each.verdict, each.reason, each.provenance) for each in (one, other)]
    return plain[0] == plain[1] and task_of(project).same(one.value, other.value)


def _refuse_overtaken(sample: Sample, user: User, base: int | None) -> None:
    if opinions_of(sample) > 1:
        return
    theirs = (
        sample.annotations.filter(current=True, verdict__in=ANSWERS, pk__gt=base or 0)
        .by_people()
        .exclude(author=user)
        .select_related("author", "label")
        .last()
    )
    if theirs:
        names = dict(sample.project.classes.values_list("code", "name"))
        said = task_of(sample.project).text(theirs.value, names) or theirs.get_verdict_display()
        message = f"{theirs.author} has answered tile {sample} since you opened it: {said}. Look at it, then decide."
        raise AlreadyAnswered(message, theirs=theirs.pk)


def _read(sample: Sample, answer: Answer) -> Annotation:
    """Return the answer as an annotation without author, checked by the project's task."""
    draft = Annotation(
        verdict=_verdict(answer.verdict),
        reason=answer.reason.strip()[:300],
        provenance=answer.provenance,
        seconds=min(max(answer.seconds, 0.0), LONGEST_SECONDS) if np.isfinite(answer.seconds) else 0.0,
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
