"""What can be told of objects: how well they are found, how many there are, and what is overlooked or seen in error."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Labels, Rows
from annotation.tasks.explainer import Explainer
from annotation.tasks.objects import Objects
from annotation.tasks.objects.learner import ObjectLearner
from annotation.tasks.objects.matching import matched
from annotation.tasks.objects.scoring import Audited, object_counts, object_scores
from annotation.tasks.objects.suspicion import suspects
from annotation.tasks.thing import Thing, codes_of, in_use
from mlcore.audits.stopping import Words
from mlcore.errors import NotEnoughLabels

_MOST_MISTAKES = 60
_SAME_COUNT = 0.5  # objects of a tile, that counts of two fits may differ by

Mistake = dict[str, Any]


class ObjectExplainer(Explainer):
    """Average precision, counts and mistakes by audits; labels that a model which has not seen them contradicts."""

    words = Words("{scarce} of {all} classes have fewer than {least} objects.", "every class has enough objects")
    task: ClassVar[Objects]

    def judge(self) -> dict[str, Any]:
        """Return scores, counts and mistakes on labelled audits; None each where they are too few."""
        nothing: dict[str, Any] = {"objects": None, "counted": None, "mistakes": []}
        audits, learner = self._audits, self.learner
        if learner is None or not len(audits):
            return nothing
        said = learner.predict(self.material.snapshot.vectors, audits.rows).of_rows()
        audits = audits.subset(np.isin(audits.rows, list(said)))
        if not len(audits):
            return nothing
        audited = audited_of(learner, audits, [said[row] for row in audits.rows.tolist()])
        return {
            "objects": object_scores(audited, self.material.codes.tolist()),
            "counted": self._counted(audited, learner),
            "mistakes": self._mistakes(audited, audits),
        }

    def suspects(self) -> list[dict[str, Any]]:
        """Return the labels in which an object seems to lack, or to be none."""
        return suspects(self.material, self.task, self.learner)

    @cached_property
    def learner(self) -> ObjectLearner | None:
        """Return a head of all labels that are no audits; the newest fit's own is not kept."""
        learner: type[ObjectLearner] = self.task.learner
        try:
            return learner.fit(self.material.snapshot) if self.material.fit else None
        except NotEnoughLabels:
            return None

    @cached_property
    def _audits(self) -> Labels:
        return self.material.sound(self.material.snapshot.audits)

    def _counted(self, audited: Audited, learner: ObjectLearner) -> dict[str, Any]:
        """Return counts over the tiles that nobody chose to label, beside what is counted on those that were."""
        snapshot = self.material.snapshot
        rows = np.setdiff1d(snapshot.present, snapshot.training.rows)
        looked = np.intersect1d(learner.choose_rows(snapshot), rows)
        pool = learner.predict(snapshot.vectors, looked).things
        labelled = sum(len(each) for each in self._of(snapshot.training))
        counts = object_counts(audited, pool, self.material.codes.tolist(), tiles=len(rows))
        return {**counts, "labelled": labelled, "labelled_tiles": len(snapshot.training)}

    def _mistakes(self, audited: Audited, audits: Labels) -> list[Mistake]:
        """Return what is seen in error or overlooked, surest and then largest first: the object and its tile."""
        told = list[Mistake]()
        for row, truth, said in zip(audits.rows.tolist(), audited.truth, audited.said, strict=True):
            sample = int(self.material.snapshot.samples[row])
            told += [{"sample": sample, "index": row, **each} for each in _wrong(audited, truth, said, self.task.boxed)]
        return sorted(told, key=lambda each: -each["object"].get("score", 0.5))[:_MOST_MISTAKES]

    # What points of the plane of tiles say

    def given(self) -> dict[int, Any]:
        """Return row -> how many objects of each class people named, by code."""
        both = (self.material.snapshot.training, self.material.snapshot.audits)
        return {
            row: _tally(things)
            for labels in both
            for row, things in zip(labels.rows.tolist(), self._of(labels), strict=True)
        }

    def predicted(self, rows: Rows) -> list[Any]:
        """Return how many objects of each class are expected, by code; None where nothing is said."""
        fit, sure = self.material.fit, self.sureness(rows)
        if fit is None:
            return [None] * len(rows)
        told: list[Any] = [None] * len(rows)
        for at in np.flatnonzero(np.isfinite(sure)).tolist():
            pairs = zip(fit.columns, fit.values[rows[at]].tolist(), strict=True)
            told[at] = {str(code): round(float(expected), 1) for code, expected in pairs if expected >= 0.05}
        return told

    def sureness(self, rows: Rows) -> NDArray[np.float64]:
        """Return which share of a tile's objects is expected to be told right."""
        fit, sure = self.material.fit, super().sureness(rows)
        if fit is not None:
            there = rows < len(fit.confidences)
            levels = fit.confidences[rows[there]].astype(np.float64)
            sure[there] = np.where(levels > 0, levels, np.nan)
        return sure

    def stop_codes(self, rows: Rows) -> NDArray[np.int64]:
        """Return ten times the number of objects that are expected, counted from 1."""
        fit, codes = self.material.fit, np.zeros(len(rows), np.int64)
        if fit is not None:
            spoken = np.isfinite(self.sureness(rows))
            codes[spoken] = np.rint(10 * fit.values[rows[spoken]].astype(np.float64).sum(1)).astype(np.int64) + 1
        return codes

    def unchanged(self, before: NDArray[np.int64], now: NDArray[np.int64]) -> float | None:
        """Return the share of rows of which two fits expect as many objects, to half a one."""
        both = (before > 0) & (now > 0)
        return float((np.abs(before - now)[both] <= 10 * _SAME_COUNT).mean()) if both.any() else None

    def counts(self) -> list[int]:
        """Return how many objects each class has in labels."""
        codes = np.concatenate([np.zeros(0, np.int64), *map(codes_of, self._of(self.material.snapshot.training))])
        return [int((codes == code).sum()) for code in self.material.codes]

    def _of(self, labels: Labels) -> list[list[Thing]]:
        return [in_use(self.task.objects(value), labels.recode) for value in labels.values]


def audited_of(learner: ObjectLearner, audits: Labels, said: list[list[Thing]]) -> Audited:
    """Return audits beside what a head says of them."""
    truth = [in_use(learner.task.objects(value), audits.recode) for value in audits.values]
    return Audited(truth, said, audits.probabilities, learner.reach, learner.threshold)


def _tally(things: list[Thing]) -> dict[str, int]:
    codes, counts = np.unique(codes_of(things), return_counts=True)
    return {str(code): int(count) for code, count in zip(codes.tolist(), counts, strict=True)}


def _wrong(audited: Audited, truth: list[Thing], said: list[Thing], boxed: bool) -> Iterator[Mistake]:
    """Yield the objects of a tile that are seen in error (`false`), or overlooked (`missed`)."""
    sure = [thing for thing in said if thing.score is None or thing.score >= audited.threshold]
    pairs = matched(sure, truth, radius=audited.radius)
    seen, there = ({pair[at] for pair in pairs} for at in (0, 1))
    for kind, things, right in (("false", sure, seen), ("missed", truth, there)):
        for at, thing in enumerate(things):
            if at not in right:
                yield {"kind": kind, "object": thing.rounded().to_dict(boxed=boxed)}
