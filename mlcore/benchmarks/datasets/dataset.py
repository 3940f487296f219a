"""What a data set of the benchmark is: labelled places, and for each of its inputs a way to cut their samples."""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import MLCoreError
from mlcore.samples import Chip, Sample

Rows = NDArray[np.int64]  # positions in a data set
Cut = Callable[[Rows], list[Sample]]
_CHUNK = 1000


class DataAbsent(MLCoreError):
    """The files of a data set are not here; the message says where they are looked for."""


class Task(StrEnum):
    """What is asked about a place."""

    CLASSES = "classes"  # one of several
    CHANGE = "change"  # did it change between the two dates of a sample
    TAGS = "tags"  # any number of several
    AMOUNT = "amount"  # a number


@dataclass(frozen=True)
class Places:
    """Where labelled places lie, in one lattice (px, or metres), so that splits can keep them apart."""

    row: NDArray[np.float64]  # [N], of the square's centre
    column: NDArray[np.float64]  # [N]
    side: float  # of the square that a sample shows
    block: float  # side of the blocks that go to training or to testing as a whole
    group: NDArray[np.int64] | None = None  # [N], where a published split holds out whole sites: 1 tests, 0 trains
    site: NDArray[np.int64] | None = None  # [N], number of the site


@dataclass(frozen=True)
class DataSet:
    """One task on one set of places; `inputs` are the sensors by which the places can be seen."""

    name: str
    title: str
    task: Task
    targets: NDArray[Any]  # [N] int codes, bool [N, K] for labels, float [N] for amounts
    places: Places
    inputs: dict[str, Cut]
    budgets: tuple[int | None, ...]  # labels a class (labels, amounts: places in all); None takes every one
    digest: str  # of pixels and targets
    splits: tuple[str, ...] = ("random", "block")
    scenes: dict[str, tuple[Chip, ...]] | None = None  # by input: unlabelled imagery to pretrain on
    files: tuple[str, ...] = ()  # names of the scenes' files, by which a model's card tells that it saw them
    licence: str = ""
    note: str = ""
    centred: bool = True  # whether the label is that of the middle pixel, and the rest only surroundings

    def __len__(self) -> int:
        """Return the number of labelled places."""
        return len(self.targets)

    def take(self, rows: Rows) -> "DataSet":
        """Return some of the places."""
        at, cuts = self.places, {name: _Taken(cut, rows) for name, cut in self.inputs.items()}
        group = None if at.group is None else at.group[rows]
        site = None if at.site is None else at.site[rows]
        places = replace(at, row=at.row[rows], column=at.column[rows], group=group, site=site)
        digest = digest_of(rows, np.frombuffer(self.digest.encode(), np.uint8))
        return replace(self, targets=self.targets[rows], places=places, inputs=dict(cuts), digest=digest)

    def without_duplicates(self) -> "DataSet":
        """Return the set with one place for each content: a twin in training and testing would leak."""
        contents = list[bytes]()
        cut = list(self.inputs.values())[-1]
        for start in range(0, len(self), _CHUNK):
            some = cut(np.arange(start, min(start + _CHUNK, len(self))))
            contents += [_content(sample) for sample in some]
        kept = distinct(contents)
        return self if len(kept) == len(self) else self.take(kept)

    @property
    def metric(self) -> str:
        """Return the score that the tables show."""
        return {Task.TAGS: "mean_ap", Task.AMOUNT: "rmse", Task.CHANGE: "macro_f1"}.get(self.task, "accuracy")


@dataclass(frozen=True)
class _Taken:
    """The cut of some places."""

    cut: Cut
    rows: Rows

    def __call__(self, rows: Rows) -> list[Sample]:
        return self.cut(self.rows[rows])


def _content(sample: Sample) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for chip in sample.chips:
        digest.update(np.ascontiguousarray(chip.pixels).tobytes())
    return digest.digest()


@dataclass(frozen=True)
class Layer:
    """One sensor's picture of a place, on a raster that may be finer than the lattice of the labels."""

    chip: Chip
    scale: int = 1  # px of this chip for each px of the lattice

    def padded(self, reach: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return pixels and mask, mirrored beyond the edges by `reach` px of the lattice."""
        edge = (reach * self.scale,) * 2
        return np.pad(self.chip.pixels, ((0, 0), edge, edge), "reflect"), np.pad(
            self.chip.mask, (edge, edge), "reflect"
        )


class Patches:
    """Cuts the square of `side` px around each place; patches are views, so that they cost nothing until used."""

    def __init__(
        self,
        layers: Sequence[Sequence[Layer]],
        at: tuple[Rows, Rows, Rows],
        side: int,
        *,
        place: tuple[float, float] | None = None,
    ) -> None:
        """Take layers for each scene, and for each place its scene, row and column in that scene's lattice."""
        self.scene, self.row, self.column = at
        self.side, self.place = side, place
        self.layers = [[(layer, *layer.padded(side // 2)) for layer in scene] for scene in layers]

    def places(self, block: float) -> Places:
        """Return where the patches lie, in px of the lattice, to be split by blocks of a side."""
        to_centre = self.side / 2 - self.side // 2
        row, column = self.row.astype(np.float64), self.column.astype(np.float64)
        return Places(row + to_centre, column + to_centre, self.side, block)

    def __call__(self, rows: Rows) -> list[Sample]:
        """Return the samples at some places."""
        return [self._sample(int(row)) for row in rows]

    def _sample(self, index: int) -> Sample:
        top, left = int(self.row[index]), int(self.column[index])  # in the padded raster: centre minus reach
        chips = []
        for layer, pixels, mask in self.layers[int(self.scene[index])]:
            window = tuple(slice(start * layer.scale, (start + self.side) * layer.scale) for start in (top, left))
            chips.append(replace(layer.chip, pixels=pixels[:, *window], mask=mask[window]))
        return Sample(tuple(chips), place=self.place, acquired=chips[0].acquired)


def digest_of(*arrays: NDArray[Any]) -> str:
    """Return the SHA-256 of arrays: their types, shapes and contents."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def distinct(rows: Sequence[bytes]) -> Rows:
    """Return the first row of each content, in order: a duplicate in training and testing would leak."""
    first: dict[bytes, int] = {}
    for index, content in enumerate(rows):
        first.setdefault(content, index)
    return np.array(sorted(first.values()), np.int64)


def frequent(codes: NDArray[np.integer], least: int) -> Rows:
    """Return the rows whose class has at least `least` members: fewer can't be both taught and tested."""
    counts = np.bincount(codes)
    return np.flatnonzero(counts[codes] >= least)


def samples_root() -> Path:
    """Return the folder of what sample wheels carry: TERRASCRIBE_SAMPLES, or var/samples."""
    return Path(os.environ.get("TERRASCRIBE_SAMPLES", "var/samples"))
