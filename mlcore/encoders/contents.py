"""Contents: what a weights file says that it holds, told without loading it and without running anything in it."""

import pickletools
import re
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from safetensors import SafetensorError, safe_open

from mlcore.errors import BadCheckpoint

LARGEST_BYTES = 4 * 1024**3
_LARGEST_INDEX = 16 * 1024**2  # bytes of names, shapes and notes
_ADVICE = "save its tensors as a .safetensors file, or as a plain state dict (torch.save(model.state_dict(), ...))"
# What a pickle of plain tensors calls; anything else would run code of whoever made the file.
_PLAIN = re.compile(
    r"collections OrderedDict|torch\._utils _rebuild_(tensor_v2|parameter)|torch\.storage (Untyped|Typed)Storage"
    r"|torch (\w*Storage|Size|u?int\d+|b?float\d+|half|double|bool)"
)
_CALLS = ("GLOBAL", "STACK_GLOBAL", "INST", "OBJ", "NEWOBJ_EX", "EXT1", "EXT2", "EXT4")
_BROKEN = (OSError, ValueError, IndexError, KeyError, EOFError, OverflowError, NotImplementedError, struct.error)


@dataclass(frozen=True)
class Contents:
    """The names of a file's tensors, and the notes that it carries."""

    names: frozenset[str]
    metadata: Mapping[str, str] = field(default_factory=dict)


def read_contents(path: Path) -> Contents:
    """Return what a weights file holds: safetensors, or a .pt file of plain tensors.

    Raises:
        BadCheckpoint: it is damaged or too large, is something else, or a pickle that would run code.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise BadCheckpoint(f"{path.name} is larger than {LARGEST_BYTES // 1024**3} GB.")
        with path.open("rb") as file:
            start = file.read(8)
        if start[:4] == b"PK\x03\x04":
            return _zipped(path)
        if path.suffix == ".safetensors":
            return _safetensors(path, start)
    except (*_BROKEN, zipfile.BadZipFile, SafetensorError, RuntimeError) as error:
        raise BadCheckpoint(f"{path.name} is damaged: {str(error)[:200]}.") from error
    if start[:1] == b"\x80":
        raise BadCheckpoint(f"{path.name} is a bare pickle, which could run code, and isn't loaded; {_ADVICE}.")
    raise BadCheckpoint(f"{path.name} is neither a .safetensors file nor one that torch.save wrote.")


def _safetensors(path: Path, start: bytes) -> Contents:
    if len(start) < 8 or int.from_bytes(start, "little") > _LARGEST_INDEX:
        raise BadCheckpoint(f"{path.name} is damaged: its header is cut, or larger than any of real weights.")
    with safe_open(path, framework="np") as file:
        return Contents(frozenset(file.keys()), file.metadata() or {})


def _zipped(path: Path) -> Contents:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if any(member.compress_type != zipfile.ZIP_STORED for member in members):
            raise BadCheckpoint(f"{path.name} is a compressed archive, which torch.save doesn't write; {_ADVICE}.")
        pickles = [member for member in members if member.filename.endswith("data.pkl")]
        if len(pickles) != 1 or pickles[0].file_size > _LARGEST_INDEX:
            raise BadCheckpoint(f"{path.name} isn't what torch.save writes; {_ADVICE}.")
        return Contents(_names(archive.read(pickles[0]), path.name))


def _names(pickled: bytes, name: str) -> frozenset[str]:
    """Return the texts in a pickle, of which tensors' names are a part; it is taken apart, not run."""
    texts = set[str]()
    for operation, argument, _ in pickletools.genops(pickled):
        if operation.name in _CALLS and not _PLAIN.fullmatch(str(argument)):
            raise BadCheckpoint(
                f"{name} needs a pickle that could run code ({str(argument or operation.name)[:80]}) and isn't "
                f"loaded; {_ADVICE}."
            )
        if isinstance(argument, str):
            texts.add(argument)
    return frozenset(texts)
