"""Coverage: the tiles laid flat by what they look like, and where on the ground the model is unsure."""

from typing import Any

import numpy as np
from django.db.models import Count, Max, Min
from numpy.typing import NDArray

from annotation.arrays.columns import read_columns
from annotation.arrays.labels import Rows
from annotation.arrays.material import Material
from annotation.models import Sample
from annotation.tasks.explainer import Explainer, numbers
from mlcore.plane import lay_flat

MOST_POINTS = 3000
MOST_LABELLED = 2500
NEXT = 50  # samples of the queue that are marked
_MOST_CELLS = 64  # along a side of the map of doubt
OPEN, LABELLED, QUEUED, AUDIT = range(4)


def coverage(explainer: Explainer) -> dict[str, Any]:
    """Return points [sample, index, x, y, mark, label, predicted, confidence] and how faithful the plane is.

    What label and predicted say is the kind's own.
    """
    material = explainer.material
    marks = _marks(material)
    rows = _choose(material, marks)
    plane = lay_flat(material.vectors(rows), seed=material.project.seed)
    predicted, levels = explainer.predicted(rows), numbers(explainer.sureness(rows))
    labels = explainer.given()
    points = [
        [
            int(material.snapshot.samples[row]),
            row,
            *(round(float(value), 4) for value in plane.places[at]),
            marks.get(row, OPEN),
            labels.get(row),
            predicted[at],
            levels[at],
        ]
        for at, row in enumerate(rows.tolist())
    ]
    return {"points": points, "explained": round(plane.explained, 3), "of": len(material.rows)}


def doubt(explainer: Explainer) -> dict[str, Any] | None:
    """Return the mean confidence on open tiles in cells of the largest grid; None where there is no such map."""
    material = explainer.material
    if material.fit is None or not explainer.doubts:
        return None
    tiles = material.project.samples.filter(state=Sample.State.OPEN, audit=None, tile__grid__ready_made=False)
    grids = tiles.order_by().values_list("tile__grid").annotate(tiles=Count("pk")).order_by("-tiles", "tile__grid")
    if not (largest := grids.first()):
        return None
    grid = int(largest[0])
    fields = ("index", "tile__column", "tile__row")
    rows, columns, lines = read_columns(tiles.filter(tile__grid=grid).order_by(), *fields)
    sound = np.isin(rows, material.rows)
    if not sound.any():
        return None
    places, levels = np.stack([columns[sound], lines[sound]], axis=1), explainer.sureness(rows[sound])
    return _cells(places, np.nan_to_num(levels), grid=grid, edges=_edges(material, grid))


def _marks(material: Material) -> dict[int, int]:
    """Return the mark of each row that has one."""
    ranks = material.round.ranks.filter(sample__state=Sample.State.OPEN, sample__audit=None).order_by("position")
    queued = dict.fromkeys(ranks.values_list("sample__index", flat=True)[:NEXT], QUEUED)
    labelled = dict.fromkeys(material.snapshot.training.rows.tolist(), LABELLED)
    return {**queued, **labelled, **dict.fromkeys(material.snapshot.audits.rows.tolist(), AUDIT)}


def _choose(material: Material, marks: dict[int, int]) -> Rows:
    """Return the rows to show: what is labelled or next in the queue, then others at random."""
    rng = np.random.default_rng([material.project.seed, 4])
    marked = np.intersect1d(np.fromiter(marks, np.int64), material.rows)
    if len(marked) > MOST_LABELLED:
        queued = np.array([row for row in marked.tolist() if marks[row] == QUEUED], np.int64)
        others = rng.choice(np.setdiff1d(marked, queued), MOST_LABELLED - len(queued), replace=False)
        marked = np.concatenate([queued, others])
    others = np.setdiff1d(material.rows, marked)
    some = rng.choice(others, min(len(others), MOST_POINTS - len(marked)), replace=False)
    return np.sort(np.concatenate([marked, some]))


def _edges(material: Material, grid: int) -> NDArray[np.int64]:
    """Return the first and the last column and row of a grid's tiles, labelled ones too, [2, 2]."""
    names = ("tile__column", "tile__row")
    tiles = material.project.samples.exclude(state=Sample.State.EMPTY).filter(tile__grid=grid)
    ends = tiles.aggregate(*(end(name) for end in (Min, Max) for name in names))
    return np.array([[ends[f"{name}__{end}"] for name in names] for end in ("min", "max")], np.int64)


def _cells(
    places: NDArray[np.int64], levels: NDArray[np.float32], *, grid: int, edges: NDArray[np.int64]
) -> dict[str, Any]:
    low = edges[0]
    across, down = (edges[1] - low + 1).tolist()
    step = -(-max(across, down) // _MOST_CELLS)
    columns, rows = -(-across // step), -(-down // step)
    cell = (places[:, 1] - low[1]) // step * columns + (places[:, 0] - low[0]) // step
    count = np.bincount(cell, minlength=columns * rows)
    mean = np.bincount(cell, levels, columns * rows) / np.maximum(count, 1)
    values = [round(float(level), 3) if many else None for level, many in zip(mean, count, strict=True)]
    return {
        "grid": grid,
        "column": int(low[0]),
        "row": int(low[1]),
        "step": step,
        "values": [values[start : start + columns] for start in range(0, len(values), columns)],
    }
