"""The change head: what happened between dates, for whole tiles or for each cell of a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mlcore.errors import BadFeatures, NotEnoughLabels
from mlcore.heads.classifier import LogisticHead, logistic_arrays, logistic_from
from mlcore.heads.dates import Rows, check_dates, difference, standardised
from mlcore.heads.files import expect, read_head, write_head
from mlcore.heads.logistic import Logistic, check_rows, fit_logistic, row_span, standardisation
from mlcore.heads.painted import evenly, painted
from mlcore.heads.yes_no import fit_yes_no

_MOST_CELLS = 4000
_BLOCK_CELLS = 16  # side of the squares that are held out together where tiles are few

Maps = Sequence[NDArray[np.float32]]  # of one tile: [C, h, w] for each date, oldest first
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
    def fit(
        cls,
        dates: Sequence[NDArray[np.floating]],
        labels: NDArray[np.integer],
        *,
        seed: int = 0,
        groups: NDArray[np.integer] | None = None,
        pool: NDArray[np.floating] | None = None,
    ) -> Self:
        """Fit on vectors of the same tiles at two or more dates.

        Args:
            dates: one array [N, d] for each date, oldest first.
            labels: class codes int [N], such as 'unchanged' and 'changed', or kinds of change.
            seed: of the cross-validation that chooses strength, calibration and threshold.
            groups: int [N]; rows of one group stay in one fold.
            pool: some unlabelled rows [M, d] of any date to standardise by.

        Raises:
            BadFeatures: shapes don't agree or a feature isn't finite.
            NotEnoughLabels: fewer than two classes.
        """
        rows, codes = [np.asarray(date, np.float32) for date in dates], np.asarray(labels, np.int64)
        check_dates(rows)
        for date in rows:
            check_rows(date, codes)
        return cls._fitted(rows, codes, seed, groups, None if pool is None else np.asarray(pool, np.float32))

    @classmethod
    def fit_maps(cls, tiles: Sequence[Maps], masks: Sequence[NDArray[np.uint8]], *, seed: int = 0) -> Self:
        """Fit on the painted pixels of tiles, at most 4,000 cells; rare classes are kept, and weighed back.

        Args:
            tiles: for each tile its maps [C, h, w], oldest first (`Encoder.embed_map`).
            masks: for each tile class codes [H, W] at full resolution; 0 = not labelled.
            seed: of the draw and the cross-validation (whole tiles, or blocks of them, are held out).

        Raises:
            BadFeatures: shapes don't agree or a feature isn't finite.
            NotEnoughLabels: fewer than two classes are painted.
        """
        if len(tiles) != len(masks) or not tiles:
            raise NotEnoughLabels(f"Paint at least one tile: got {len(tiles)} tiles and {len(masks)} masks.")
        found = [_cells(maps, mask) for maps, mask in zip(tiles, masks, strict=True)]
        if len({len(dates) for dates, _, _ in found}) > 1:
            raise BadFeatures("The tiles have different numbers of dates; give each as many maps.")
        dates = [np.concatenate(of_date) for of_date in zip(*(cells[0] for cells in found), strict=True)]
        codes = np.concatenate([cells[1] for cells in found])
        groups = _groups([cells[2] for cells in found])
        some = evenly(codes, _MOST_CELLS, np.random.default_rng(seed))
        for date in dates:
            check_rows(date[some], codes[some])
        stands_for = _stands_for(codes, codes[some])
        return cls._fitted([date[some] for date in dates], codes[some], seed, groups[some], None, stands_for)

    @classmethod
    def _fitted(  # noqa: PLR0913 (private)
        cls,
        dates: list[Rows],
        codes: Codes,
        seed: int,
        groups: NDArray[np.integer] | None,
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
            found = fit_yes_no(inputs @ span.T, codes == classes[rarer], seed=seed, groups=groups, weights=weights)
        line = np.where(spread > 0, span.T @ found.weights / np.maximum(spread, 1e-12), 0) * (1 if rarer else -1)
        level = found.bias * (1 if rarer else -1) - float(centre @ line)
        weights_of_two = (np.stack([-line, line], 1) / 2).astype(np.float32)
        two = Logistic(classes, weights_of_two, (np.array([-level, level]) / 2).astype(np.float32))
        return cls(two, mean, scale, rarer, found.threshold)

    def predict_proba(self, dates: Sequence[NDArray[np.floating]]) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [N, K] of vectors [N, d] at each date, oldest first.

        Raises:
            BadFeatures: fewer than two dates, or other lengths than those fitted on.
        """
        check_dates(dates)
        if dates[0].ndim != 2 or dates[0].shape[1] != len(self.mean):
            raise BadFeatures(f"The head was fitted on {len(self.mean)} features, got an array {dates[0].shape}.")
        rows = [standardised(np.asarray(date, np.float32), self.mean, self.scale) for date in dates]
        return self.logistic.predict_proba(difference(rows))

    def predict(self, dates: Sequence[NDArray[np.floating]]) -> Codes:
        """Return class codes int [N]: of two classes the rarer from its threshold on, of more the likeliest."""
        return self._decided(self.predict_proba(dates))

    def predict_proba_map(self, maps: Maps) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [K, h, w] of a tile's maps [C, h, w], oldest first."""
        channels, height, width = maps[0].shape
        found = self.predict_proba([features.reshape(channels, -1).T for features in maps])
        return np.ascontiguousarray(found.T).reshape(-1, height, width)

    def predict_map(self, maps: Maps) -> Codes:
        """Return class codes int [h, w] of a tile's maps [C, h, w], oldest first."""
        probabilities = self.predict_proba_map(maps)
        return self._decided(probabilities.reshape(len(probabilities), -1).T).reshape(probabilities.shape[1:])

    def _decided(self, probabilities: NDArray[np.float32]) -> Codes:
        places = probabilities.argmax(1)
        if len(self.classes) == 2:
            places = np.where(probabilities[:, self.rarer] >= self.threshold, self.rarer, 1 - self.rarer)
        found: Codes = self.classes[places]
        return found

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


def _cells(maps: Maps, mask: NDArray[np.uint8]) -> tuple[list[Rows], Codes, Codes]:
    """Return the features [n, C] under paint at each date, codes [n] and places [n, 2]."""
    check_dates(maps)
    found = [painted(features, mask) for features in maps]
    return [rows for rows, _, _ in found], found[0][1], found[0][2]


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
