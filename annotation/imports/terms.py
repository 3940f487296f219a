"""Terms: by what the items of an import are understood: its classes, epochs and ground, and how areas become labels."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from annotation.imports.ground import Epochs, Ground, Place, Spot
from annotation.imports.options import Options
from annotation.imports.rows import Fate
from annotation.models import Annotation, Import
from annotation.models.projects import Scope
from annotation.tasks import Task, task_of
from annotation.tasks.told import Cover, Heard, Pixels, Spoken, Told

Item = dict[str, Any]
Samples = Mapping[tuple[Spot, Epochs], Place]

_MOST_REMEMBERED = 1000
NOWHERE = "No tile of the project lies there."


class Unplaced(Exception):
    """An item that becomes no label; says its fate and why."""

    def __init__(self, fate: Fate, message: str) -> None:
        """Remember the fate."""
        super().__init__(message)
        self.fate = fate


class Terms:
    """What the items of one import are understood by."""

    def __init__(self, row: Import) -> None:
        """Read the project's classes once."""
        self.project, self.options = row.project, Options(**row.options)
        self.project.loaded_classes = list(self.project.classes.all())
        self.ground = Ground(self.project)
        self.cover = Cover(self.options.cover)
        self._mapping = row.mapping
        self._heard: dict[Spoken, Heard] = {}  # answers that many items give, without areas
        self._names = {each["key"]: each["name"] for each in row.report.get("classes", [])}

    @cached_property
    def task(self) -> Task:
        """Return what labels of the project say."""
        return task_of(self.project)

    @cached_property
    def _epochs(self) -> dict[str, int]:
        return {each.name: each.pk for each in self.project.epochs.all()}

    def side(self, spot: Spot) -> int:
        """Return how many pixels a tile has a side."""
        return self.ground.grids[spot.grid].tile_px

    def within(self, spot: Spot) -> Pixels | None:
        """Return the pixels of a tile that are no padding beside a ready-made chip; None: all are."""
        if not self.ground.grids[spot.grid].ready_made or not (cell := self.ground.cell(spot)).is_padded:
            return None
        ground = np.zeros((self.side(spot),) * 2, np.bool_)
        ground[: cell.height, : cell.width] = True
        return ground

    def codes(self, keys: Any, *, keep: bool = False) -> list[int]:
        """Return our codes of the file's classes; 0 for those left out, where the places are to be kept.

        Raises:
            Unplaced: a class has no place yet, or all are left out.
        """
        if lost := [key for key in keys if key not in self._mapping]:
            names = ", ".join(str(self._names.get(key, key)) for key in dict.fromkeys(lost))
            raise Unplaced(Fate.UNMAPPED, f"Say which class {names[:200]} becomes.")
        codes = [self._mapping[key] or 0 for key in keys]
        if keys and not any(codes):
            raise Unplaced(Fate.LEFT_OUT, "Its class is left out.")
        return codes if keep else [code for code in codes if code]

    def about(self, tile: Mapping[str, Any]) -> Epochs:
        """Return the epochs that an item speaks of, as the file or whoever imports it says.

        Raises:
            Unplaced: there is no such epoch, or nobody says which.
        """
        if self.project.scope == Scope.PLACE:
            return None, None
        names = [tile.get("epoch_name") or self.options.epoch]
        names += [tile.get("later_epoch_name") or self.options.later_epoch] if self.project.scope == Scope.PAIR else []
        for name in names:
            if name not in self._epochs:
                known = ", ".join(self._epochs) or "none"
                asked = f"There is no epoch {name!r}" if name else "It does not say of which epoch it speaks"
                raise Unplaced(Fate.OUTSIDE, f"{asked}; the epochs are: {known}.")
        first, later = (*(self._epochs[name] for name in names), None)[:2]
        return first, later

    def hear(self, told: Told, verdict: str = Annotation.Verdict.LABEL) -> Heard | None:
        """Return the answer in what is told of a tile; None where its author could not tell.

        Raises:
            Unplaced: it covers too little of the tile.
            BadAnswer: it is no answer of this kind.
        """
        if verdict == Annotation.Verdict.UNSURE:
            return None
        alike = told.spoken
        heard = self._heard.get(alike) if alike else None
        heard = heard or self.task.hear(self.project, told)
        if heard is None:
            raise Unplaced(Fate.SHORT, "Its areas cover too little of the tile.")
        if alike and len(self._heard) < _MOST_REMEMBERED:
            self._heard[alike] = heard
        return heard
