"""The segmentation head: logistic regression on dense features, fitted on whatever pixels somebody painted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures, NotEnoughLabels
from mlcore.heads.chances import Chances
from mlcore.heads.classifier import LogisticHead
from mlcore.heads.lesson import Lesson
from mlcore.heads.logistic import FOLDS, Logistic, fit_logistic, held_out_folds
from mlcore.heads.painted import evenly, painted, strokes

_MOST_PIXELS = 20_000


@dataclass(frozen=True)
class PixelHead(LogisticHead):
    """A classifier of the cells of a feature map."""

    kind: ClassVar[str] = "pixels"

    @classmethod
    def fit(cls, lesson: Lesson) -> Self:
        """Fit on the painted pixels of tiles, maps [C, h, w] with masks: at most 20,000, drawn evenly from the classes.

        Whole tiles are held out in the cross-validation; strokes, where tiles are too few.

        Raises:
            BadFeatures: shapes don't agree or a feature isn't finite.
            NotEnoughLabels: fewer than two classes are painted.
        """
        maps, masks, seed = lesson.inputs, lesson.targets, lesson.seed
        if len(maps) != len(masks) or not maps:
            raise NotEnoughLabels(f"Paint at least one tile: got {len(maps)} maps and {len(masks)} masks.")
        tiles = [painted(features, mask) for features, mask in zip(maps, masks, strict=True)]
        rows, codes = np.concatenate([tile[0] for tile in tiles]), np.concatenate([tile[1] for tile in tiles])
        number = np.repeat(np.arange(len(tiles)), [len(tile[1]) for tile in tiles])
        some = evenly(codes, _MOST_PIXELS, np.random.default_rng(seed))
        rows, codes, number = rows[some], codes[some], number[some]
        stroke = _strokes([(own, places) for _, own, places in tiles])[some]
        groups = number if _can_be_held_out(codes, number, seed) else stroke
        return cls(fit_logistic(rows, codes, seed=seed, groups=groups, blocks=lesson.blocks, units=stroke)[0])

    def predict_proba(
        self, features: NDArray[np.floating], *, told: NDArray[np.bool_] | None = None
    ) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [K, h, w] of a feature map [C, h, w].

        Args:
            features: [C, h, w], or only those channels that say something, [c, h, w].
            told: bool [C], which channels these are; the others are zero.

        Raises:
            BadFeatures: the map has another number of channels than those fitted on.
        """
        channels, height, width = features.shape
        said = self.logistic if told is None else self._restricted(told)
        probabilities = said.predict_proba(np.asarray(features, np.float32).reshape(channels, -1).T)
        return np.ascontiguousarray(probabilities.T).reshape(-1, height, width)

    def predict(self, features: NDArray[np.floating]) -> Chances:
        """Return calibrated probabilities [K, h, w] of a feature map [C, h, w], with their classes."""
        return Chances(self.classes, self.predict_proba(features))

    def _restricted(self, told: NDArray[np.bool_]) -> Logistic:
        if len(told) != len(self.logistic.weights):
            raise BadFeatures(f"The head was fitted on {len(self.logistic.weights)} channels, got {len(told)}.")
        return replace(self.logistic, weights=self.logistic.weights[told])


def _strokes(tiles: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> NDArray[np.int64]:
    """Return which stroke each cell belongs to, of all tiles' codes and places."""
    own = [strokes(codes, places) for codes, places in tiles]
    counts = [int(numbers.max(initial=-1)) + 1 for numbers in own]
    return np.concatenate([numbers + start for numbers, start in zip(own, np.cumsum([0, *counts[:-1]]), strict=True)])


def _can_be_held_out(codes: NDArray[np.int64], tiles: NDArray[np.int64], seed: int) -> bool:
    """Return whether a head can be fitted on every class while some of the tiles are kept from it."""
    targets = np.unique(codes, return_inverse=True)[1]
    return len(np.unique(tiles)) >= FOLDS and bool(held_out_folds(targets, seed, tiles))
