"""Scoring of objects by audits: average precision, precision and recall, and counts with intervals, ready for JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.tasks.objects.matching import ALIKE, matched
from annotation.tasks.objects.prediction import scores_of
from annotation.tasks.scoring import interval
from annotation.tasks.thing import Thing
from mlcore.audits.objects import Found, average_precision, precision_and_recall, total_count
from mlcore.metrics import Estimate

LOOSE = 0.3  # overlap of boxes, from which on one is found where it need not fit


@dataclass(frozen=True)
class Audited:
    """What people and the model say on n audited tiles."""

    truth: list[list[Thing]]  # [n]
    said: list[list[Thing]]  # [n], with scores
    drawn: NDArray[np.float64]  # [n], with which chance
    radius: float | None  # of points, px
    threshold: float  # of scores, from which on an object counts

    def found(self, code: int | None = None, *, least: float = ALIKE) -> list[Found]:
        """Return what is found on each tile, of one class or of all."""
        tiles = []
        for truth, said in zip(self.truth, self.said, strict=True):
            there, seen = ([thing for thing in each if code in (None, thing.code)] for each in (truth, said))
            seen = sorted(seen, key=lambda thing: -(thing.score or 0))
            hits = np.zeros(len(seen), np.bool_)
            hits[[at for at, _ in matched(seen, there, radius=self.radius, least=least)]] = True
            tiles.append(Found(scores_of(seen), hits, len(there)))
        return tiles


def object_scores(audited: Audited, codes: Sequence[int]) -> dict[str, Any]:
    """Return how well objects are found, all together and of each class; of points at one distance only."""
    return {
        **_scores(audited, None),
        "audits": len(audited.truth),
        "objects": sum(map(len, audited.truth)),
        "classes": [{"code": code, **_scores(audited, code), "objects": _count(audited.truth, code)} for code in codes],
    }


def _scores(audited: Audited, code: int | None) -> dict[str, Any]:
    found = audited.found(code)
    precision, recall = precision_and_recall(found, audited.drawn, threshold=audited.threshold)
    told = {"ap50": average_precision(found, audited.drawn), "precision": precision, "recall": recall}
    if audited.radius is None:
        told["ap30"] = average_precision(audited.found(code, least=LOOSE), audited.drawn)
    return {name: interval(estimate) for name, estimate in told.items()}


def object_counts(
    audited: Audited, pool: Sequence[Sequence[Thing]], codes: Sequence[int], *, tiles: int
) -> dict[str, Any]:
    """Return how many objects lie on all tiles that nobody chose to label, of each class and together.

    Args:
        audited: the audits among them.
        pool: what the model says of some of these tiles.
        codes: of the classes.
        tiles: how many there are.
    """

    def total(code: int | None) -> dict[str, float | None]:
        kinds = [code] if code is not None else codes
        truth, said, everywhere = (
            np.array([_expected(each, kinds) for each in of], np.float64) for of in (audited.truth, audited.said, pool)
        )
        return _told(total_count(truth, said, audited.drawn, everywhere, tiles=tiles))

    return {"tiles": tiles, "total": total(None), "classes": [{"code": code, "count": total(code)} for code in codes]}


def _told(estimate: Estimate) -> dict[str, float | None]:
    pairs = zip(("value", "low", "high"), estimate, strict=True)
    return {name: round(float(number), 1) if np.isfinite(number) else None for name, number in pairs}


def _count(tiles: Sequence[Sequence[Thing]], code: int) -> int:
    return sum(thing.code == code for things in tiles for thing in things)


def _expected(things: Sequence[Thing], codes: Sequence[int]) -> float:
    """Return how many objects of classes there are: what a model guesses counts as much as it is likely."""
    return float(scores_of([thing for thing in things if thing.code in codes]).sum())
