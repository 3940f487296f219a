"""Ground: where the samples of a project lie, as arrays kept in a file that grows with the project."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from annotation import storage
from annotation.arrays.columns import read_columns
from annotation.arrays.vectors import folder_of
from annotation.models import Project

Places = NDArray[np.float32]  # [N, 2] column and row
Table = NDArray[Any]

REGIONS_A_SIDE = 4
_LAYOUT = np.dtype([("sample", "<i8"), ("grid", "<i8"), ("column", "<i4"), ("row", "<i4")])
_FIELDS = ("index", "pk", "tile__grid_id", "tile__column", "tile__row")


def read_ground(project: Project, count: int) -> Table:
    """Return sample id, grid, column and row of the first `count` rows of a project; id 0 where there is no sample.

    A sample never moves, so only those that came since the last time are asked for.
    """
    path = storage.refresh(_path(project))
    known = np.load(path) if path.is_file() else np.zeros(0, _LAYOUT)
    newest = int(known["sample"].max(initial=0))
    index, *columns = read_columns(project.samples.filter(pk__gt=newest).order_by(), *_FIELDS)
    if len(index):
        known = _grown(known, int(index.max()) + 1)
        for name, column in zip(_LAYOUT.names or (), columns, strict=True):
            known[name][index] = column
        _save(path, known)
    return _grown(known, count)[:count]


def forget_ground(project: Project) -> None:
    """Forget where all samples lie: they are made anew, and the next reader looks."""
    if storage.is_shared():
        storage.remove(_path(project))  # before, too: without a bucket there must be no change
    transaction.on_commit(lambda: storage.remove(_path(project)), robust=True)


def places_of(project: Project, ground: Table) -> Places | None:
    """Return where each row lies, if one grid holds them all: columns of different grids don't compare."""
    if list(project.grids.values_list("ready_made", flat=True)[:2]) != [False]:
        return None
    return columns_and_rows(ground)


def columns_and_rows(ground: Table) -> Places:
    """Return column and row of each row, whatever grid they are of."""
    return np.stack([ground["column"], ground["row"]], axis=1).astype(np.float32)


def regions_of(places: Places) -> NDArray[np.int64]:
    """Return the region [N] of each row: four by four squares over the ground that the project covers."""
    if not len(places):
        return np.zeros(0, np.int64)
    low, high = places.min(axis=0), places.max(axis=0)
    side = max(1.0, np.ceil((high - low + 1).max() / REGIONS_A_SIDE))
    cells = ((places - low) / np.float32(side)).astype(np.int64)  # both whole numbers, so no rounding across a border
    regions: NDArray[np.int64] = cells[:, 1] * REGIONS_A_SIDE + cells[:, 0]
    return regions


def _path(project: Project) -> Path:
    return folder_of(project) / "ground.npy"


def _grown(table: Table, count: int) -> Table:
    if len(table) >= count:
        return table
    return np.concatenate([table, np.zeros(count - len(table), _LAYOUT)])


def _save(path: Path, table: Table) -> None:
    buffer = io.BytesIO()
    np.save(buffer, table)
    storage.write(path, buffer.getvalue())
