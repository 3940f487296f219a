"""Sub-tile queries: which points to ask for, a few on one tile before the next is opened."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures
from mlcore.query.doubt import margin_doubt
from mlcore.query.herding import greedily
from mlcore.query.pool import best_first
from mlcore.query.similarity import kernel_width, similarity
from mlcore.query.space import squared_distances

_TRIED = 3000
_JUDGES = 3000


@dataclass(frozen=True)
class Spots:
    """Segments of tiles, one point of each: the pixel most like the segment's mean."""

    tiles: NDArray[np.int64]  # [S] number of the tile
    points: NDArray[np.int64]  # [S, 2] row and column of the pixel
    vectors: NDArray[np.float32]  # [S, d] mean feature
    doubts: NDArray[np.float32]  # [S] mean doubt of the pixels, 0..1
    purity: NDArray[np.float32]  # [S] share of pixels with the commonest predicted class
    pixels: NDArray[np.int64]  # [S]

    @classmethod
    def of_tile(
        cls,
        tile: int,
        segments: NDArray[np.integer],
        features: NDArray[np.floating],
        probabilities: NDArray[np.floating] | None = None,
    ) -> "Spots":
        """Return the spots of one tile.

        Args:
            tile: its number.
            segments: int [H, W] of `superpixels`, -1 = no data.
            features: [d, H, W].
            probabilities: [K, H, W]; None before the first fit, then all is in doubt.

        Raises:
            BadFeatures: the arrays don't lie over each other.
        """
        maps = [features] if probabilities is None else [features, probabilities]
        if any(array.shape[1:] != segments.shape for array in maps):
            raise BadFeatures(f"Segments {segments.shape} must lie on the features and probabilities of their tile.")
        inside = segments >= 0
        member, table = segments[inside].astype(np.int64), np.asarray(features, np.float32)[:, inside].T
        pixels = np.bincount(member)
        means = np.stack([np.bincount(member, column) for column in table.T], 1) / pixels[:, None]
        order = np.lexsort((np.square(table - means[member]).sum(1), member))
        nearest = order[np.searchsorted(member[order], np.arange(len(pixels)))]
        doubts, purity = np.ones(len(pixels)), np.zeros(len(pixels))
        if probabilities is not None:
            chances = np.asarray(probabilities, np.float32)[:, inside].T
            doubts, purity = np.bincount(member, margin_doubt(chances)) / pixels, _purity(member, chances.argmax(1))
        return cls(
            np.full(len(pixels), tile),
            np.argwhere(inside)[nearest],
            means.astype(np.float32),
            doubts.astype(np.float32),
            purity.astype(np.float32),
            pixels,
        )

    @classmethod
    def joined(cls, parts: Sequence["Spots"]) -> "Spots":
        """Return the spots of several tiles as one table."""
        names = ("tiles", "points", "vectors", "doubts", "purity", "pixels")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


@dataclass(frozen=True)
class Prices:
    """What a person's time goes into, seconds."""

    click: float = 2.0
    switch: float = 6.0  # to another tile: load it, look around
    most_on_tile: int = 8  # clicks, before it becomes tedious


@dataclass(frozen=True)
class Clicks:
    """Points to ask for, tile by tile."""

    spots: NDArray[np.int64]  # [b] rows of the table
    tiles: NDArray[np.int64]  # [b], equal ones next to each other
    points: NDArray[np.int64]  # [b, 2]
    seconds: float  # that all of them are likely to take
    reasons: tuple[str, ...]  # [b]


def choose_clicks(
    spots: Spots,
    count: int,
    *,
    covered: NDArray[np.floating] | None = None,
    prices: Prices = Prices(),  # noqa: B008 - frozen
    seed: int = 0,
) -> Clicks:
    """Choose points with most gain a second: doubtful segments stood for, divided by the time that the point costs.

    The first point of a tile pays the switch too, so tiles with several good points win (cost-benefit greedy,
    Leskovec et al. 2007, on the objective of Uncertainty Herding). Of the segments the
    most doubtful half is tried, at most 3,000.

    Args:
        spots: the table of all segments that may be asked for.
        count: how many points.
        covered: [n, d] vectors of the points labelled already.
        prices: seconds of a click and of a switch.
        seed: of the sample of segments that judge.
    """
    count = min(count, len(spots.tiles))
    if count <= 0:
        return Clicks(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 2), np.int64), 0.0, ())
    most = max(count, min(_TRIED, len(spots.tiles) // 2))  # never the surer half: a click there teaches little
    tried = np.sort(best_first(spots.doubts * np.sqrt(spots.pixels), most))
    judges = np.arange(len(spots.tiles))
    if len(judges) > _JUDGES:
        judges = np.sort(np.random.default_rng(seed).choice(len(judges), _JUDGES, replace=False))
    scale = _scale(spots.vectors)
    seats, vectors = spots.vectors[judges] * scale, spots.vectors[tried] * scale
    width = kernel_width(vectors, seats)
    reached = np.zeros(len(judges), np.float32)
    if covered is not None and len(covered):
        near = squared_distances(np.asarray(covered, np.float32) * scale, seats).min(0)
        reached = np.exp(-near / np.float32(width))
    weights = (spots.doubts[judges] + np.float32(1e-3)) * spots.pixels[judges].astype(np.float32)
    tab = _Tab(spots.tiles[tried], prices)
    rows, _ = greedily(similarity(vectors, seats, width), reached, weights, tab.prices, count, tab.pay)
    return _by_tile(spots, tried[rows], prices)


def _scale(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what makes columns [d] of one spread, and typical squared distances about 2."""
    spread = vectors.std(0)
    unit = np.float32(len(spread) ** -0.5)
    scales: NDArray[np.float32] = np.divide(unit, spread, out=np.zeros_like(spread), where=spread > 1e-6)
    return scales


def _purity(member: NDArray[np.int64], predicted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share [S] of each segment's pixels that have its commonest class."""
    classes = int(predicted.max()) + 1
    votes = np.bincount(member * classes + predicted, minlength=(int(member.max()) + 1) * classes)
    purity: NDArray[np.float64] = votes.reshape(-1, classes).max(1) / np.bincount(member)
    return purity


class _Tab:
    """The price of each candidate now: a tile once opened costs its clicks only, and a full one nothing can pay."""

    def __init__(self, tiles: NDArray[np.int64], prices: Prices) -> None:
        self.tiles, self._terms = tiles, prices
        self.prices = np.full(len(tiles), prices.click + prices.switch, np.float32)
        self._clicks: dict[int, int] = {}

    def pay(self, which: int) -> None:
        tile = int(self.tiles[which])
        self._clicks[tile] = self._clicks.get(tile, 0) + 1
        full = self._clicks[tile] >= self._terms.most_on_tile
        self.prices[self.tiles == tile] = 1e6 if full else self._terms.click


def _by_tile(spots: Spots, chosen: NDArray[np.int64], prices: Prices) -> Clicks:
    tiles = spots.tiles[chosen]
    opened, first = np.unique(tiles, return_index=True)
    turn = dict(zip(opened[np.argsort(first)].tolist(), range(len(opened)), strict=True))
    chosen = chosen[np.argsort([turn[int(tile)] for tile in tiles], kind="stable")]
    reasons = tuple(_reason(spots.doubts[spot], 1 - spots.purity[spot]) for spot in chosen)
    seconds = prices.click * len(chosen) + prices.switch * len(opened)
    return Clicks(chosen, spots.tiles[chosen], spots.points[chosen], seconds, reasons)


def _reason(doubt: float, other: float) -> str:
    """Say why a segment is asked for; `other` is the share of its pixels that look like another class than most."""
    mixed = f", and takes {100 * other:.0f}% of it for another class" if 0.03 < other < 1 else ""
    return f"the model is {100 * doubt:.0f}% in doubt{mixed}"
