"""Areas: which scene shows the ground of each sample, so that audits are spread over all of them."""

from collections.abc import Sequence

import numpy as np
from django.db.models import BigIntegerField, Value
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from annotation.arrays.columns import read_columns
from annotation.models import Project
from annotation.models.epochs import members_of


def areas_of(project: Project, indices: Sequence[int] | NDArray[np.integer]) -> tuple[NDArray[np.int64], list[str]]:
    """Return the area of each row and what the areas are called; ready-made chips are one area.

    A tile that several scenes show belongs to the first of them; -1 where none does.
    """
    if names := _only_area(project):
        return np.zeros(len(indices), np.int64), names
    samples = project.samples.annotate(of=Coalesce("epoch", Value(-1), output_field=BigIntegerField())).order_by()
    columns = read_columns(samples, "index", "tile__grid", "tile__column", "tile__row", "of")
    table = np.full((max(indices, default=-1) + 1, 4), -1, np.int64)
    places = np.stack(columns, axis=1)
    places = places[places[:, 0] < len(table)]
    table[places[:, 0]] = places[:, 1:]
    return _assign(project, table[np.asarray(indices, np.int64)])


def _only_area(project: Project) -> list[str]:
    """Return the name of the one area that there is, if there is only one: then nothing need be looked up."""
    scenes = list(project.scenes.filter(grid__ready_made=False).values_list("name", flat=True)[:2])
    ready_made = project.grids.filter(ready_made=True).count()
    return [*scenes, *["Ready-made chips"] * ready_made] if len(scenes) + ready_made == 1 else []


def _assign(project: Project, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[str]]:
    areas, names = np.full(len(places), -1), list[str]()
    grid, column, row, epoch = places.T
    members = members_of(project)
    for ready_made in project.grids.filter(ready_made=True).order_by("id"):
        areas[grid == ready_made.pk] = len(names)
        names.append("Ready-made chips")
    for scene in project.scenes.filter(grid__ready_made=False).order_by("id"):
        across = (column >= scene.first_column) & (column < scene.first_column + scene.columns)
        down = (row >= scene.first_row) & (row < scene.first_row + scene.rows)
        here = (grid == scene.grid_id) & across & down
        of = [epoch for epoch, scenes in members.items() if scene.pk in scenes]
        here &= (epoch < 0) | np.isin(epoch, of)
        areas[here & (areas < 0)] = len(names)
        names.append(scene.name)
    return areas, names
