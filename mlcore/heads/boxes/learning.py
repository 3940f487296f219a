"""How boxes are learned: cells of the grid teach trees, parts that are held out say how far to trust a heat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from mlcore.calibration import fit_platt
from mlcore.heads.boxes.centres import Boxes, boxes_of, distinct, heat_of, peaks, shapes_of
from mlcore.heads.boxes.context import Context, every_way
from mlcore.heads.trees import Forest
from mlcore.metrics.boxes import matches

_FOLD_TREES = 16
_MOST_CELLS, _MOST_SHAPES = 2000, 1200
_FOLDS = 4


@dataclass(frozen=True)
class GridTile:
    """One tile on the grid: what cells see, their heat, and what boxes near them are like."""

    seen: NDArray[np.float32]  # [F, gh, gw]
    heat: NDArray[np.float64]  # [gh, gw]
    near: NDArray[np.int64]  # [n, 2]
    shapes: NDArray[np.float64]  # [n, 4]

    @classmethod
    def of(cls, context: Context, features: NDArray[np.float32], boxes: Boxes) -> Self:
        """Put the boxes [n, 4] of a tile with feature map [C, h, w] on the grid."""
        seen = context(np.asarray(features, np.float32))
        heat, owner = heat_of(boxes, (seen.shape[1], seen.shape[2]), context.cell)
        return cls(seen, heat, *shapes_of(boxes, heat, owner, cell=context.cell, size=context.size))

    def quarter(self) -> NDArray[np.int64]:
        """Return a number 0..3 for each cell."""
        _, height, width = self.seen.shape
        below, right = np.arange(height)[:, None] >= height / 2, np.arange(width) >= width / 2
        return np.asarray(2 * below + right, np.int64)


def forests_of(
    tiles: Sequence[GridTile], seed: int, *, trees: int, use: Sequence[NDArray[np.bool_]] | None = None
) -> tuple[Forest, tuple[Forest, ...]]:
    """Fit heat and shapes on the cells to `use` (all if None); cells with heat are all taken, others are drawn."""
    masks = [np.ones(tile.heat.shape, bool) for tile in tiles] if use is None else use
    rows = np.concatenate([tile.seen[:, mask].T for tile, mask in zip(tiles, masks, strict=True)])
    heat = np.concatenate([tile.heat[mask] for tile, mask in zip(tiles, masks, strict=True)])
    chance = np.where(heat > 0.05, 2.0, np.random.default_rng(seed).random(len(heat)))
    some = np.argsort(-chance, kind="stable")[:_MOST_CELLS]
    near, shapes = list[NDArray[np.float32]](), list[NDArray[np.float64]]()
    for tile, mask in zip(tiles, masks, strict=True):
        used = mask[tile.near[:, 0], tile.near[:, 1]]
        near.append(tile.seen[:, tile.near[used, 0], tile.near[used, 1]].T)
        shapes.append(tile.shapes[used])
    inputs, sides = every_way(np.concatenate(near), np.concatenate(shapes))
    drawn = np.random.default_rng(seed).permutation(len(inputs))[:_MOST_SHAPES]
    few = max(8, trees // 2)
    return (
        Forest.fit(rows[some], heat[some], trees=trees, seed=seed, leaf=3),
        tuple(Forest.fit(inputs[drawn], sides[drawn, axis], trees=few, seed=seed + axis, leaf=2) for axis in range(4)),
    )


def detect(
    context: Context, seen: NDArray[np.float32], heat: Forest, shapes: Sequence[Forest]
) -> tuple[Boxes, NDArray[np.float64], NDArray[np.int64]]:
    """Return distinct boxes [n, 4], their heat [n], and the cells that they were seen from [n, 2]."""
    warm = heat.predict(seen.reshape(len(seen), -1).T).mean(1).reshape(seen.shape[1:]).astype(np.float64)
    places = peaks(warm)
    if not len(places):
        return np.zeros((0, 4)), np.zeros(0), places
    boxes, scores = _shaped(context, seen, places, shapes), warm[places[:, 0], places[:, 1]]
    kept = distinct(boxes, scores)
    return boxes[kept], scores[kept], places[kept]


def _shaped(context: Context, seen: NDArray[np.float32], places: NDArray[np.int64], shapes: Sequence[Forest]) -> Boxes:
    """Return the mean of the boxes [n, 4] that the 3 x 3 cells around each place tell of."""
    limits = np.array(seen.shape[1:]) - 1
    around = np.stack([places + [down, right] for down in (-1, 0, 1) for right in (-1, 0, 1)], 1)
    cells = around.clip(0, limits).reshape(-1, 2)
    rows = seen[:, cells[:, 0], cells[:, 1]].T
    said = np.stack([forest.predict(rows).mean(1) for forest in shapes], 1).astype(np.float64)
    boxes = boxes_of(cells, said, cell=context.cell, size=context.size)
    return np.asarray(boxes.reshape(len(places), -1, 4).mean(1), np.float64)


def calibrated(context: Context, tiles: Sequence[GridTile], boxes: Sequence[Boxes], seed: int) -> tuple[float, float]:
    """Return slope and offset that turn a heat's logit into the chance of a hit, from parts that were held out.

    Parts are whole tiles, or where they are few, quarters of each.
    """
    folds = [
        np.full(tile.heat.shape, number % _FOLDS) if len(tiles) >= _FOLDS else tile.quarter()
        for number, tile in enumerate(tiles)
    ]
    heats, hits = list[NDArray[np.float64]](), list[NDArray[np.bool_]]()
    for fold in range(_FOLDS):
        use = [own != fold for own in folds]
        if not any(mask[tuple(tile.near.T)].any() for tile, mask in zip(tiles, use, strict=True)):
            continue
        heat, shapes = forests_of(tiles, seed, trees=_FOLD_TREES, use=use)
        for tile, own, truth in zip(tiles, folds, boxes, strict=True):
            if (own == fold).any():
                said, warmth, places = detect(context, tile.seen, heat, shapes)
                held_out = own[places[:, 0], places[:, 1]] == fold
                heats.append(warmth[held_out])
                hits.append(matches(truth, said, warmth)[held_out])
    warmth, hit = np.concatenate([*heats, np.zeros(0)]), np.concatenate([*hits, np.zeros(0, bool)])
    if len(hit) < 4 or not 0 < hit.sum() < len(hit):
        return 1.0, float(np.log((hit.sum() + 1) / (len(hit) - hit.sum() + 1)))
    return fit_platt(logit(warmth.clip(1e-4, 1 - 1e-4)), hit)


def at_centres(tile: GridTile, boxes: Boxes, cell: float) -> NDArray[np.float32]:
    """Return what the cells at the boxes' centres see, [n, F]."""
    column, row = (((boxes[:, axis] + boxes[:, axis + 2]) / 2 / cell).astype(int) for axis in (0, 1))
    height, width = tile.heat.shape
    return tile.seen[:, row.clip(0, height - 1), column.clip(0, width - 1)].T
