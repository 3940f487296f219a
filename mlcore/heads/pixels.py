"""The segmentation head: logistic regression on dense features, fitted on whatever pixels somebody painted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures, NotEnoughLabels
from mlcore.heads.classifier import LogisticHead
from mlcore.heads.logistic import fit_logistic

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
        tiles = [_painted(features, mask) for features, mask in zip(maps, masks, strict=True)]
        rows, codes = np.concatenate([tile[0] for tile in tiles]), np.concatenate([tile[1] for tile in tiles])
        groups = np.repeat(np.arange(len(tiles)), [len(tile[1]) for tile in tiles])
        some = _balanced(codes, np.random.default_rng(seed))
        return cls(fit_logistic(rows[some], codes[some], seed=seed, groups=groups[some])[0])

    def predict_proba(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return calibrated probabilities float32 [K, h, w] of a feature map [C, h, w]."""
        channels, height, width = features.shape
        found = self.logistic.predict_proba(features.reshape(channels, -1).T)
        return np.ascontiguousarray(found.T).reshape(-1, height, width)


def _painted(features: NDArray[np.float32], mask: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the features [n, C] under painted pixels, each cell once a class, and their codes [n]."""
    if features.ndim != 3 or mask.ndim != 2 or min(mask.shape) < 1:
        raise BadFeatures(f"Need a map [C, h, w] and a mask [H, W], got {features.shape} and {mask.shape}.")
    _, height, width = features.shape
    rows, columns = np.nonzero(mask)
    # A cell is stride px wide, so the map may overhang the tile by less than one cell.
    strides = [-(-side // cells) for side, cells in zip(mask.shape, (height, width), strict=True)]
    keys = np.stack([rows // strides[0], columns // strides[1], mask[rows, columns]], 1)
    row, column, code = np.unique(keys, axis=0).astype(np.int64).T
    return features[:, row, column].T, code


def _balanced(codes: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return at most _MOST_PIXELS rows, as evenly from the classes as they allow."""
    shuffled = rng.permutation(len(codes))
    rank_in_class = np.empty(len(codes), np.int64)
    for code in np.unique(codes):
        members = shuffled[codes[shuffled] == code]
        rank_in_class[members] = np.arange(len(members))
    return np.sort(np.argsort(rank_in_class, kind="stable")[:_MOST_PIXELS])
