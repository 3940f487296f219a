"""Words: what else was said of samples besides the answer that counts: versions, other people, reviews, chances."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from annotation.exports.files import brought_in, comments_on
from annotation.exports.shared import Shared
from annotation.models import Annotation, Review, Suggestion
from annotation.models.blindness import would_be_blind

Record = dict[str, Any]

_COLUMNS = (
    "sample_id", "pk", "author_id", "version", "current", "verdict", "label_id", "value", "mask", "reason",
    "provenance", "model_version_id", "acceptance_id", "seconds", "interactions", "created_at", "schema_id",
)  # fmt: skip


@dataclass
class Words:
    """What was said of a chunk of samples, by their ids; reviews by annotations'."""

    shared: Shared
    codes: dict[int, int]  # as which one each counts
    others: dict[int, list[Record]] = field(default_factory=dict)
    confidences: dict[int, float] = field(default_factory=dict)
    reviews: dict[int, Record] = field(default_factory=dict)
    comments: dict[int, list[Record]] = field(default_factory=dict)
    brought: dict[int, Record] = field(default_factory=dict)  # what files told, by annotations

    def is_skipped(self, sample: int) -> bool:
        """Return whether somebody passed the sample over, and nobody said more."""
        return any(said["verdict"] == "skip" and said["current"] for said in self.others.get(sample, ()))

    def history(self, row: Record) -> list[Record]:
        """Return all versions of all people, the oldest first; none where the answer is all that was ever said.

        Of an audit that waits nothing is told, for it would colour the answer that is waited for.
        """
        said = self.others.get(row["sample"])
        if not said or would_be_blind(row["state"], audit=row["inclusion_probability"] is not None):
            return []
        whole = [*said, _answer(row)] if row["annotation"] is not None else said
        return [self._version(each) for each in sorted(whole, key=lambda each: each["annotation"])]

    def about_label(self, row: Record) -> Record:
        """Return confidence, review and disagreement of the answer that counts."""
        told: Record = {}
        if (confidence := self.confidences.get(row["sample"])) is not None:
            told["confidence"] = confidence
        if review := self.reviews.get(row["annotation"]):
            told["review"] = review
        if brought := self.brought.get(row["annotation"]):
            told["imported"] = brought
        if said := self.others.get(row["sample"]):
            told |= self._disagreement(row, said)
        return told

    def _disagreement(self, row: Record, said: Iterable[Record]) -> Record:
        values = [each["value"] for each in said if each["current"] and each["verdict"] == "label"]
        if not values:
            return {}
        agreeing = sum(self.shared.task.agree(self.shared.project, row["value"], value) for value in values)
        named: Counter[int] = Counter()
        for value in (row["value"], *values):
            named.update({self._code(code) for code in self.shared.task.codes(value)})
        opinions = len(values) + 1
        soft = {str(code): round(count / opinions, 4) for code, count in sorted(named.items())}
        told: Record = {"opinions": opinions, "agreement": round((agreeing + 1) / opinions, 4)}
        return told | {"soft": soft} if soft else told

    def _code(self, code: int) -> int:
        return self.codes.get(code, code)

    def _version(self, said: Record) -> Record:
        """Return one version as an export tells it."""
        shared = self.shared
        told: Record = {
            "annotation": said["annotation"],
            "author": shared.people.name(said["author"]),
            "version": said["version"],
            "current": said["current"],
            "verdict": said["verdict"],
        }
        if said["label"]:
            told["given_code"] = shared.classes[said["label"]].code
        told |= {name: said[name] for name in ("value", "mask", "reason") if said[name]}
        told["provenance"] = said["provenance"]
        if said["model_version"]:
            told["model_version"] = shared.versions[said["model_version"]]
        if said["acceptance"]:
            told["acceptance"] = said["acceptance"]
        if said["interactions"] is not None:
            told["interactions"] = said["interactions"]
        told |= {"seconds": said["seconds"], "created_at": said["created_at"], "schema": shared.schemas[said["schema"]]}
        return told


def _answer(row: Record) -> Record:
    """Return the answer that counts like any other version."""
    return {**row, "current": True, "verdict": Annotation.Verdict.LABEL.value, "reason": row["reason"]}


def heard_of(shared: Shared, rows: Iterable[Record]) -> Words:
    """Read what else was said of a chunk of rows, in few statements."""
    rows = list(rows)
    return Words(
        shared=shared,
        codes=shared.counted,
        others=_others(rows),
        confidences=_confidences(rows),
        reviews=_reviews(shared, rows),
        comments=comments_on(shared, rows),
        brought=brought_in(shared, rows),
    )


def _others(rows: list[Record]) -> dict[int, list[Record]]:
    """Return all annotations that are not the answer of their sample."""
    others: dict[int, list[Record]] = defaultdict(list)
    said = Annotation.objects.filter(sample__among=[row["sample"] for row in rows]).order_by("pk")
    for values in said.exclude(pk=F("sample__answer")).values_list(*_COLUMNS):
        each = dict(zip(_COLUMNS, values, strict=True))
        plain = {name.removesuffix("_id"): value for name, value in each.items() if name != "pk"}
        others[each["sample_id"]].append({"annotation": each["pk"], **plain})
    return dict(others)


def _confidences(rows: list[Record]) -> dict[int, float]:
    """Return how sure the model was whose suggestion became a sample's label."""
    versions = {row["sample"]: row["model_version"] for row in rows if row["model_version"]}
    if not versions:
        return {}
    said = Suggestion.objects.filter(sample__among=versions, model_version__in=set(versions.values()))
    told = said.values_list("sample_id", "model_version_id", "confidence")
    return {sample: confidence for sample, version, confidence in told if versions[sample] == version}


def _reviews(shared: Shared, rows: list[Record]) -> dict[int, Record]:
    """Return the newest verdict on each answer, or of the decision that it is the result of."""
    if not shared.is_reviewed:
        return {}
    answers = [row["annotation"] for row in rows if row["annotation"] is not None]
    reviews: dict[int, Record] = {}
    for about in ("result", "annotation"):
        columns = (f"{about}_id", "verdict", "reviewer_id", "created_at")
        decided = Review.objects.filter(**{f"{about}__among": answers}).order_by("pk").values_list(*columns)
        for annotation, verdict, reviewer, at in decided:
            reviews[annotation] = {"verdict": verdict, "by": shared.people.name(reviewer), "at": at}
    return reviews
