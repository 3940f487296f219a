"""Classic NetCDF, as it was before HDF5: read by scipy."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from mlcore.containers.stores import Store, Variable
from mlcore.errors import UnreadableFile
from mlcore.files import check_plain

_VERSIONS = (b"CDF\x01", b"CDF\x02")


def is_classic(start: bytes) -> bool:
    """Return whether a file begins as classic NetCDF."""
    return start.startswith(b"CDF") and start[3:4] in (b"\x01", b"\x02", b"\x05")


@contextmanager
def open_classic(path: Path, name: str) -> Iterator[Store]:
    """Open a file as a store.

    Raises:
        UnreadableFile: it is damaged, or of the kind with 64-bit numbers, which few programs read.
    """
    from scipy.io import netcdf_file

    check_plain(path)
    with path.open("rb") as file:
        if file.read(4) not in _VERSIONS:
            raise UnreadableFile(f"{name} is NetCDF of 64-bit data (CDF-5); write it as NetCDF-4 (`nccopy -k nc4`).")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that arrays still refer to a closed file
            with netcdf_file(path, "r", mmap=True, maskandscale=False) as file:
                variables = {key: _variable(key, item) for key, item in file.variables.items() if _is_number(item)}
                skipped = [key for key, item in file.variables.items() if not _is_number(item)]
                yield Store(name, variables, dict(getattr(file, "_attributes", {})), skipped)
    except (OSError, ValueError, TypeError, IndexError, KeyError, OverflowError, MemoryError) as error:
        raise UnreadableFile(f"{name} is damaged or truncated: {str(error)[:200]}.") from error


def _is_number(item: Any) -> bool:
    return item.data.dtype.kind in "iuf"


def _variable(key: str, item: Any) -> Variable:
    def get(part: Any) -> Any:
        values = np.array(item.data[part])
        return values.astype(values.dtype.newbyteorder("="))

    kind = str(np.dtype(item.data.dtype).newbyteorder("="))
    return Variable(key, tuple(item.shape), kind, tuple(item.dimensions), dict(item._attributes), get)
