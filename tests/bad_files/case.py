"""A bad file: what is sent, and what its sender must be told."""

import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """Files that go together, and words of the answer: what is wrong, or what to do."""

    name: str
    files: dict[str, bytes]
    words: str  # a regular expression


def case(name: str, content: bytes | str, words: str, *, file: str = "") -> Case:
    """Return a case of one file."""
    data = content.encode() if isinstance(content, str) else content
    return Case(name, {file or name: data}, words)


def written(name: str, write: Callable[[Path], object]) -> bytes:
    """Return what a function writes to a path of this name."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / name)
        return (Path(folder) / name).read_bytes()


def patched(data: bytes, at: int, new: bytes) -> bytes:
    """Return bytes with others in the place of some."""
    return data[:at] + new + data[at + len(new) :]


def zipped(members: dict[str, bytes | str]) -> bytes:
    """Return an archive."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()
