"""Vectors and feature maps of a project, row = sample, one folder for each encoder.

They are memory-mapped files that grow with the project. A presence flag is written after its row, so a killed
worker leaves rows that are made again, never rows that are wrong. Where machines share a bucket and no folder, each
has such files of its own, which follow one log (`shipping`). No torch here: web processes read them too.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from annotation import storage
from annotation.arrays.maps import FeatureMaps
from annotation.arrays.shipping import Log
from annotation.errors import NotReady
from annotation.models import Part, Project

LARGEST = 60000.0  # float16 ends at 65504
TYPICAL_SHARE = 0.3  # of a feature's variance is that of a typical one


def folder_of(project: Project | int) -> Path:
    """Return the folder of a project's arrays."""
    pk = project if isinstance(project, int) else project.pk
    return Path(settings.DATA_DIR) / "projects" / str(pk)


class Vectors:
    """The vectors [N, dim] float16 of one encoder, scaled by the first batch, with a flag for each row."""

    def __init__(self, project: Project | int, digest: str) -> None:
        """Point to the arrays; they need not exist yet."""
        self.digest = digest
        self.folder = folder_of(project) / "vectors" / digest
        self.maps = FeatureMaps(self.folder / "maps")
        self._log = Log(self.folder) if storage.is_shared() else None

    @property
    def present(self) -> NDArray[np.bool_]:
        """Return which rows are there, [N]."""
        if self._log:
            self._log.catch_up(self)
        return self._present()

    def _present(self) -> NDArray[np.bool_]:
        path = self.folder / "present"
        flags = np.fromfile(path, np.uint8) if path.is_file() else np.zeros(0, np.uint8)
        return flags.astype(bool)

    def missing(self, indices: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of `indices` that have no vector."""
        present = self.present
        known = indices < len(present)
        there = np.zeros(len(indices), bool)
        there[known] = present[indices[known]]
        return indices[~there]

    def read(self) -> NDArray[np.float16]:
        """Return the vectors [N, dim], memory-mapped; rows that are not present hold zeros."""
        present, scaling = self.present, self._scaling()
        if scaling is None or not len(present):
            raise NotReady("The tiles have no vectors yet; wait until they are embedded.")
        shape = (len(present), len(scaling["centre"]))
        return np.memmap(self.folder / "vectors", np.float16, "r", shape=shape)

    @property
    def blocks(self) -> tuple[slice, ...]:
        """Return which columns are of one kind each; none if whoever wrote them didn't tell."""
        return self._told("blocks")

    @property
    def map_blocks(self) -> tuple[slice, ...]:
        """Return which channels of the maps are of one kind each; none if whoever wrote them didn't tell."""
        return self._told("map_blocks")

    def write(
        self,
        indices: Sequence[int],
        vectors: NDArray[np.float32],
        *,
        blocks: Iterable[slice] = (),
        map_blocks: Iterable[slice] = (),
    ) -> None:
        """Store vectors [n, dim] in the rows `indices`, and only then say that they are there.

        The first batch settles the scale, and the blocks: columns, or channels of the maps, of one kind each.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.is_begun:
            self._make_scaling(vectors, blocks=_ends(blocks), map_blocks=_ends(map_blocks))
        self.write_scaled(indices, self.scaled(vectors))

    def scale_as(self, other: "Vectors") -> None:
        """Settle the scale as another's; what was made in any other one goes."""
        told = storage.read(other.folder / "scaling.json")
        if self.is_begun and self._scaling() != json.loads(told):
            self.delete()
        storage.write(self.folder / "scaling.json", told)

    @property
    def is_begun(self) -> bool:
        """Return whether the scale is settled, so that parts can be made apart and joined."""
        return self._scaling() is not None

    def scaled(self, vectors: NDArray[np.float32]) -> NDArray[np.float16]:
        """Return vectors [n, dim] as they are stored."""
        scaling = self._scaling()
        if scaling is None:
            raise NotReady("The scale of the vectors is not settled; embed a first batch.")
        centre, scale = np.asarray(scaling["centre"]), np.asarray(scaling["scale"])
        stored: NDArray[np.float16] = np.clip(np.nan_to_num((vectors - centre) / scale), -LARGEST, LARGEST).astype("f2")
        return stored

    def restored(self, stored: NDArray[np.float16]) -> NDArray[np.float32]:
        """Return what `scaled` made of vectors [n, dim] in the encoder's own numbers, as near as half precision is."""
        scaling = self._scaling()
        if scaling is None:
            raise NotReady("The tiles have no vectors yet; wait until they are embedded.")
        centre, scale = (np.asarray(scaling[name]) for name in ("centre", "scale"))
        return np.asarray(stored * scale + centre, np.float32)

    def write_scaled(self, indices: Sequence[int], stored: NDArray[np.float16]) -> None:
        """Store what `scaled` returned in the rows `indices`, and only then say that they are there."""
        if self._log:
            self._log.write(indices, stored, self.maps.taken())
            self._log.catch_up(self)
        else:
            self.lay(indices, stored)

    def lay(self, rows: Sequence[int], vectors: NDArray[np.float16]) -> None:
        """Store scaled vectors [n, dim] in the arrays of this machine, and only then say that they are there."""
        count = max(int(max(rows)) + 1, len(self._present()))
        data = _grown(self.folder / "vectors", np.float16, (count, vectors.shape[1]))
        data[list(rows)] = vectors
        data.flush()
        flags = _grown(self.folder / "present", np.uint8, (count,))
        flags[list(rows)] = 1
        flags.flush()

    def lay_map(self, row: int, file: bytes) -> None:
        """Store the file of a feature map on this machine."""
        self.maps.lay(row, file)

    def delete(self) -> None:
        """Delete the arrays."""
        storage.remove(self.folder)

    def forget(self, indices: Sequence[int]) -> None:
        """Make rows absent, so that they are embedded again."""
        if self._log:
            self._log.forget(indices)
        else:
            self.unset(indices)

    def unset(self, rows: Sequence[int]) -> None:
        """Say that rows are not there in the arrays of this machine."""
        count = len(self._present())
        known = [row for row in rows if row < count]
        if known:
            flags = _grown(self.folder / "present", np.uint8, (count,))
            flags[known] = 0
            flags.flush()

    def _scaling(self) -> dict[str, Any] | None:
        path = storage.refresh(self.folder / "scaling.json")
        return json.loads(path.read_text()) if path.is_file() else None

    def _told(self, name: str) -> tuple[slice, ...]:
        return tuple(slice(*ends) for ends in (self._scaling() or {}).get(name, ()))

    def _make_scaling(self, vectors: NDArray[np.float32], **blocks: list[tuple[int, int]]) -> None:
        whole = vectors[np.isfinite(vectors).all(axis=1)]  # one broken tile must not take the others' numbers away
        if not len(whole):
            whole = np.zeros((1, vectors.shape[1]), np.float32)
        centre, spread = whole.mean(axis=0), whole.std(axis=0)
        varies = spread > 1e-3
        typical = np.median(spread[varies]) if varies.any() else 1.0
        # what hardly varies is mostly noise and isn't blown up to the size of the rest; a feature that is constant in
        # the first batch may vary in a later scene: its scale must not explode that
        drawn = np.sqrt((1 - TYPICAL_SHARE) * np.square(spread) + TYPICAL_SHARE * typical**2)
        scale = np.where(varies, drawn, np.maximum(1.0, np.abs(centre)))
        scaling = {"centre": centre.astype(float).tolist(), "scale": scale.astype(float).tolist(), **blocks}
        storage.write(self.folder / "scaling.json", json.dumps(scaling).encode())


def forget(project: Project, indices: Sequence[int]) -> None:
    """Make rows absent for every encoder: their imagery changed, and EMBED makes them again."""
    for part in Part.objects.filter(project=project):  # first, so that none with the old imagery is joined afterwards
        if np.isin(part.rows, indices).any():
            part.put_back()
    for digest in storage.folders(folder_of(project) / "vectors"):
        Vectors(project, digest).forget(indices)


def _ends(blocks: Iterable[slice]) -> list[tuple[int, int]]:
    return [(block.start, block.stop) for block in blocks]


def _grown(path: Path, dtype: type[np.generic], shape: tuple[int, ...]) -> np.memmap[Any, Any]:
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    with open(path, "ab") as file:
        if file.tell() < size:
            file.truncate(size)
    return np.memmap(path, dtype, "r+", shape=shape)
