"""Finding: which sample a task of Label Studio shows, by number, by our address, or by the name of its file."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet

from annotation.errors import BadAnswer
from annotation.imports.ground import Ground, Spot
from annotation.ingest.naming import without_ending
from annotation.models import Project, Sample, Scene, Tile
from mlcore.labelsets.label_studio import file_name

_ADDRESS = re.compile(r"(?:^|//[^/?#]*)/projects/([0-9]{1,15})/samples/([0-9]{1,15})/")
_CELL = re.compile(r"(?P<scene>.+)-c(?P<column>-?[0-9]{1,9})-r(?P<row>-?[0-9]{1,9})(?P<epochs>(?:-[0-9]{1,15}){0,2})")
_INDEX = re.compile(r"tile-([0-9]{7,9})")
_LONGEST = 1000  # characters of a name
_LARGEST = 2**53


class _Sought(NamedTuple):
    """What a task says of its sample: its number, or names."""

    pk: int = 0
    names: tuple[str, ...] = ()


def find_samples(project: Project, tasks: Sequence[Mapping[str, Any]], field: str = "") -> list[Sample | None]:
    """Return the sample of each task's data; None where the project has no such sample.

    Args:
        project: whose samples are sought.
        tasks: what each task says under `data`.
        field: the entry with the image, where it is known; others are looked at after it.
    """
    sought = [_sought(project, data, field) for data in tasks]
    finder = _Finder(project, [each.pk for each in sought], [name for each in sought for name in each.names])
    return [finder.find(each) for each in sought]


def _sought(project: Project, data: Mapping[str, Any], field: str) -> _Sought:
    number = data.get("sample")
    if isinstance(number, str) and number.isascii() and number.isdecimal() and len(number) < 16:
        number = int(number)
    if isinstance(number, int) and not isinstance(number, bool) and 0 < number < _LARGEST:
        return _Sought(number)
    fields = [field, *(name for name in data if name != field)]
    texts = [text for name in fields if isinstance(text := data.get(name), str) and _may_name(text)]
    for text in texts:
        if (match := _ADDRESS.search(text)) and int(match[1]) == project.pk:
            return _Sought(int(match[2]))
    return _Sought(names=tuple(name for text in texts if (name := file_name(text).strip("/"))))


def _may_name(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and text.isprintable()  # halves of surrogate pairs are not, nor is NUL


class _Finder:
    """Looks up what many tasks name, together."""

    def __init__(self, project: Project, pks: Sequence[int], names: Sequence[str]) -> None:
        self._rows = Sample.objects.filter(project=project).select_related("tile__grid")
        self._project = project
        self._by_pk = self._rows.in_bulk({pk for pk in pks if pk})
        exact = {each for name in names for each in (name, without_ending(name))}
        tiles = Tile.objects.filter(grid__project=project, name__in=exact) if exact else Tile.objects.none()
        self._by_name: dict[str, list[int]] = {}
        for pk, name in tiles.values_list("pk", "name"):
            self._by_name.setdefault(name, []).append(pk)

    @cached_property
    def _ground(self) -> Ground:
        return Ground(self._project)

    def find(self, sought: _Sought) -> Sample | None:
        """Return the one sample; None where there is none, or several."""
        if sought.pk:
            return self._by_pk.get(sought.pk)
        for name in sought.names:
            if sample := self._exact(name) or self._of_export(name) or self._of_file(name):
                return sample
        return None

    def _exact(self, name: str) -> Sample | None:
        tiles = self._by_name.get(name) or self._by_name.get(without_ending(name), [])
        return _only(self._rows.filter(tile__in=tiles)) if len(tiles) == 1 else None

    def _of_export(self, name: str) -> Sample | None:
        """Return the sample whose picture an export of ours calls so: scene, cell and epochs, or its number."""
        stem = without_ending(name.rpartition("/")[2])
        if match := _INDEX.fullmatch(stem):
            return _only(self._rows.filter(index=int(match[1])))
        match = _CELL.fullmatch(stem)
        if match is None:
            return None
        first, later = (*map(int, match["epochs"].split("-")[1:]), None, None)[:2]
        cell = {"tile__column": int(match["column"]), "tile__row": int(match["row"])}
        rows = self._rows.filter(**cell, tile__grid__in=self._grids(match["scene"]))
        return _only(rows.filter(epoch=first, later_epoch=later))

    def _grids(self, stem: str) -> list[int]:
        """Return the lattices of scenes that are called so, with or without an ending or their number."""
        scenes = Scene.objects.filter(project=self._project, grid__ready_made=False)
        plain, _, number = stem.rpartition("-")
        if number.isascii() and number.isdecimal() and len(number) < 16:
            numbered = scenes.filter(pk=int(number)).values_list("grid_id", "name").first()
            if numbered and plain in ("scene", without_ending(numbered[1])):
                return [numbered[0]]
        named = scenes.filter(name__startswith=stem).values_list("grid_id", "name")[:_LONGEST]
        return sorted({grid for grid, name in named if stem in (name, without_ending(name))})

    def _of_file(self, name: str) -> Sample | None:
        """Return the sample of a chip that came under this name, whatever its folders and its ending."""
        if not any(grid.ready_made for grid in self._ground.grids.values()):
            return None
        try:
            spot: Spot | None = self._ground.named(name)
        except BadAnswer:  # several are called so
            return None
        cell = spot and {"tile__grid": spot.grid, "tile__column": spot.column, "tile__row": spot.row}
        return _only(self._rows.filter(**cell)) if cell else None


def _only(rows: QuerySet[Sample]) -> Sample | None:
    several = list(rows[:2])
    return several[0] if len(several) == 1 else None
