"""Maps: one array a sample, each in a file of its own, such as feature maps and the newest class maps."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation import storage

MAPS_A_FOLDER = 1000


@dataclass(frozen=True)
class Maps:
    """One array a sample, of any shape, such as the newest class map."""

    folder: Path

    def file(self, index: int) -> Path:
        """Return the path of a sample's array."""
        return self.folder / str(index // MAPS_A_FOLDER) / f"{index}.npy"

    def read(self, index: int) -> NDArray[Any] | None:
        """Return a sample's array, or None when there is none."""
        try:
            array: NDArray[Any] = np.load(storage.refresh(self.file(index)), allow_pickle=False)
        except FileNotFoundError:
            return None
        return array

    def write(self, index: int, array: NDArray[Any]) -> None:
        """Store a sample's array whole."""
        self._keep(index, lambda file: np.save(file, array, allow_pickle=False))

    def _keep(self, index: int, save: Callable[[io.BytesIO], None]) -> None:
        buffer = io.BytesIO()
        save(buffer)
        self._store(index, buffer.getvalue())

    def _store(self, index: int, file: bytes) -> None:
        storage.write(self.file(index), file)


@dataclass(frozen=True)
class FeatureMaps(Maps):
    """Feature maps [C, h, w]; kept are the channels that say something, a few of those that all sensors have."""

    _written: dict[int, bytes] = field(default_factory=dict)  # that go to a bucket together with their vectors

    def read(self, index: int) -> NDArray[np.float16] | None:
        """Return a sample's map, or None when there is none."""
        told = self.read_told(index)
        if told is None:
            return None
        says, values = told
        features = np.zeros((len(says), *values.shape[1:]), np.float16)
        features[says] = values
        return features

    def read_told(self, index: int) -> tuple[NDArray[np.bool_], NDArray[np.float16]] | None:
        """Return which channels say something, [C], and those [c, h, w]; None when there is no map."""
        try:
            with self.file(index).open("rb") as file:
                return np.load(file, allow_pickle=False), np.load(file, allow_pickle=False)
        except FileNotFoundError:
            return None

    def write(self, index: int, array: NDArray[Any]) -> None:
        """Store a sample's map whole."""
        says = array.any((1, 2))

        def save(file: io.BytesIO) -> None:
            np.save(file, says, allow_pickle=False)
            np.save(file, array[says], allow_pickle=False)

        self._keep(index, save)

    def lay(self, index: int, file: bytes) -> None:
        """Store the file of a map on this machine."""
        path = self.file(index)
        path.parent.mkdir(parents=True, exist_ok=True)
        storage.write_whole(path, file)

    def await_vectors(self, files: Mapping[int, bytes]) -> None:
        """Let the files of maps go to a bucket together with their vectors, which follow."""
        self._written.update(files)

    def taken(self) -> dict[int, bytes]:
        """Return the files of maps that wait for their vectors, and let go of them."""
        taken = dict(self._written)
        self._written.clear()
        return taken

    def _store(self, index: int, file: bytes) -> None:
        if storage.is_shared():
            self._written[index] = file
        else:
            self.lay(index, file)
