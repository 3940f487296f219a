"""The change head: what happened between dates, for whole tiles or for each cell of a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mlcore.errors import BadFeatures, NotEnoughLabels
from mlcore.heads.chances import Chances
from mlcore.heads.classifier import LogisticHead, logistic_arrays, logistic_from
from mlcore.heads.columns import standardisation
from mlcore.heads.dates import Rows, check_dates, difference, standardised
from mlcore.heads.files import expect, read_head, write_head
from mlcore.heads.lesson import Lesson
from mlcore.heads.logistic import Logistic, check_rows, fit_logistic, row_span
from mlcore.heads.painted import evenly, painted
from mlcore.heads.yes_no import fit_yes_no

_MOST_CELLS = 4000
_BLOCK_CELLS = 16  # side of the squares that are held out together where tiles are few

Dates = Sequence[NDArray[np.floating]]  # vectors [N, d], or one tile's maps [C, h, w], for each date, oldest first
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class ChangeHead(LogisticHead):
    """A classifier of what lies between dates; of two classes the rarer one has a threshold of its own."""

    mean: NDArray[np.float32]  # [d], of features at any date
    scale: NDArray[np.float32]  # [d], 0 where a feature says nothing
    rarer: int = 1  # its position in classes
    threshold: float = 0.5  # of the rarer class's probability; unused with more than two classes

    kind: ClassVar[str] = "change"

    @classmethod
    def fit(cls, lesson: Lesson) -> Self:
        """Fit on two or more dates, oldest first: on vectors of the same tiles, or on maps of them with masks.

        Codes are such as 'unchanged' and 'changed', or kinds of change. Of maps at most 4,000 painted cells are
        drawn; rare classes are kept, and weighed back. Whole tiles, or blocks of few tiles, are held out together.

        Raises:
            BadFeatures: shapes don't agree or a feature isn't finite.
            NotEnoughLabels: fewer than two classes.
        """
        if any(not isinstance(date, np.ndarray) or date.ndim > 2 for date in lesson.inputs):
            return cls._of_maps(lesson)
        dates, codes = [np.asarray(date, np.float32) for date in lesson.inputs], np.asarray(lesson.targets, np.int64)
        check_dates(dates)
        for date in dates:
            check_rows(date, codes)
        pool = None if lesson.pool is None else np.asarray(lesson.pool, np.float32)
        return cls._fitted(dates, codes, lesson.seed, lesson.groups, pool)

    @classmethod
    def _of_maps(cls, lesson: Lesson) -> Self:
        masks, counts = lesson.targets, [len(maps) for maps in lesson.inputs]
        if not len(masks) or not all(counts):
            raise NotEnoughLabels(f"Paint at least one tile: got {len(masks)} masks and {min(counts)} maps.")
        if set(counts) != {len(masks)}:
            raise BadFeatures(f"Each date needs a map of each tile: {len(masks)} masks, of the dates {counts} maps.")
        tiles = [_cells(maps, mask) for *maps, mask in zip(*lesson.inputs, masks, strict=True)]
        dates = [np.concatenate(of_date) for of_date in zip(*(tile[0] for tile in tiles), strict=True)]
        codes = np.concatenate([tile[1] for tile in tiles])
        groups = _groups([tile[2] for tile in tiles])
        some = evenly(codes, _MOST_CELLS, np.random.default_rng(lesson.seed))
        for date in dates:
            check_rows(date[some], codes[some])
        stands_for = _stands_for(codes, codes[some])
        return cls._fitted([date[some] for date in dates], codes[some], lesson.seed, groups[some], None, stands_for)

    @classmethod
    def _fitted(  # noqa: PLR0913 (private)
        cls,
        dates: list[Rows],
        codes: Codes,
        seed: int,
        groups: NDArray[np.generic] | None,
        pool: Rows | None,
        weights: NDArray[np.float64] | None = None,
    ) -> Self:
        classes, counts = np.unique(codes, return_counts=True)
        if len(classes) < 2:
            raise NotEnoughLabels("Label samples of at least two classes, changed and unchanged, before a fit.")
        seen = np.concatenate(dates) if pool is None else pool
        mean, scale = (values.astype(np.float32) for values in standardisation(seen, few=pool is None))
        between = difference([standardised(date, mean, scale) for date in dates])
        if len(classes) > 2:
            return cls(fit_logistic(between, codes, seed=seed, groups=groups)[0], mean, scale)
        counted = counts if weights is None else [weights[codes == code].sum() for code in classes]
        rarer = int(np.argmin(counted[::-1]) == 0)  # of equals the second
        with threadpool_limits(1):
            inputs, centre, spread = _inputs(between)
            span = row_span(inputs)
            fitted = fit_yes_no(inputs @ span.T, codes == classes[rarer], seed=seed, groups=groups, weights=weights)
        line = np.where(spread > 0, span.T @ fitted.weights / np.maximum(spread, 1e-12), 0) * (1 if rarer else -1)
        level = fitted.bias * (1 if rarer else -1) - float(centre @ line)
        weights_of_two = (np.stack([-line, line], 1) / 2).astype(np.float32)
        two = Logistic(classes, weights_of_two, (np.array([-level, level]) / 2).astype(np.float32))
        return cls(two, mean, scale, rarer, fitted.threshold)

    def predict_proba(self, dates: Dates) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [N, K] of vectors [N, d] at each date, oldest first.

        Of one tile's maps [C, h, w] at each date, they are [K, h, w].

        Raises:
            BadFeatures: fewer than two dates, or other lengths than those fitted on.
        """
        check_dates(dates)
        rows = [np.asarray(date, np.float32) for date in dates]
        if rows[0].ndim == 3:
            cells = self._chances([features.reshape(len(features), -1).T for features in rows])
            return np.ascontiguousarray(cells.T).reshape(-1, *rows[0].shape[1:])
        return self._chances(rows)

    def _chances(self, dates: list[Rows]) -> NDArray[np.float32]:
        if dates[0].ndim != 2 or dates[0].shape[1] != len(self.mean):
            raise BadFeatures(f"The head was fitted on {len(self.mean)} features, got an array {dates[0].shape}.")
        return self.logistic.predict_proba(difference([standardised(date, self.mean, self.scale) for date in dates]))

    def predict(self, dates: Dates) -> Chances:
        """Return calibrated probabilities as `predict_proba` does, with what decides between them.

        Of two classes the rarer is chosen from its own threshold on, of more the likeliest.
        """
        threshold = self.threshold if len(self.classes) == 2 else None
        return Chances(self.classes, self.predict_proba(dates), self.rarer, threshold)

    def save(self, path: Path) -> None:
        """Write the head to a safetensors file."""
        arrays = {**logistic_arrays(self.logistic), "mean": self.mean, "scale": self.scale}
        write_head(path, kind=self.kind, arrays=arrays, notes={"rarer": self.rarer, "threshold": self.threshold})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a head.

        Raises:
            BadCheckpoint: the file is damaged or holds something else.
        """
        arrays, notes = read_head(path, kind=cls.kind)
        logistic = logistic_from(arrays, path)
        expect({"mean", "scale"} <= set(arrays) and {"rarer", "threshold"} <= set(notes), path)
        mean, scale = arrays["mean"], arrays["scale"]
        expect(mean.shape == scale.shape and len(logistic.weights) == 3 * len(mean), path)
        expect(notes["rarer"] in (0, 1), path)
        return cls(logistic, mean, scale, notes["rarer"], float(notes["threshold"]))


def _inputs(rows: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return standardised inputs [N, d] with centre and spread [d]; a column that says nothing is zero."""
    centre, spread = standardisation(rows, few=True)
    return np.where(spread > 0, (rows - centre) / np.maximum(spread, 1e-12), 0), centre, spread


def _cells(maps: Sequence[Rows], mask: NDArray[np.uint8]) -> tuple[list[Rows], Codes, Codes]:
    """Return the features [n, C] under paint at each date, codes [n] and places [n, 2]."""
    check_dates(maps)
    cells = [painted(features, mask) for features in maps]
    return [rows for rows, _, _ in cells], cells[0][1], cells[0][2]


def _groups(places: list[Codes]) -> Codes:
    """Return what is held out together: whole tiles, or where they are few, squares of each."""
    tiles = np.repeat(np.arange(len(places)), [len(cells) for cells in places])
    if len(places) >= 8:
        return tiles
    squares = np.concatenate(places) // _BLOCK_CELLS
    return np.unique(np.column_stack([tiles, squares]), axis=0, return_inverse=True)[1].ravel()


def _stands_for(codes: Codes, drawn: Codes) -> NDArray[np.float64]:
    """Return how many painted cells each drawn one stands for, [n]."""
    shares = {code: (codes == code).sum() / (drawn == code).sum() for code in np.unique(drawn)}
    return np.array([shares[code] for code in drawn], np.float64)
