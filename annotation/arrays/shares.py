"""Shares: the vectors of one part of an embedding, a finished file each until it is joined to the others."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annotation import storage
from annotation.arrays.shipping import packed, unpacked
from annotation.arrays.vectors import Vectors
from annotation.models import Part

Share = tuple[NDArray[np.int64], NDArray[np.float16]]  # rows [n], and their vectors [n, dim] as they are stored


def keep_share(part: Part, vectors: Vectors, rows: Sequence[int], made: Sequence[NDArray[np.float16]]) -> None:
    """Write the file of a part, whole."""
    stacked = np.concatenate(made) if made else np.zeros((0, 0), np.float16)
    ends, maps = packed(rows, vectors.maps.taken())
    np.savez(buffer := BytesIO(), rows=np.asarray(rows, np.int64), vectors=stacked, ends=ends, maps=maps)
    storage.write(_file(part, vectors), buffer.getvalue())


def read_share(part: Part, vectors: Vectors) -> Share | None:
    """Return what the file of a part holds; None where it is gone or damaged, so that the part is done again.

    Its maps wait for `vectors` to be written, where machines share no folder.
    """
    try:
        with np.load(BytesIO(storage.read(_file(part, vectors))), allow_pickle=False) as held:
            if "ends" in held:
                vectors.maps.await_vectors(dict(unpacked(held["rows"], held)))
            return held["rows"], held["vectors"]
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        return None


def drop_share(part: Part, vectors: Vectors) -> None:
    """Remove the file of a part that is joined."""
    storage.remove(_file(part, vectors))


def drop_shares(vectors: Vectors) -> None:
    """Remove all such files, once no part is left: workers that were given up wrote some."""
    storage.remove(_folder(vectors))


def _folder(vectors: Vectors) -> Path:
    return vectors.folder / "parts"


def _file(part: Part, vectors: Vectors) -> Path:
    return _folder(vectors) / f"{part.pk}-{part.takes}.npz"
