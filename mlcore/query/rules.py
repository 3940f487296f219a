"""Rules of place for a batch: how far apart its picks lie, and how many one area may have."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures
from mlcore.query.pool import Picks, Pool


@dataclass(frozen=True)
class Rules:
    """What a batch must keep to; a rule gives way before a batch stays short, and the reason says so."""

    spacing: float = 0.0  # metres, or the unit of the pool's `xy`: no two picks nearer, such as the receptive field
    areas: NDArray[np.integer] | None = None  # [N] the area, region or scene of each row
    most_of_area: int = 0  # picks of one area in a batch; 0: no limit
    shown: NDArray[np.integer] = field(default_factory=lambda: np.zeros(0, np.int64))  # rows being labelled right now


def choose_by_rules(strategy: Callable[[Pool, int], Picks], pool: Pool, count: int, rules: Rules) -> Picks:
    """Let a strategy choose until `count` picks keep to the rules; each pick counts as covered for the next.

    Raises:
        BadFeatures: a spacing without places, or a quota without areas.
    """
    _check(pool, rules)
    tally = _Tally(pool, rules)
    parts: list[Picks] = []
    free, strict = np.asarray(pool.candidates, np.int64), True
    wanted = min(count, len(free))
    while (missing := wanted - sum(len(part.indices) for part in parts)) > 0:
        allowed = free[tally.allows(free)] if strict else free
        if not len(allowed):
            strict = False  # everything left breaks a rule
            continue
        asked = strategy(_with_covered(pool, allowed, [part.indices for part in parts]), missing)
        keep = tally.keep(asked.indices) if strict else np.arange(len(asked.indices))
        parts.append(_part(asked, keep, "" if strict else "; no other place is left"))
        free = np.setdiff1d(free, parts[-1].indices, assume_unique=True)
    return _joined(parts)


class _Tally:
    """The places and areas that the batch has used up."""

    def __init__(self, pool: Pool, rules: Rules) -> None:
        self.rules, self.xy = rules, pool.xy
        self.places = np.zeros((0, 2))
        self.areas: dict[int, int] = {}
        if rules.spacing:
            self.places = self._place(np.asarray(rules.shown, np.int64))

    def keep(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the positions of those rows that may stay, first come, first served, and count them in."""
        kept = []
        for position, row in enumerate(rows):
            if self._far(row) and self._has_room(row):
                kept.append(position)
                self._count(row)
        return np.array(kept, np.int64)

    def allows(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which rows may still be picked."""
        allowed = np.ones(len(rows), bool)
        if self.rules.most_of_area and self.rules.areas is not None:
            full = [area for area, taken in self.areas.items() if taken >= self.rules.most_of_area]
            allowed &= ~np.isin(self.rules.areas[rows], full)
        if self.rules.spacing and len(self.places):
            allowed[self._too_near(rows)] = False
        return allowed

    def _too_near(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return positions of rows too near to a used place; only cells of the spacing's size nearby are measured."""
        origin, size = self.places.min(0) - 2 * self.rules.spacing, self.rules.spacing
        cells = np.floor((self._place(rows) - origin) / size).astype(np.int64)
        used = np.floor((self.places - origin) / size).astype(np.int64)
        around = used[:, None] + np.stack(np.meshgrid([-1, 0, 1], [-1, 0, 1]), -1).reshape(1, 9, 2)
        width = int(around[..., 1].max()) + 2
        inside = (cells >= 0).all(1) & (cells[:, 1] < width)
        near = np.flatnonzero(inside)
        keys = cells[near, 0] * width + cells[near, 1]
        near = near[np.isin(keys, np.unique(around[..., 0] * width + around[..., 1]))]
        places = self._place(rows[near])
        return near[[bool((np.hypot(*(self.places - place).T) < size).any()) for place in places]]

    def _far(self, row: int) -> bool:
        if not self.rules.spacing or not len(self.places):
            return True
        gaps = self.places - self._place(np.array([row]))
        return bool((np.hypot(gaps[:, 0], gaps[:, 1]) >= self.rules.spacing).all())

    def _has_room(self, row: int) -> bool:
        if not self.rules.most_of_area or self.rules.areas is None:
            return True
        return self.areas.get(int(self.rules.areas[row]), 0) < self.rules.most_of_area

    def _count(self, row: int) -> None:
        if self.rules.areas is not None:
            area = int(self.rules.areas[row])
            self.areas[area] = self.areas.get(area, 0) + 1
        if self.rules.spacing:
            self.places = np.vstack([self.places, self._place(np.array([row]))])

    def _place(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.zeros((0, 2)) if self.xy is None else np.asarray(self.xy[rows], np.float64)


def _check(pool: Pool, rules: Rules) -> None:
    if rules.spacing and pool.xy is None:
        raise BadFeatures("A spacing needs the samples' places; give the pool `xy` or drop the spacing.")
    if rules.most_of_area and (rules.areas is None or len(rules.areas) != len(pool.features)):
        raise BadFeatures("A quota for each area needs the area of every row of the pool.")


def _with_covered(pool: Pool, allowed: NDArray[np.int64], picked: list[NDArray[np.int64]]) -> Pool:
    if not picked:
        return replace(pool, candidates=allowed)
    new = np.concatenate(picked)
    labels = None if pool.labels is None else np.concatenate([pool.labels, np.full(len(new), -1)])
    return replace(pool, candidates=allowed, covered=np.concatenate([pool.covered, new]), labels=labels)


def _part(picks: Picks, keep: NDArray[np.int64], remark: str) -> Picks:
    reasons = tuple(picks.reasons[place] + remark for place in keep)
    return Picks(picks.indices[keep], picks.scores[keep], reasons, picks.note)


def _joined(parts: list[Picks]) -> Picks:
    """Return one answer of several; scores of later ones are lowered to stay in order."""
    scores, ceiling = [], np.float32(np.inf)
    for part in parts:
        scores.append(np.minimum(part.scores, ceiling))
        ceiling = scores[-1].min(initial=ceiling)
    return Picks(
        np.concatenate([part.indices for part in parts]),
        np.concatenate(scores),
        sum((part.reasons for part in parts), ()),
        next((part.note for part in parts if part.note), ""),
    )
