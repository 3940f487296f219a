"""The segmentation head: logistic regression on dense features, fitted on whatever pixels somebody painted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import NotEnoughLabels
from mlcore.heads.classifier import LogisticHead
from mlcore.heads.logistic import fit_logistic
from mlcore.heads.painted import evenly, painted

_MOST_PIXELS = 20_000


@dataclass(frozen=True)
class PixelHead(LogisticHead):
    """A classifier of the cells of a feature map."""

    kind: ClassVar[str] = "pixels"

    @classmethod
    def fit(cls, maps: Sequence[NDArray[np.float32]], masks: Sequence[NDArray[np.uint8]], *, seed: int = 0) -> Self:
        """Fit on the painted pixels of tiles: at most 20,000, drawn evenly from the classes.

        Args:
            maps: one array [C, h, w] for each tile (`Encoder.embed_map`).
            masks: one array of class codes [H, W] for each tile, at full resolution; 0 = not labelled.
            seed: of the draw and the cross-validation (whole tiles are held out).

        Raises:
            BadFeatures: shapes don't agree or a feature isn't finite.
            NotEnoughLabels: fewer than two classes are painted.
        """
        if len(maps) != len(masks) or not maps:
            raise NotEnoughLabels(f"Paint at least one tile: got {len(maps)} maps and {len(masks)} masks.")
        tiles = [painted(features, mask) for features, mask in zip(maps, masks, strict=True)]
        rows, codes = np.concatenate([tile[0] for tile in tiles]), np.concatenate([tile[1] for tile in tiles])
        groups = np.repeat(np.arange(len(tiles)), [len(tile[1]) for tile in tiles])
        some = evenly(codes, _MOST_PIXELS, np.random.default_rng(seed))
        return cls(fit_logistic(rows[some], codes[some], seed=seed, groups=groups[some])[0])

    def predict_proba(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [K, h, w] of a feature map [C, h, w]."""
        channels, height, width = features.shape
        found = self.logistic.predict_proba(features.reshape(channels, -1).T)
        return np.ascontiguousarray(found.T).reshape(-1, height, width)
