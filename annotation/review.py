"""Review: a reviewer accepts, corrects or rejects suggestions, singly or by the hundred."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from annotation.arrays.masks import count_pixels, load_mask
from annotation.errors import BadAnswer, UnknownClass
from annotation.labeling.answers import newest_schema, request_refit
from annotation.models import Annotation, LabelClass, Review, Sample, Suggestion
from annotation.models.projects import TaskKind

Verdict = Review.Verdict
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


@transaction.atomic
def decide(
    user: User,
    suggestions: QuerySet[Suggestion] | Sequence[int],
    verdict: str,
    label: LabelClass | None = None,
) -> Decided:
    """Accept (the sample gets the suggested label), correct (it gets `label`) or reject (people label it).

    Whoever calls has checked that `user` may review in every project concerned.
    """
    verdict = _verdict(verdict, label)
    label = label if verdict == Verdict.CORRECT else None
    rows, skipped = _lock(suggestions, label)
    if verdict == Verdict.CORRECT:
        _refuse_masks(rows)
    annotations = [] if verdict == Verdict.REJECT else _annotate(user, rows, label)
    Suggestion.objects.filter(pk__in=[row.pk for row in rows]).update(state=_STATES[verdict])
    results: Sequence[Annotation | None] = annotations or [None] * len(rows)
    Review.objects.bulk_create(
        Review(reviewer=user, suggestion=row, verdict=verdict, result=result)
        for row, result in zip(rows, results, strict=True)
    )
    for project in {row.sample.project for row in rows}:
        request_refit(project)
    return Decided(len(rows), skipped)


def _verdict(name: str, label: LabelClass | None) -> Verdict:
    try:
        verdict = Verdict(name)
    except ValueError:
        raise BadAnswer(f"Unknown verdict {name!r}; choose one of: {', '.join(Verdict)}.") from None
    if verdict == Verdict.CORRECT and label is None:
        raise BadAnswer("Say which class is right.")
    if verdict == Verdict.CORRECT and label and label.retired:
        raise UnknownClass(f"The class {label} is no longer in use; choose another one.")
    return verdict


def _lock(
    suggestions: QuerySet[Suggestion] | Sequence[int], label: LabelClass | None
) -> tuple[list[Suggestion], list[tuple[int, str]]]:
    """Lock the suggestions' samples; return what can be decided on, and the rest with reasons."""
    if not isinstance(suggestions, QuerySet):
        suggestions = Suggestion.objects.filter(pk__in=suggestions)
    ids = list(suggestions.values_list("pk", flat=True))
    samples = Sample.objects.filter(suggestions__in=ids).order_by("pk").distinct().values_list("pk", flat=True)
    # in one order, so that two reviewers of one contact sheet never wait for each other in a ring
    list(Sample.objects.filter(pk__in=list(samples)).order_by("pk").select_for_update(no_key=True))
    rows = Suggestion.objects.filter(pk__in=ids).select_related(
        "sample__audit", "sample__project", "label", "model_version"
    )
    free, skipped = [], []
    for row in rows:
        if reason := _refusal(row, label):
            skipped.append((row.pk, reason))
        else:
            free.append(row)
    return free, skipped


def _refusal(row: Suggestion, label: LabelClass | None) -> str:
    waiting = row.sample.state in (Sample.State.OPEN, Sample.State.UNSURE)
    if waiting and hasattr(row.sample, "audit"):
        return "It is an audit sample: people label it without a suggestion."
    if row.state != Suggestion.State.OPEN:
        return f"It is {row.get_state_display().lower()} already."
    if row.sample.state != Sample.State.OPEN:
        return f"The tile is {row.sample.get_state_display().lower()} by now."
    if label and label.project_id != row.sample.project_id:
        return f"The class {label} belongs to another project."
    if row.label is None or row.label.retired:
        return f"The class {row.label} is no longer in use; correct the label instead." if label is None else ""
    return ""


def _refuse_masks(rows: Sequence[Suggestion]) -> None:
    if any(row.sample.project.task == TaskKind.SEGMENTATION for row in rows):
        raise BadAnswer("A mask is corrected by painting: open the tile in the labelling view.")


def _annotate(user: User, rows: Sequence[Suggestion], label: LabelClass | None) -> list[Annotation]:
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
            label=label or row.label,
            mask=row.mask,
            value=_value(row.mask),
            schema=schemas[row.sample.project],
            provenance=Annotation.Provenance.HUMAN if label else Annotation.Provenance.MODEL_ACCEPTED,
            model_version=None if label else row.model_version,
        )
        for row in rows
    )
    newest = Annotation.objects.filter(sample=OuterRef("pk"), author=user, current=True).values("pk")[:1]
    Sample.objects.filter(pk__in=[sample.pk for sample in samples]).update(
        state=Sample.State.LABELLED, answer_id=Subquery(newest)
    )
    return annotations


def _value(mask: str) -> dict[str, dict[str, int]]:
    if not mask:
        return {}
    return {"pixels": {str(code): number for code, number in count_pixels(load_mask(mask)).items()}}
