"""Agreement on amounts: how far people say the same of the same tiles, and who says more or less than the others."""

from collections import defaultdict
from typing import Any

import numpy as np

from annotation.agreement.answers import first_answers_of_several
from annotation.models import Annotation, Project, Sample
from annotation.tasks.amount import quantity_of
from annotation.tasks.amount.quantity import amount_of
from annotation.tasks.amount.scoring import interval, short
from mlcore.audits.quantities import intraclass_correlation
from mlcore.errors import NotEnoughLabels

Answers = dict[int, dict[str, float]]  # sample id -> person -> amount


def agreement(project: Project) -> dict[str, Any]:
    """Return the intraclass correlation on audits that several people answered, and how each person differs."""
    answers = _answers(first_answers_of_several(project))
    audits = set(project.samples.filter(pk__in=answers, audit__isnull=False).values_list("pk", flat=True))
    groups = [np.array(list(said.values())) for pk, said in answers.items() if pk in audits]
    try:
        icc = interval(intraclass_correlation(groups, step=quantity_of(project).step))
    except NotEnoughLabels:
        icc = None
    return {"agreement": {"samples": len(groups), "icc": icc}, "people": _people(answers)}


def disputes(project: Project) -> list[dict[str, Any]]:
    """Return the labelled samples on which people differ by more than the tolerance, furthest apart first."""
    answers, quantity = _answers(first_answers_of_several(project)), quantity_of(project)
    apart = {pk: said for pk, said in answers.items() if not quantity.near(min(said.values()), max(said.values()))}
    samples = project.samples.filter(pk__in=apart, state=Sample.State.LABELLED).select_related("answer", "audit")
    items = [_dispute(sample, apart[sample.pk], quantity.tolerance) for sample in samples.order_by("index")]
    return sorted(items, key=lambda item: -item["score"])


def _answers(first: dict[int, dict[int, Annotation]]) -> Answers:
    answers: Answers = {}
    for pk, by_author in first.items():
        amounts = {said.author.username: amount_of(said.value) for said in by_author.values()}
        told = {person: amount for person, amount in amounts.items() if amount is not None}
        if len(told) > 1:
            answers[pk] = told
    return answers


def _people(answers: Answers) -> list[dict[str, Any]]:
    """Return for each person by how much they say more than the others on average, and on how many tiles."""
    gaps: dict[str, list[float]] = defaultdict(list)
    for said in answers.values():
        total = sum(said.values())
        for person, amount in said.items():
            gaps[person].append(amount - (total - amount) / (len(said) - 1))
    return [
        {"person": person, "bias": short(float(np.mean(own))), "tiles": len(own)}
        for person, own in sorted(gaps.items())
    ]


def _dispute(sample: Sample, said: dict[str, float], tolerance: float) -> dict[str, Any]:
    """Return a sample on which people differ, as an item of the list of labels to look at again."""
    amounts = sorted(said.values())
    given = amount_of(sample.answer.value) if sample.answer else None
    given = amounts[0] if given is None else given
    other = max(amounts, key=lambda amount: abs(amount - given))
    spread = amounts[-1] - amounts[0]
    return {
        "kind": "people",
        "annotation": sample.answer_id,
        "sample": sample.pk,
        "index": sample.index,
        "given": given,
        "suggested": other,
        "residual": short(given - other),
        "score": round(1 - tolerance / spread, 4),
        "votes": [{"amount": amount, "people": amounts.count(amount)} for amount in sorted(set(amounts))],
        "audit": hasattr(sample, "audit"),
    }
