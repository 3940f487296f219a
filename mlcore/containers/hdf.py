"""HDF5: NetCDF-4, MATLAB 7.3 and satellite products; nothing outside the file and no unknown filter is touched."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from mlcore.containers.stores import MOST_ARRAYS, Store, Variable
from mlcore.errors import FileTooLarge, NotInstalled, UnreadableFile, UnsafeFile
from mlcore.files import check_plain

MAGIC = b"\x89HDF\r\n\x1a\n"
_FILTERS = {
    1,
    2,
    3,
    4,
    5,
    6,
    32000,
}  # of the library itself: gzip, shuffle, checksum, szip, n-bit, scale-offset, lzf
_NUMBERS = "iufb"
_DEEPEST = 20  # groups in groups
_MOST_CHUNK = 256 * 2**20  # bytes, unpacked
_MOST_WORDS = 100_000  # numbers or characters of an attribute


def is_hdf(start: bytes) -> bool:
    """Return whether a file begins as HDF5, behind MATLAB's 512 bytes, too."""
    return start.startswith(MAGIC) or (start[512:520] == MAGIC and start.startswith(b"MATLAB"))


@contextmanager
def open_hdf(path: Path, name: str) -> Iterator[Store]:
    """Open a file as a store.

    Raises:
        NotInstalled: h5py is missing.
        UnsafeFile: it refers to other files.
        UnreadableFile, FileTooLarge: it is damaged, packed in an unknown way, or too large.
    """
    try:
        import h5py
    except ImportError as error:
        raise NotInstalled("HDF5 and NetCDF files need h5py: install it.") from error
    check_plain(path)
    try:
        with h5py.File(path, "r", locking=False) as file:
            variables: dict[str, Variable] = {}
            skipped: list[str] = []
            _walk(file, "", variables, skipped, name)
            yield Store(name, variables, _words(file.attrs), skipped)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise UnreadableFile(f"{name} is damaged or truncated: {str(error)[:200]}.") from error


def _walk(group: Any, prefix: str, variables: dict[str, Variable], skipped: list[str], name: str) -> None:
    import h5py

    if prefix.count("/") > _DEEPEST or len(variables) + len(skipped) > MOST_ARRAYS:
        raise FileTooLarge(f"{name} holds too many arrays or groups in groups; send the part that is imagery.")
    for key in group:
        link = group.get(key, getlink=True)
        if isinstance(link, h5py.ExternalLink):
            raise UnsafeFile(f"{name} refers to another file in {prefix}{key}; copy everything into one file.")
        if isinstance(link, h5py.SoftLink):
            continue  # the same array under another name
        item = group[key]
        if isinstance(item, h5py.Group):
            _walk(item, f"{prefix}{key}/", variables, skipped, name)
        elif isinstance(item, h5py.Dataset):
            _check(item, f"{prefix}{key}", name)
            if item.dtype.kind in _NUMBERS and item.shape is not None:
                variables[f"{prefix}{key}"] = _variable(item, f"{prefix}{key}")
            else:
                skipped.append(f"{prefix}{key}")


def _check(dataset: Any, key: str, name: str) -> None:
    """Refuse an array whose numbers lie elsewhere, or that would unpack without bounds."""
    if dataset.is_virtual or dataset.external:
        raise UnsafeFile(f"{name} keeps the numbers of {key} in another file; copy everything into one file.")
    properties = dataset.id.get_create_plist()
    used = {properties.get_filter(number)[0] for number in range(properties.get_nfilters())}
    if unknown := used - _FILTERS:
        raise UnreadableFile(
            f"{name} packs {key} with a filter that is not read here (number {min(unknown)}); write it again with gzip."
        )
    if dataset.chunks and int(np.prod(dataset.chunks, dtype=np.float64)) * dataset.dtype.itemsize > _MOST_CHUNK:
        raise FileTooLarge(f"{name} stores {key} in chunks of more than {_MOST_CHUNK >> 20} MB; write it anew.")


def _variable(dataset: Any, key: str) -> Variable:
    return Variable(
        key, tuple(dataset.shape), str(dataset.dtype), _dims(dataset), _words(dataset.attrs), dataset.__getitem__
    )


def _dims(dataset: Any) -> tuple[str, ...]:
    """Return the names of an array's axes, as NetCDF-4 writes them; '' for those without."""
    import h5py

    if dataset.attrs.get("CLASS") == b"DIMENSION_SCALE" and dataset.ndim == 1:
        return (dataset.name.strip("/"),)
    names = []
    listed: Any = dataset.attrs.get("DIMENSION_LIST")
    for axis in range(dataset.ndim):
        references: Any = listed[axis] if listed is not None and axis < len(listed) else []
        target = dataset.file[references[0]] if len(references) and isinstance(references[0], h5py.Reference) else None
        names.append(target.name.strip("/") if target is not None and target.name else "")
    return tuple(names)


def _words(attributes: Any) -> dict[str, Any]:
    """Return the attributes that are plain numbers or texts."""
    told: dict[str, Any] = {}
    for key in attributes:
        try:
            if attributes.get_id(key).get_storage_size() > 8 * _MOST_WORDS:
                continue
            value = attributes[key]
        except (OSError, TypeError, RuntimeError, KeyError, ValueError):  # of a kind that h5py cannot read
            continue
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if isinstance(value, str | int | float | np.generic) or (
            isinstance(value, np.ndarray) and value.dtype.kind in "iufS" and value.size <= _MOST_WORDS
        ):
            told[key] = value
    return told
