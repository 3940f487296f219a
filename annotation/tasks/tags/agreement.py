"""Agreement on tags: how far people say the same of the same tiles, tag by tag."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.agreement.answers import NOT_MEASURED, first_answers_of_several, told
from annotation.models import Project, Sample
from mlcore.audits.agreement import alpha, coincidence_tables


@dataclass(frozen=True)
class Answers:
    """What several people said of the same samples, each unseen by the others."""

    people: list[str]  # [P] names
    samples: list[Sample]  # [S]
    codes: list[int]  # [L] in use
    said: NDArray[np.int8]  # [P, S, L]: 1 = has the tag, 0 = hasn't, -1 = not told


def agreement(project: Project) -> dict[str, Any]:
    """Return Krippendorff's alpha of each tag and of all, on audits that several people answered."""
    answers = answers_of(project)
    audits = [at for at, sample in enumerate(answers.samples) if hasattr(sample, "audit")]
    if not audits:
        return {"agreement": NOT_MEASURED, "people": _people(answers)}
    said = answers.said[:, audits].astype(np.int64)
    by_tag = [
        coincidence_tables([said[:, [at], tag] for at in range(len(audits))], classes=2)
        for tag in range(len(answers.codes))
    ]
    measured = {
        "samples": len(audits),
        **told(alpha(np.concatenate(by_tag))),
        "classes": [
            {"code": code, **told(alpha(tables)), "answers": int((said[:, :, tag] > 0).sum())}
            for tag, (code, tables) in enumerate(zip(answers.codes, by_tag, strict=True))
        ],
    }
    return {"agreement": measured, "people": _people(answers)}


def disputes(project: Project) -> list[dict[str, Any]]:
    """Return the labelled samples on which people differ about a tag, most evenly divided first."""
    answers = answers_of(project)
    items = []
    for at, sample in enumerate(answers.samples):
        if sample.state != Sample.State.LABELLED or sample.answer is None:
            continue
        for tag, code in enumerate(answers.codes):
            votes = Counter(int(voice) for voice in answers.said[:, at, tag] if voice >= 0)
            if len(votes) > 1:
                items.append(_dispute(sample, code, votes))
    return sorted(items, key=lambda item: -item["score"])


def answers_of(project: Project) -> Answers:
    """Return the first answers of samples that several people labelled."""
    first, in_use = first_answers_of_several(project), project.codes_in_use()
    codes = sorted(set(in_use.values()))
    names = {said.author_id: said.author.username for one in first.values() for said in one.values()}
    people = sorted(names, key=lambda pk: names[pk])
    samples = list(project.samples.filter(pk__in=first).select_related("answer", "audit").order_by("index"))
    table = np.full((len(people), len(samples), len(codes)), -1, np.int8)
    for at, sample in enumerate(samples):
        for author, annotation in first[sample.pk].items():
            row = table[people.index(author), at]
            row[:] = 0
            for name, sign in (("unsure", -1), ("tags", 1)):
                for code in annotation.value.get(name, []):
                    if code in in_use:
                        row[codes.index(in_use[code])] = sign
    return Answers([names[pk] for pk in people], samples, codes, table)


def _people(answers: Answers) -> list[dict[str, Any]]:
    """Return for each person how often they give each tag where others do, and where others don't."""
    rows = []
    for at, name in enumerate(answers.people):
        own, others = answers.said[at], np.delete(answers.said, at, axis=0)
        usual = np.where((others >= 0).any(0), (others > 0).sum(0) * 2 > (others >= 0).sum(0), -1)
        both = (own >= 0) & (usual >= 0)
        counts = [
            [int((both[:, tag] & (usual[:, tag] == is_it) & (own[:, tag] == given)).sum()) for given in (0, 1)]
            for tag in range(len(answers.codes))
            for is_it in (0, 1)
        ]
        tags = [counts[2 * tag : 2 * tag + 2] for tag in range(len(answers.codes))]
        rows.append({"person": name, "tags": tags, "tiles": int(both.any(1).sum())})
    return rows


def _dispute(sample: Sample, code: int, votes: Counter[int]) -> dict[str, Any]:
    """Return a tag on which people differ, as an item of the list of labels to look at again."""
    given = int(code in (sample.answer.value.get("tags", []) if sample.answer else []))
    return {
        "kind": "people",
        "annotation": sample.answer_id,
        "sample": sample.pk,
        "index": sample.index,
        "tag": code,
        "given": given,
        "suggested": 1 - given,
        "score": round(1 - max(votes.values()) / votes.total(), 4),
        "votes": [{"value": value, "people": number} for value, number in votes.most_common()],
        "audit": hasattr(sample, "audit"),
    }
