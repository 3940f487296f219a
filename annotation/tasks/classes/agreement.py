"""Agreement on classes: how far people say the same of the same tiles, who differs, and what they say together.

Answers are fused by mlcore.audits.fusion. crowd-kit, the one kept library with Dawid-Skene (1.4.2, October 2025),
requires transformers, nltk, pandas and pyarrow: hundreds of megabytes on stations without a network, for what is
thirty lines of numpy here.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.agreement.answers import NOT_MEASURED, first_answers_of_several, settled_by_review, told
from annotation.models import Annotation, Project, Sample
from mlcore.audits.agreement import alpha, alphas_of_classes, coincidence_tables
from mlcore.audits.fusion import Fusion, fuse
from mlcore.metrics import confusion


@dataclass(frozen=True)
class Answers:
    """What several people said of the same samples, each unseen by the others."""

    people: list[str]  # [P] names
    samples: list[Sample]  # [S]
    codes: list[int]  # [C] in use
    said: NDArray[np.int64]  # [P, S] positions in codes, -1 where somebody said nothing

    def fused(self) -> Fusion:
        """Return what they say together; what a reviewer settled is taken for certain."""
        settled = set(settled_by_review([sample.answer_id for sample in self.samples]))
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
        return {"agreement": NOT_MEASURED, "people": people}
    tables = coincidence_tables([said[:, [at]] for at in range(len(audits))], classes=len(answers.codes))
    measured = {
        "samples": len(audits),
        **told(alpha(tables)),
        "classes": [
            {"code": code, **told(level), "answers": int((said == at).sum())}
            for at, (code, level) in enumerate(zip(answers.codes, alphas_of_classes(tables), strict=True))
        ],
    }
    return {"agreement": measured, "people": people}


def disputes(project: Project) -> list[dict[str, Any]]:
    """Return the labelled samples on which people differ, those first on which they leave most doubt."""
    answers = answers_of(project)
    differ = [at for at in range(len(answers.samples)) if len(set(_voices(answers, at))) > 1]
    if not differ:
        return []
    beliefs = answers.fused().probabilities
    disputed = [
        _dispute(answers, at, beliefs[at]) for at in differ if answers.samples[at].state == Sample.State.LABELLED
    ]
    return sorted(disputed, key=lambda item: -item["score"])


def answers_of(project: Project) -> Answers:
    """Return the first answers of samples that several people labelled."""
    return _table(project, first_answers_of_several(project))


def _table(project: Project, first: dict[int, dict[int, Annotation]]) -> Answers:
    in_use = project.codes_in_use()
    codes = sorted(set(in_use.values()))
    place = {code: codes.index(target) for code, target in in_use.items()}
    authors = {said.author_id: said.author.username for one in first.values() for said in one.values()}
    people = sorted(authors, key=lambda pk: authors[pk])
    answered = project.samples.filter(pk__in=first).select_related("answer__label", "audit").order_by("index")
    said = np.full((len(people), len(first)), -1, np.int64)
    for at, sample in enumerate(answered):
        for author, annotation in first[sample.pk].items():
            if annotation.label and annotation.label.code in place:
                said[people.index(author), at] = place[annotation.label.code]
    kept = np.flatnonzero((said >= 0).sum(0) > 1)  # answers of classes out of use don't count
    samples = list(answered)
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
    people = []
    for at, name in enumerate(answers.people):
        told = answers.said[at] >= 0
        counts = confusion(likely[told], answers.said[at][told], len(answers.codes))
        people.append({"person": name, "counts": counts.tolist()})
    return people
