"""Marking: which few points of the tiles that come next to ask for, so that a mask needs clicks instead of strokes."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from annotation.arrays.labels import Rows, Snapshot
from annotation.tasks.masks.prediction import MaskPrediction
from mlcore.heads.painted import painted
from mlcore.query.clicks import Clicks, Prices, Spots, choose_clicks
from mlcore.query.segments import superpixels

Marks = dict[str, Any]

MARKED = 24  # tiles, best ones first
CLICKS_A_TILE = 5  # on average: a tile that teaches more gets more
_FEWEST = 3  # clicks on a tile that another one would stand for
_SEGMENTS = 24  # of a tile, about
_SMALLEST = 4  # cells of a segment, at least
_DIRECTIONS = 12  # strongest ones of the features, in which segments are found
_KNOWN_TILES, _KNOWN_CELLS = 30, 20  # newest masks, and cells of each, that count as covered


def mark(snapshot: Snapshot, rows: Rows, prediction: MaskPrediction | None) -> dict[int, Marks]:
    """Return the marks of the first of these rows: row -> points, the cells of each, reasons, and expected seconds.

    Points are chosen over all of these tiles at once, by gain a second, with the switch to another tile priced. A tile
    that gets none that way is shown all the same, and asks for the best few of its own.
    """
    maps = {int(row): snapshot.vectors.maps.read(int(row)) for row in rows[:MARKED]}
    by_row = {row: features.astype(np.float32) for row, features in maps.items() if features is not None}
    if not by_row:
        return {}
    axes = _axes(list(by_row.values()))
    flat = {row: np.einsum("dk,dhw->khw", axes, features) for row, features in by_row.items()}
    segments = {row: superpixels(features, pixels=_size(features)) for row, features in flat.items()}
    chances = _chances(prediction)
    spots = {row: Spots.of_tile(row, segments[row], flat[row], chances.get(row)) for row in flat}
    clicks = _choose(snapshot, list(spots.values()), _covered(snapshot, axes), CLICKS_A_TILE * len(flat))
    left = {row: _choose(snapshot, [spots[row]], None, _FEWEST) for row in flat if row not in clicks.tiles}
    return {row: _marks(row, left.get(row, clicks), segments[row]) for row in flat}


def _choose(snapshot: Snapshot, spots: Sequence[Spots], covered: NDArray[np.float32] | None, count: int) -> Clicks:
    return choose_clicks(Spots.joined(spots), count, covered=covered, seed=snapshot.project.seed)


def _marks(row: int, clicks: Clicks, segments: NDArray[np.int32]) -> Marks:
    places = np.flatnonzero(clicks.tiles == row)
    cells = np.zeros(segments.shape, np.uint8)  # the number of the mark that each cell belongs to, 0 for none
    points = clicks.points[places]
    for number, (down, right) in enumerate(points, start=1):
        cells[segments == segments[down, right]] = number
    prices = Prices()
    return {
        "shape": list(cells.shape),
        "cells": b64encode(cells.tobytes()).decode(),
        "points": points.tolist(),
        "reasons": [clicks.reasons[place] for place in places],
        "seconds": prices.switch + prices.click * len(places),
    }


def _axes(maps: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return the strongest directions [d, k] of the cells of these maps, each of unit spread."""
    cells = np.concatenate([features.reshape(len(features), -1).T for features in maps])
    cells = cells[:: max(1, len(cells) // 2000)]
    with threadpool_limits(1):
        spread, axes = np.linalg.eigh(np.cov(cells, rowvar=False))
    kept = axes[:, ::-1][:, :_DIRECTIONS] / np.sqrt(spread[::-1][:_DIRECTIONS].clip(1e-4))
    directions: NDArray[np.float32] = kept.astype(np.float32)
    return directions


def _size(features: NDArray[np.float32]) -> int:
    return max(_SMALLEST, int(features[0].size) // _SEGMENTS)


def _chances(prediction: MaskPrediction | None) -> dict[int, NDArray[np.float32]]:
    """Return chances [K, h, w] of each predicted row: the best class, and beside it what the doubt leaves."""
    if prediction is None:
        return {}
    by_row = {}
    for row, codes, doubts in zip(prediction.rows.tolist(), prediction.maps, prediction.doubts, strict=True):
        best = np.searchsorted(prediction.classes, codes)
        chances = np.zeros((len(prediction.classes), *codes.shape), np.float32)
        margins = 1 - doubts.astype(np.float32) / 255
        np.put_along_axis(chances, best[None], ((1 + margins) / 2)[None], axis=0)
        np.put_along_axis(chances, (best[None] + 1) % len(chances), ((1 - margins) / 2)[None], axis=0)
        by_row[row] = chances
    return by_row


def _covered(snapshot: Snapshot, axes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return some painted cells [n, k] of the newest masks."""
    known, rng = snapshot.training, np.random.default_rng(snapshot.project.seed)
    paint = [np.zeros((0, axes.shape[1]), np.float32)]
    for at in range(len(known))[-_KNOWN_TILES:]:
        features = snapshot.vectors.maps.read(int(known.rows[at]))
        if features is not None:
            cells, _, _ = painted(features.astype(np.float32), known.load_mask(at))
            paint.append(rng.permutation(cells)[:_KNOWN_CELLS] @ axes)
    return np.concatenate(paint)
