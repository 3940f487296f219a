"""Answers: check what a person says of a sample, keep it as a version, and settle what counts."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from django.contrib.auth.models import User
from django.db import transaction

from annotation.arrays.masks import Mask, count_pixels, store_mask
from annotation.errors import AlreadyAnswered, BadAnswer, SampleNotOpen, UnknownClass
from annotation.labeling.claims import ANSWERS, hold
from annotation.models import Annotation, Job, LabelClass, Project, Sample, Schema, Suggestion
from annotation.models.jobs import JobKind
from annotation.models.projects import TaskKind
from mlcore.errors import BadMask
from mlcore.raster.write import decode_mask_png

Verdict = Annotation.Verdict
LONGEST_SECONDS = 3600.0


@dataclass(frozen=True)
class Answer:
    """What a person says of a sample."""

    verdict: str = Verdict.LABEL
    label: int | None = None  # class code
    mask: bytes | None = None  # 8-bit greyscale PNG of class codes, 0 where unlabelled
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
    if newest and newest.current and _says(newest) == _says(draft):
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
        final = majority(current) if wanted > 1 else current[0]
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
    if enough or (not (newest and newest.classes) and _has_two_classes(project)):
        Job.request(project, JobKind.REFIT)
        return True
    return False


def newest_schema(project: Project) -> Schema:
    """Return the version of the class list in force."""
    schema = project.schemas.first()
    if schema is None:
        raise UnknownClass(f"{project} has no classes yet; its owner adds them in the settings.")
    return schema


def get_class(project: Project, code: int) -> LabelClass:
    """Return a class in use by its code."""
    in_use = {known.code: known for known in project.classes.filter(retired=False, merged_into=None)}
    if code not in in_use:
        known = ", ".join(f"{known.code} {known.name}" for known in in_use.values()) or "none"
        raise UnknownClass(f"There is no class {code} in {project}; the classes are: {known}.")
    return in_use[code]


def _says(annotation: Annotation) -> tuple[object, ...]:
    return annotation.verdict, annotation.label_id, annotation.mask, annotation.reason, annotation.provenance


def majority(current: list[Annotation]) -> Annotation:
    """Return the answer that most gave, the latest of them."""
    labels = [annotation for annotation in current if annotation.verdict == Verdict.LABEL] or current
    votes = Counter(annotation.label_id for annotation in labels)
    return max(labels, key=lambda annotation: (votes[annotation.label_id], annotation.pk))


def _has_two_classes(project: Project) -> bool:
    labels = Annotation.objects.filter(sample__project=project, current=True, verdict=Verdict.LABEL).by_people()
    if project.task == TaskKind.SEGMENTATION:
        masks = labels.filter(sample__audit=None).values_list("value", flat=True)
        return len({code for value in masks for code in value.get("pixels", {})}) >= 2
    return labels.filter(sample__audit=None).order_by().values("label").distinct()[:2].count() >= 2


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
        said = theirs.label or theirs.get_verdict_display()
        message = f"{theirs.author} has answered tile {sample} since you opened it: {said}. Look at it, then decide."
        raise AlreadyAnswered(message, theirs=theirs.pk)


def _read(sample: Sample, answer: Answer) -> Annotation:
    """Return the answer as an annotation without author, checked against the project's task."""
    draft = Annotation(
        verdict=_verdict(answer.verdict),
        reason=answer.reason.strip()[:300],
        provenance=answer.provenance,
        seconds=min(max(answer.seconds, 0.0), LONGEST_SECONDS) if np.isfinite(answer.seconds) else 0.0,
    )
    if draft.verdict != Verdict.LABEL:
        return draft
    if sample.project.task == TaskKind.SEGMENTATION:
        _read_mask(sample, answer, draft)
    elif answer.mask is not None:
        raise BadAnswer(f"{sample.project} takes one class a tile; leave the mask out.")
    elif answer.label is None:
        raise BadAnswer("Choose a class, or skip the tile.")
    else:
        draft.label = get_class(sample.project, answer.label)
    return draft


def _verdict(name: str) -> Verdict:
    try:
        return Verdict(name)
    except ValueError:
        raise BadAnswer(f"Unknown verdict {name!r}; choose one of: {', '.join(Verdict)}.") from None


def _read_mask(sample: Sample, answer: Answer, draft: Annotation) -> None:
    if answer.mask is None:
        raise BadAnswer(f"{sample.project} takes a mask; paint the tile, or skip it.")
    side = sample.tile.grid.tile_px
    try:
        classes = decode_mask_png(answer.mask, size=(side, side))
    except BadMask as error:
        raise BadAnswer(str(error)) from error
    fill(draft, classes, sample.project)


def fill(draft: Annotation, classes: Mask, project: Project) -> None:
    """Put a mask into an annotation: its file, its pixel counts and its most frequent class."""
    pixels = count_pixels(classes)
    if not pixels:
        raise BadAnswer("The mask is empty; paint at least one pixel, or skip the tile.")
    known = {code: get_class(project, code) for code in pixels}
    draft.label = known[max(pixels, key=lambda code: pixels[code])]
    draft.value = {"pixels": {str(code): number for code, number in pixels.items()}}
    draft.mask = store_mask(classes)
