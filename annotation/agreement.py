"""Agreement: how far people say the same of the same tiles, who differs, and what their answers say together.

Answers are fused by mlcore.audits.fusion. crowd-kit, the one kept library with Dawid-Skene (1.4.2, October 2025),
requires transformers, nltk, pandas and pyarrow: hundreds of megabytes on stations without a network, for what is
thirty lines of numpy here.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count
from numpy.typing import NDArray
from scipy.stats import binom

from annotation.models import Annotation, Project, Review, Sample
from mlcore.audits.agreement import alpha_of_classes, krippendorff_alpha
from mlcore.audits.fusion import Fusion, fuse
from mlcore.metrics import confusion

BY_PEOPLE = [Annotation.Provenance.HUMAN, Annotation.Provenance.IMPORTED, Annotation.Provenance.SIMULATED]
LEAST_LABELS = 20  # of a person, before a habit is called one
_NEARLY_ALL = 0.95
_UNLIKELY = 1e-4


@dataclass(frozen=True)
class Answers:
    """What several people said of the same samples, each unseen by the others."""

    people: list[str]  # [P] names
    samples: list[Sample]  # [S]
    codes: list[int]  # [C] in use
    said: NDArray[np.int64]  # [P, S] positions in codes, -1 where somebody said nothing

    def fused(self) -> Fusion:
        """Return what they say together; what a reviewer settled is taken for certain."""
        settled = set(_settled([sample.answer_id for sample in self.samples]))
        in_use = {code: at for at, code in enumerate(self.codes)}
        gold = [
            in_use.get(sample.answer.label.code, -1)
            if sample.answer_id in settled and sample.answer and sample.answer.label
            else -1
            for sample in self.samples
        ]
        return fuse(self.said, classes=len(self.codes), gold=np.array(gold))


def agreement(project: Project) -> dict[str, Any]:
    """Return Krippendorff's alpha on audits that several people answered, and how each person differs."""
    answers = answers_of(project)
    audits = [at for at, sample in enumerate(answers.samples) if hasattr(sample, "audit")]
    said = answers.said[:, audits]
    people = _people(answers) if answers.samples else []
    if not audits:
        return {"agreement": {"samples": 0, "alpha": None, "classes": []}, "people": people}
    classes = alpha_of_classes(said, classes=len(answers.codes))
    found = {
        "samples": len(audits),
        "alpha": _told(krippendorff_alpha(said)),
        "classes": [
            {"code": code, "alpha": _told(level), "answers": int((said == at).sum())}
            for at, (code, level) in enumerate(zip(answers.codes, classes, strict=True))
        ],
    }
    return {"agreement": found, "people": people}


def disputes(project: Project) -> list[dict[str, Any]]:
    """Return the labelled samples on which people differ, those first on which they leave most doubt."""
    answers = answers_of(project)
    differ = [at for at in range(len(answers.samples)) if len(set(_voices(answers, at))) > 1]
    if not differ:
        return []
    beliefs = answers.fused().probabilities
    found = [_dispute(answers, at, beliefs[at]) for at in differ if answers.samples[at].state == Sample.State.LABELLED]
    return sorted(found, key=lambda item: -item["score"])


def answers_of(project: Project) -> Answers:
    """Return the first answers of samples that several people labelled; later ones have seen what others said."""
    first: dict[int, dict[int, Annotation]] = defaultdict(dict)
    labels = Annotation.objects.filter(
        sample__project=project, verdict=Annotation.Verdict.LABEL, provenance__in=BY_PEOPLE
    )
    several = labels.filter(sample__audit__opinions__gt=1) if project.opinions == 1 else labels
    for annotation in several.select_related("author", "label", "sample__audit").order_by("pk"):
        sample = annotation.sample
        wanted = max(project.opinions, sample.audit.opinions if hasattr(sample, "audit") else 1)
        if annotation.author_id not in first[sample.pk] and len(first[sample.pk]) < wanted:
            first[sample.pk][annotation.author_id] = annotation
    return _table(project, {pk: said for pk, said in first.items() if len(said) > 1})


def habits(project: Project) -> list[dict[str, Any]]:
    """Return who gives one class nearly always, in plain words: no reproach, but a reason to look together."""
    given, names = _given(project), dict(project.classes.values_list("code", "name"))
    found = []
    for person, counts in given.items():
        code, times = counts.most_common(1)[0]
        others: Counter[int] = sum((other for name, other in given.items() if name != person), Counter())
        if times >= _NEARLY_ALL * counts.total() and _is_odd(times, counts.total(), others[code], others.total()):
            habit = f"{person} gave {names[code]} to {times} of {counts.total()} tiles"
            share = f"others give it to {100 * others[code] / others.total():.0f} %" if others else "nobody else labels"
            found.append({"person": person, "text": f"{habit}; {share}. Look at some of them together."})
    return found


def _is_odd(times: int, total: int, others: int, of: int) -> bool:
    """Return whether so many are unlikely for somebody who labels as the others do."""
    usual = (others + 1) / (of + 2)
    return total >= LEAST_LABELS and float(binom.sf(times - 1, total, usual)) < _UNLIKELY


def _given(project: Project) -> dict[str, Counter[int]]:
    """Return how often each person gave each class that is in use."""
    in_use = project.codes_in_use()
    labels = Annotation.objects.filter(sample__project=project, current=True, verdict=Annotation.Verdict.LABEL)
    own = labels.filter(provenance__in=BY_PEOPLE)
    found: dict[str, Counter[int]] = defaultdict(Counter)
    rows = own.order_by().values_list("author__username", "label__code").annotate(number=Count("pk"))
    for person, code, number in rows:
        if code in in_use:
            found[person][in_use[code]] += number
    return found


def _table(project: Project, first: dict[int, dict[int, Annotation]]) -> Answers:
    in_use = project.codes_in_use()
    codes = sorted(set(in_use.values()))
    place = {code: codes.index(target) for code, target in in_use.items()}
    authors = {said.author_id: said.author.username for one in first.values() for said in one.values()}
    people = sorted(authors, key=lambda pk: authors[pk])
    found = project.samples.filter(pk__in=first).select_related("answer__label", "audit").order_by("index")
    said = np.full((len(people), len(first)), -1, np.int64)
    for at, sample in enumerate(found):
        for author, annotation in first[sample.pk].items():
            if annotation.label and annotation.label.code in place:
                said[people.index(author), at] = place[annotation.label.code]
    kept = np.flatnonzero((said >= 0).sum(0) > 1)  # answers of classes out of use don't count
    samples = list(found)
    return Answers([authors[pk] for pk in people], [samples[at] for at in kept], codes, said[:, kept])


def _voices(answers: Answers, at: int) -> list[int]:
    return [int(place) for place in answers.said[:, at] if place >= 0]


def _dispute(answers: Answers, at: int, beliefs: NDArray[np.float64]) -> dict[str, Any]:
    """Return a sample on which people differ, as an item of the list of labels to look at again."""
    sample, votes = answers.samples[at], Counter(_voices(answers, at))
    likely = int(beliefs.argmax())
    return {
        "kind": "people",
        "annotation": sample.answer_id,
        "sample": sample.pk,
        "index": sample.index,
        "given": _code_of(sample),
        "suggested": answers.codes[likely],
        "score": round(1 - float(beliefs.max()), 4),
        "votes": [{"code": answers.codes[place], "people": number} for place, number in votes.most_common()],
        "other": round(float(beliefs[likely]), 3),
        "audit": hasattr(sample, "audit"),
    }


def _code_of(sample: Sample) -> int | None:
    return sample.answer.label.code if sample.answer and sample.answer.label else None


def _people(answers: Answers) -> list[dict[str, Any]]:
    """Return for each person how often they gave each class, by the class that all say together."""
    likely = answers.fused().probabilities.argmax(1)
    found = []
    for at, name in enumerate(answers.people):
        told = answers.said[at] >= 0
        counts = confusion(likely[told], answers.said[at][told], len(answers.codes))
        found.append({"person": name, "counts": counts.tolist()})
    return found


def _settled(annotations: list[int | None]) -> list[int]:
    """Return which of these annotations a reviewer confirmed or gave."""
    reviews = Review.objects.filter(annotation__isnull=False)
    kept = reviews.filter(verdict=Review.Verdict.ACCEPT, annotation__in=annotations)
    given = reviews.filter(result__in=annotations)
    return [*kept.values_list("annotation", flat=True), *given.values_list("result", flat=True)]


def _told(level: float) -> float | None:
    return round(level, 3) if np.isfinite(level) else None
