"""The regression head: a Gaussian process and randomised trees, blended by cross-validation, with intervals."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold, KFold
from threadpoolctl import threadpool_limits

from mlcore.errors import BadFeatures, NotEnoughLabels
from mlcore.heads.files import Arrays, expect, named, read_head, write_head
from mlcore.heads.lesson import Lesson
from mlcore.heads.regression.files import model_arrays, model_from
from mlcore.heads.regression.model import Model
from mlcore.heads.regression.scale import Scale, worth_a_logarithm

_FEWEST = 5
_MANY = 100
_ABOUT_AS_GOOD = 1.03
_ROWS_PER_CHUNK = 1024  # their covariances with up to 2,000 anchors stay small

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimates:
    """What a head says of a quantity, each float64 [N] in the units of the targets."""

    value: Floats  # expected value
    low: Floats  # the interval's ends
    high: Floats
    doubt: Floats  # standard deviation of what the model doesn't know: what a query strategy ranks by


@dataclass(frozen=True)
class RegressionHead:
    """A physical quantity from vectors, with uncertainty."""

    models: tuple[Model, ...]  # the best by cross-validation first; of skewed targets one more if it is about as good
    held_out_rmse: float  # of the first, on rows (or groups) that a fold hadn't seen, units of the targets

    kind: ClassVar[str] = "regression"

    @classmethod
    def fit(cls, lesson: Lesson) -> Self:
        """Fit on vectors [N, d] and a quantity [N]; from 5 labels on.

        How process and trees are weighed, and whether the logarithm is learned, is chosen by cross-validation;
        where the scale makes next to no difference, values are the mean of both, for the choice would be a coin's.
        Groups keep intervals honest elsewhere; each block gets its own length scale.

        Raises:
            BadFeatures: shapes don't agree, or a feature or target isn't finite.
            NotEnoughLabels: fewer than 5 labels or a single value.
        """
        rows, truth = _checked(lesson.inputs, lesson.targets, lesson.groups)
        folds, seed, blocks = _folds(len(truth), lesson.groups, lesson.seed), lesson.seed, lesson.blocks
        with threadpool_limits(1):
            tried = [
                Model.fit(rows, truth, folds, seed=seed, scale=Scale.of(truth, logarithmic=logarithmic), blocks=blocks)
                for logarithmic in ([False, True] if worth_a_logarithm(truth) else [False])
            ]
        errors = np.array([np.sqrt(np.mean((held_out - truth) ** 2)) for _, held_out in tried])
        ranks = [rank for rank in np.argsort(errors) if errors[rank] <= _ABOUT_AS_GOOD * errors.min()]
        return cls(tuple(tried[rank][0] for rank in ranks), float(errors.min()))

    def predict(self, features: NDArray[np.floating], *, coverage: float = 0.9) -> Estimates:
        """Return expected values, intervals and doubt of vectors [N, d]; reads float16 memory maps in chunks.

        Args:
            features: [N, d].
            coverage: share of truths that an interval should hold, 0.5..0.99.

        Raises:
            BadFeatures: the vectors have another length than those fitted on, or aren't finite.
        """
        length = self.models[0].columns
        if features.ndim != 2 or features.shape[1] != length:
            raise BadFeatures(f"The head was fitted on {length} features, got an array {features.shape}.")
        if not 0.5 <= coverage <= 0.99:
            raise BadFeatures(f"Coverage must be from 0.5 to 0.99, not {coverage}.")
        estimates = np.empty((4, len(features)))
        for start in range(0, len(features), _ROWS_PER_CHUNK):
            chunk = np.asarray(features[start : start + _ROWS_PER_CHUNK], np.float32)
            if not np.isfinite(chunk).all():
                raise BadFeatures("The features hold NaN or infinity; embed these samples again.")
            estimates[:, start : start + _ROWS_PER_CHUNK] = self._estimates(chunk, coverage)
        return Estimates(*estimates)

    def _estimates(self, rows: NDArray[np.float32], coverage: float) -> Floats:
        first, *others = [model.estimates(rows, coverage) for model in self.models]
        first[0] = np.mean([first[0], *(other[0] for other in others)], 0)
        return first

    def save(self, path: Path) -> None:
        """Write the head to a safetensors file."""
        arrays: Arrays = {}
        notes: list[dict[str, Any]] = []
        for number, model in enumerate(self.models):
            own, note = model_arrays(model)
            arrays |= {f"model{number}.{name}": array for name, array in own.items()}
            notes.append(note)
        write_head(path, kind=self.kind, arrays=arrays, notes={"models": notes, "held_out_rmse": self.held_out_rmse})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a head.

        Raises:
            BadCheckpoint: the file is damaged or holds something else.
        """
        arrays, notes = read_head(path, kind=cls.kind)
        expect(bool(notes.get("models")) and "held_out_rmse" in notes, path)
        models = [model_from(named(arrays, f"model{at}."), note, path) for at, note in enumerate(notes["models"])]
        return cls(tuple(models), float(notes["held_out_rmse"]))


def _checked(
    features: NDArray[np.floating], targets: NDArray[np.floating], groups: NDArray[np.generic] | None
) -> tuple[NDArray[np.float32], Floats]:
    rows, truth = np.asarray(features, np.float32), np.asarray(targets, np.float64)
    if rows.ndim != 2 or truth.shape != (len(rows),) or (groups is not None and np.shape(groups) != truth.shape):
        raise BadFeatures(f"A head needs features [N, d], N targets (and N groups), got {rows.shape}, {truth.shape}.")
    if not np.isfinite(rows).all():
        raise BadFeatures("The features hold NaN or infinity; embed these samples again.")
    if not np.isfinite(truth).all():
        raise BadFeatures("A target is NaN or infinite; leave samples without a value out.")
    if len(truth) < _FEWEST or np.ptp(truth) == 0:
        raise NotEnoughLabels(f"Measure at least {_FEWEST} samples that aren't all the same; there are {len(truth)}.")
    return rows, truth


def _folds(count: int, groups: NDArray[np.generic] | None, seed: int) -> NDArray[np.int64]:
    """Return the number of the fold that each row is held out in: few rows can spare less of them."""
    wanted = min(10 if count < _MANY else 5, count)
    folds = np.zeros(count, np.int64)
    kinds = 0 if groups is None else len(np.unique(groups))
    if groups is not None and kinds >= 3:
        splits = GroupKFold(min(wanted, kinds), shuffle=True, random_state=seed).split(folds, groups=groups)
    else:
        splits = KFold(wanted, shuffle=True, random_state=seed).split(folds)
    for fold, (_, held_out) in enumerate(splits):
        folds[held_out] = fold
    return folds
