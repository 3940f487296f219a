"""Files that projects share: masks that nothing refers to any more, and folders of projects that were deleted."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from django.apps import apps
from django.conf import settings
from django.db.models import Model, QuerySet
from numpy.typing import NDArray

from annotation import storage
from annotation.arrays.masks import ASIDE, aside, mask_file
from annotation.jobs import hold
from annotation.models import AuditForecast, Project, Suggestion
from annotation.pruning.cuts import Cut, Freed, measure
from annotation.pruning.rows import outdated, superseded

_DOOMED = ".doomed-"
_CHUNK = 10_000


def masks(cut: Cut) -> Freed:
    """Remove masks that no row of any project names and that nobody stored lately."""
    freed = Freed()
    with hold(0, "masks"):
        named = _named(_spoken_of_by(cut))
        if storage.is_shared():
            return _masks_of_bucket(cut, lambda path: _is_in(named, path.stem))
        for path in _old_masks(cut):
            if not _is_in(named, _hash_of(path)):
                freed += _remove(path, cut)
            elif path.name.startswith(_DOOMED):  # a pruning was killed while it held this
                _put_back(path)
    return freed


def models_with_masks() -> list[type[Model]]:
    """Return every table that names masks, whoever adds one."""
    return [
        model
        for model in apps.get_app_config("annotation").get_models()
        if any(field.name == "mask" for field in model._meta.concrete_fields)
    ]


def homes(cut: Cut) -> Freed:
    """Remove folders of projects that are gone."""
    there = {str(pk) for pk in Project.objects.values_list("pk", flat=True)}
    places = (Path(settings.DATA_DIR) / parent for parent in ("projects", "exports"))
    folders = [place / name for place in places for name in storage.folders(place) if name not in there]
    return cut.drop_files([folder for folder in folders if cut.is_old(folder)])


def _spoken_of_by(cut: Cut) -> Iterator[QuerySet[Any]]:
    """Yield the rows that name masks; a dry run leaves out what the pruning of its projects would remove before."""
    going: dict[type[Model], Callable[[Cut], QuerySet[Any]]] = {Suggestion: superseded, AuditForecast: outdated}
    for model in models_with_masks():
        rows = model._default_manager.exclude(mask="").order_by()
        if cut.dry and model in going:
            for project in cut.projects:
                gone = going[model](replace(cut, projects=(project,)))
                rows = rows.exclude(pk__in=gone.order_by().values("pk"))
        yield rows


def _named(tables: Iterable[QuerySet[Any]]) -> NDArray[np.uint64]:
    """Return the first 64 bits of each hash that is named, sorted: 8 MB a million. A false match keeps a file."""
    hashes = (rows.values_list("mask", flat=True).iterator(_CHUNK) for rows in tables)
    parts = [np.fromiter((int(sha256[:16], 16) for sha256 in some), np.uint64) for some in hashes]
    return np.unique(np.concatenate([np.zeros(0, np.uint64), *parts]))


def _is_in(named: NDArray[np.uint64], sha256: str) -> bool:
    value = np.uint64(int(sha256[:16], 16))
    at = int(np.searchsorted(named, value))
    return at < len(named) and bool(named[at] == value)


def _old_masks(cut: Cut) -> Iterator[Path]:
    for folder in sorted((Path(settings.DATA_DIR) / "masks").glob("[0-9a-f][0-9a-f]")):
        for path in folder.iterdir():
            if path.name.startswith(_DOOMED) or (len(path.stem) == 64 and cut.is_old(path)):
                yield path


def _masks_of_bucket(cut: Cut, is_named: Callable[[Path], bool]) -> Freed:
    """Put aside what no row names, and remove a day later what no row came to name in that time.

    Somebody may store a mask once more in the moment in which it is put aside: so a reader who misses one looks there
    (`read_mask`), and what has a name by then goes back.
    """
    freed, places = Freed(), Path(settings.DATA_DIR)
    for entry in [] if cut.dry else filter(cut.is_past, storage.entries(places / ASIDE, "*/*.png")):
        if is_named(entry.path):
            storage.write(mask_file(entry.path.stem), storage.read(entry.path))
        storage.remove(entry.path)
    for entry in filter(cut.is_past, storage.entries(places / "masks", "*/*.png")):
        if not is_named(entry.path):
            freed += Freed(files=1, bytes=entry.size)
            if not cut.dry:
                storage.write(aside(entry.path.stem), storage.read(entry.path))
                storage.remove(entry.path)
    return freed


def _hash_of(path: Path) -> str:
    return path.stem.removeprefix(_DOOMED)


def _remove(path: Path, cut: Cut) -> Freed:
    """Delete a mask, unless it is stored once more in this moment: storing makes a file young, or writes it anew."""
    freed = measure(path)
    if cut.dry:
        return freed
    doomed = path.with_name(f"{_DOOMED}{_hash_of(path)}.png")
    os.replace(path, doomed)
    if not cut.is_old(doomed):
        _put_back(doomed)
        return Freed()
    doomed.unlink()
    return freed


def _put_back(path: Path) -> None:
    os.replace(path, path.with_name(f"{_hash_of(path)}.png"))
