"""Moved: a raster that is read as if it lay some of its own pixels beside where its file says."""

from collections.abc import Sequence
from pathlib import Path, PosixPath
from typing import Any

from affine import Affine

from mlcore.raster.remote import Elsewhere, RemoteRaster

Shift = tuple[float, float]  # of its own pixels: to the right, and down


class MovedPath(PosixPath):
    """A plain path of a raster that is moved; the same file elsewhere is another raster."""

    shift: Shift

    def __eq__(self, other: object) -> bool:
        """Return whether it is the same file, moved alike."""
        return PosixPath.__eq__(self, other) and self.shift == getattr(other, "shift", None)

    def __hash__(self) -> int:
        """Return what tells files, and how they are moved, apart."""
        return hash((PosixPath.__hash__(self), self.shift))


class MovedRemote(RemoteRaster):
    """The same of a raster in a bucket."""

    shift: Shift

    __eq__ = MovedPath.__eq__
    __hash__ = MovedPath.__hash__


class MovedDataset:
    """An open raster with another transform; in all else it is the one that it was made of."""

    def __init__(self, dataset: Any, shift: Shift) -> None:
        self._dataset, self.transform = dataset, dataset.transform @ Affine.translation(*shift)

    def __getattr__(self, name: str) -> Any:
        """Return what the raster says."""
        return getattr(self._dataset, name)


def moved(path: Path, shift: Sequence[float] | None) -> Path:
    """Return a path that reads as the raster moved; the path itself without a shift."""
    if not shift:
        return path
    told = (float(shift[0]), float(shift[1]))
    if isinstance(path, RemoteRaster):
        remote = MovedRemote(path)
        remote.login, remote.shift = path.login, told
        return remote
    if isinstance(path, Elsewhere):
        elsewhere = type(path)(path)
        elsewhere.shift = told
        return elsewhere
    local = MovedPath(path)
    local.shift = told
    return local
