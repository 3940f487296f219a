"""Zarr: folders or archives of chunks, whose words are checked before the library that unpacks them sees any."""

import json
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mlcore.containers.container import Bundle
from mlcore.containers.stores import MOST_ARRAYS, Store, Variable
from mlcore.errors import FileTooLarge, NotInstalled, UnreadableFile, UnsafeFile
from mlcore.files import check_plain

SIGNS = (".zgroup", ".zarray", "zarr.json")
_WORDS = (*SIGNS, ".zattrs")
_CODECS = {
    "blosc", "zlib", "gzip", "lz4", "zstd", "bz2", "lzma", "shuffle", "delta", "fixedscaleoffset", "bytes",
    "transpose", "crc32c", "crc32", "adler32", "fletcher32", "bitround",
}  # fmt: skip
_MOST_BYTES = 4 * 2**20  # of one text
_MOST_CHUNK = 256 * 2**20  # bytes, unpacked
_MOST_RATIO, _FREE = 1000, 64 * 2**20  # of a packed chunk to the same unpacked

Files = Mapping[str, Path]


class _Members:
    """The files of a store, in a folder or in a zip archive, by their paths below its root."""

    def __init__(self, bundle: Bundle) -> None:
        """Find the root: the highest folder with a sign."""
        check_plain(bundle.main)
        self.archive = zipfile.ZipFile(bundle.main) if len(bundle.members) == 1 else None
        self.paths = dict(bundle.members) if self.archive is None else {}
        names = (
            list(self.paths) if self.archive is None else [n for n in self.archive.namelist() if not n.endswith("/")]
        )
        signs = [name for name in names if posixpath.basename(name) in SIGNS]
        if not signs:
            raise UnreadableFile(f"{bundle.name} is no Zarr store: it has no .zgroup, .zarray or zarr.json.")
        root = min((posixpath.dirname(name) for name in signs), key=len)
        start = f"{root}/" if root else ""
        self.names = {name.removeprefix(start): name for name in names if name.startswith(start)}

    def read(self, name: str) -> bytes:
        """Return the content of a file, in bounds."""
        if self.archive is None:
            check_plain(self.paths[self.names[name]])
            content = self.paths[self.names[name]].read_bytes()
        else:
            item = self.archive.getinfo(self.names[name])
            if item.file_size > max(_FREE, _MOST_RATIO * item.compress_size) or item.file_size > _MOST_CHUNK:
                raise FileTooLarge(f"{name} would unpack to {item.file_size >> 20:,} MB; write smaller chunks.")
            content = self.archive.read(item)
        if len(content) > _MOST_CHUNK:
            raise FileTooLarge(f"{name} is a chunk of more than {_MOST_CHUNK >> 20} MB; write smaller ones.")
        return content

    def words(self, name: str) -> dict[str, Any]:
        """Return a text of the store as JSON."""
        content = self.read(name)
        if len(content) > _MOST_BYTES:
            raise FileTooLarge(f"{name} is longer than {_MOST_BYTES >> 20} MB.")
        told = json.loads(content)
        if not isinstance(told, dict):
            raise UnreadableFile(f"{name} is no description of a Zarr array.")
        return told


@contextmanager
def open_zarr(bundle: Bundle) -> Iterator[Store]:
    """Open a store.

    Raises:
        NotInstalled: zarr is missing.
        UnsafeFile: an array holds objects, which would run code, or needs an unknown codec.
        UnreadableFile, FileTooLarge: it is damaged, or too large.
    """
    try:
        import zarr
        from zarr.errors import BaseZarrError
    except ImportError as error:
        raise NotInstalled("Zarr stores need zarr: install Terrascribe with the extra 'zarr'.") from error
    try:
        members = _Members(bundle)
        arrays = _checked(members, bundle.name)
        root: Any = zarr.open(_memory_store(members), mode="r")
        variables = {}
        for key, words in arrays.items():
            array = root[key] if key else root
            variables[key or "data"] = _variable(key or "data", array, words)
        yield Store(bundle.name, variables, _attributes(members, ""))
    except (zipfile.BadZipFile, ValueError, KeyError, OSError, RuntimeError, TypeError, BaseZarrError) as error:
        raise UnreadableFile(f"{bundle.name} is damaged: {str(error)[:200]}.") from error


def _checked(members: _Members, name: str) -> dict[str, dict[str, Any]]:
    """Return the words of each array, once it is sure that nothing in them is dangerous."""
    arrays = {}
    for path in members.names:
        folder, base = posixpath.split(path)
        if base == ".zarray" or (base == "zarr.json" and members.words(path).get("node_type") == "array"):
            words = members.words(path)
            _check(words, folder or "data", name)
            arrays[folder] = words
    if len(arrays) > MOST_ARRAYS:
        raise FileTooLarge(f"{name} holds more than {MOST_ARRAYS:,} arrays.")
    return arrays


def _check(words: Mapping[str, Any], key: str, name: str) -> None:
    text = json.dumps(words)
    kind = words.get("dtype") or words.get("data_type")
    if not isinstance(kind, str) or kind.startswith("|O") or "object" in text or "pickle" in text:
        raise UnsafeFile(f"{name} holds objects in {key}, which could run code when they are read; keep numbers only.")
    for codec in _codecs(words):
        if codec.removeprefix("numcodecs.") not in _CODECS:
            raise UnreadableFile(f"{name} packs {key} with {codec[:40]!r}, which is not read here; use zstd or gzip.")
    chunks = words.get("chunks") or words.get("chunk_grid", {}).get("configuration", {}).get("chunk_shape", [])
    size = 8
    for side in chunks:
        size *= int(side)
    if size > _MOST_CHUNK:
        raise FileTooLarge(f"{name} stores {key} in chunks of more than {_MOST_CHUNK >> 20} MB; write it anew.")


def _codecs(words: Mapping[str, Any]) -> list[str]:
    listed = [words.get("compressor"), *(words.get("filters") or []), *(words.get("codecs") or [])]
    return [str(item.get("id") or item.get("name")).lower() for item in listed if isinstance(item, dict)]


def _memory_store(members: _Members) -> Any:
    """Return a store of zarr's that reads single files of ours when they are asked for."""
    from zarr.storage import MemoryStore

    from mlcore.containers.lazy import LazyBuffers

    return MemoryStore(LazyBuffers(members.names, members.read), read_only=True)


def _variable(key: str, array: Any, words: Mapping[str, Any]) -> Variable:
    attributes = dict(array.attrs)
    dims = attributes.get("_ARRAY_DIMENSIONS") or words.get("dimension_names") or []
    named = tuple(str(dim or "") for dim in dims) if len(dims) == array.ndim else ("",) * array.ndim
    fill = words.get("fill_value")
    if "_FillValue" not in attributes and fill not in (None, 0, "NaN", False):
        attributes["_FillValue"] = fill
    return Variable(key, tuple(array.shape), str(array.dtype), named, attributes, array.__getitem__)


def _attributes(members: _Members, folder: str) -> dict[str, Any]:
    for base in (".zattrs", "zarr.json"):
        name = posixpath.join(folder, base)
        if name in members.names:
            told = members.words(name)
            return dict(told.get("attributes", {}) if base == "zarr.json" else told)
    return {}
