"""Mounts: folders of this machine whose files are read where they lie, as far as the operator allows it.

Only what lies in one of MOUNTED_FOLDERS, with every link followed, is ever opened. Files there are never written or
removed. Whoever reads one asks first whether it is still the file that was taken in.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.conf import settings

from annotation.errors import BadUpload, FileChanged, NotFound

MOST_SHOWN = 2000  # entries of a folder
_NO_PATH = (OSError, RuntimeError, ValueError)  # gone, not ours to read; links in a circle; no text


@dataclass(frozen=True)
class MountedEntry:
    """A file or folder in a root, as people see it."""

    path: str  # with the root's name first
    name: str
    is_folder: bool
    size: int  # bytes of a file
    modified: float  # seconds since 1970


def roots() -> dict[str, Path]:
    """Return the folders that may be read, with every link followed, by the names that people see."""
    return {name: Path(folder).resolve() for name, folder in settings.MOUNTED_FOLDERS.items()}


def resolve(text: str) -> Path:
    """Return the file or folder of a path such as 'archive/2021/scene.tif', with every link followed.

    Raises:
        NotFound: there is none in a root, or it leads out of it.
    """
    parts = PurePosixPath(text).parts
    known = roots()
    if not parts or parts[0] not in known or "\0" in text or ".." in parts:
        raise NotFound(f"{text[:200]!r} lies in no mounted folder; there are {', '.join(known) or 'none'}.")
    root = known[parts[0]]
    with suppress(*_NO_PATH):
        path = root.joinpath(*parts[1:]).resolve(strict=True)
        if path.is_relative_to(root):
            return path
    raise NotFound(f"There is no {text[:200]!r} in the mounted folders.")


def allowed(path: Path) -> Path:
    """Return a path of this machine with every link followed, if it lies in a root.

    Raises:
        BadUpload: it doesn't; the message says how that is allowed.
    """
    real = path.resolve()
    if not any(real.is_relative_to(root) for root in roots().values()):
        raise BadUpload(f"{path} lies in no mounted folder: name its folder in MOUNTED_FOLDERS, or take a copy in.")
    return real


def listed(text: str) -> list[MountedEntry]:
    """Return what lies in a folder, folders first; the roots for ''.

    Raises:
        NotFound: there is no such folder.
    """
    if not text.strip("/"):
        there = ((name, folder) for name, folder in roots().items() if folder.is_dir())
        return [MountedEntry(name, name, True, 0, folder.stat().st_mtime) for name, folder in there]
    folder = resolve(text)
    if not folder.is_dir():
        raise NotFound(f"{text[:200]!r} is no folder.")
    entries = sorted(_entries(text.strip("/"), folder), key=lambda entry: (not entry.is_folder, entry.name.lower()))
    return entries[:MOST_SHOWN]


def _entries(text: str, folder: Path) -> Iterator[MountedEntry]:
    root = roots()[PurePosixPath(text).parts[0]]
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(*_NO_PATH):
                entry.name.encode()
                real = Path(entry.path).resolve(strict=True)
                if entry.name.startswith(".") or not real.is_relative_to(root):
                    continue
                stat, is_folder = real.stat(), real.is_dir()
                size = 0 if is_folder else stat.st_size
                yield MountedEntry(f"{text}/{entry.name}", entry.name, is_folder, size, stat.st_mtime)


def still_there(path: Path, size: int, mtime: int | None) -> Path:
    """Return a file that was taken in where it lies, if it is the same one.

    Raises:
        FileChanged: it is gone, was changed, or lies where nothing may be read any more.
    """
    try:
        stat = path.stat()
        if path.resolve(strict=True) != path or not any(path.is_relative_to(root) for root in roots().values()):
            raise FileChanged(f"{path.name} lies in no mounted folder any more: ask the operator for MOUNTED_FOLDERS.")
    except _NO_PATH:
        raise FileChanged(f"{path.name} is gone from its mounted folder: put it back, or remove the scene.") from None
    if (stat.st_size, stat.st_mtime_ns) != (size, mtime):
        raise FileChanged(
            f"{path.name} was changed in its mounted folder since it was taken in: put the old one back, or remove "
            "the scene and take the new file in."
        )
    return path
