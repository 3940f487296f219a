"""Shipping of vectors between machines that share a bucket and no folder: a log of parts, each written once.

A part holds some rows, or says that some are forgotten; its name begins with the moment at which that was said. Each
machine lays the parts that it has not seen into arrays of its own, which are memory-mapped as ever. Of a row the newest
part counts, in whatever order parts come, so nobody needs to wait for anybody, and a part that never became whole was
never there.
"""

import io
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from annotation import clock, storage

LOG = "log"  # folder of the parts
AT_ONCE = 8  # downloads
_APPLIED, _MOMENTS = (
    ".applied",
    ".moments",
)  # names of parts; of each row, when the newest part that speaks of it was said


class Arrays(Protocol):
    """The arrays of this machine."""

    def lay(self, rows: Sequence[int], vectors: NDArray[np.float16]) -> None:
        """Store vectors [n, dim], and only then say that they are there."""

    def lay_map(self, row: int, file: bytes) -> None:
        """Store the file of a map."""

    def unset(self, rows: Sequence[int]) -> None:
        """Say that rows are not there."""


class Log:
    """The parts of the vectors in one folder, and which of them were laid into the arrays of this machine."""

    def __init__(self, folder: Path) -> None:
        """Point to the folder; it need not exist yet."""
        self.folder = folder

    def write(self, rows: Sequence[int], vectors: NDArray[np.float16], maps: dict[int, bytes]) -> None:
        """Add rows [n] with their vectors [n, dim] and the files of their maps."""
        ends, joined = packed(rows, maps)
        self._add(rows=np.asarray(rows, np.int64), vectors=vectors, ends=ends, maps=joined)

    def forget(self, rows: Sequence[int]) -> None:
        """Add that rows are to be made again."""
        self._add(rows=np.asarray(rows, np.int64))

    def catch_up(self, arrays: Arrays) -> None:
        """Lay what others have added since into the arrays here."""
        with storage.working(self.folder):
            known = {entry.path.name for entry in storage.entries(self.folder / LOG, "*.npz")}
            applied = self._applied()
            if applied - known:  # they were deleted and begun anew
                storage.forget_copy(self.folder)
                applied = set()
            if new := sorted(known - applied):
                self.folder.mkdir(parents=True, exist_ok=True)
                self._apply_all(new, arrays)
                storage.write_whole(self.folder / _APPLIED, "\n".join(sorted(applied.union(new))).encode())

    def _apply_all(self, names: list[str], arrays: Arrays) -> None:
        """Lay parts in the order of their moments; what a killed process had laid of them is laid again."""
        path = self.folder / _MOMENTS
        last = np.fromfile(path, np.int64) if path.is_file() else np.zeros(0, np.int64)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for name, part in zip(names, pool.map(self._part, names), strict=True):
                if part is not None:
                    last = _apply(part, int(name.partition("-")[0]), last, arrays)
        storage.write_whole(path, last.tobytes())

    def _part(self, name: str) -> dict[str, Any] | None:
        """Return what a part holds; None if it was deleted in this moment."""
        try:
            with np.load(io.BytesIO(storage.read(self.folder / LOG / name)), allow_pickle=False) as part:
                return dict(part)
        except FileNotFoundError:
            return None

    def _add(self, **arrays: NDArray[Any]) -> None:
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)  # type: ignore[arg-type]
        moment = int(clock.now().timestamp() * 1e6)
        storage.write(self.folder / LOG / f"{moment:020d}-{uuid.uuid4().hex[:12]}.npz", buffer.getvalue())

    def _applied(self) -> set[str]:
        try:
            return set((self.folder / _APPLIED).read_text().splitlines())
        except FileNotFoundError:
            return set()


def _apply(part: dict[str, Any], moment: int, last: NDArray[np.int64], arrays: Arrays) -> NDArray[np.int64]:
    """Lay the rows of a part of which nothing later was laid, and return the moments of all rows."""
    rows = part["rows"]
    last = np.concatenate([last, np.zeros(max(0, int(rows.max(initial=-1)) + 1 - len(last)), np.int64)])
    newer = last[rows] < moment
    last[rows[newer]] = moment
    if "vectors" not in part:
        arrays.unset(rows[newer].tolist())
    elif newer.any():
        for row, file in unpacked(rows, part, only=newer):
            arrays.lay_map(row, file)
        arrays.lay(rows[newer].tolist(), part["vectors"][newer])
    return last


def packed(rows: Sequence[int], maps: Mapping[int, bytes]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return the files of the maps of rows as two arrays: where each ends, [n], and all their bytes."""
    files = [maps.get(row, b"") for row in rows]
    return np.cumsum([len(file) for file in files], dtype=np.int64), np.frombuffer(b"".join(files), np.uint8)


def unpacked(
    rows: NDArray[np.int64], part: Mapping[str, NDArray[Any]], *, only: NDArray[np.bool_] | bool = True
) -> Iterator[tuple[int, bytes]]:
    """Yield row and file of each map in what `packed` returned."""
    ends = part["ends"]
    starts = np.concatenate([[0], ends[:-1]])
    for at in np.flatnonzero((ends > starts) & only):
        yield int(rows[at]), part["maps"][starts[at] : ends[at]].tobytes()
