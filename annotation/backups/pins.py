"""Pins: hard links to every file of DATA_DIR, which keep what is there from being lost while it is copied."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from annotation.backups.archive import Writer

PREFIX = ".backup-"
_FLAGS = "present"  # of vectors: which rows count; changed in place, so copied, and before the vectors themselves


class Pins:
    """The pinned files of a data folder, in a folder of their own inside it."""

    def __init__(self, data: Path, home: Path) -> None:
        """Take `home`, a new folder on the file system of `data`, for the links."""
        self.data, self.home = data, home

    def take(self) -> None:
        """Pin what is there now; what was pinned before and replaced since is pinned anew."""
        self._take(Path())

    def __contains__(self, path: Path) -> bool:
        """Return whether a file, relative to the data folder, is pinned."""
        return (self.home / path).is_file()

    def __iter__(self) -> Iterator[Path]:
        """Yield the pinned files, relative to the data folder, in an order that is always the same."""
        for folder, folders, files in os.walk(self.home):
            folders.sort()
            yield from (Path(folder, name).relative_to(self.home) for name in sorted(files))

    def size(self, path: Path) -> int:
        """Return how many bytes a pinned file has."""
        return (self.home / path).stat().st_size

    def copy(self, path: Path, archive: Writer, name: str) -> None:
        """Add a pinned file to an archive."""
        archive.add(self.home / path, name)

    def _take(self, folder: Path) -> None:
        """Pin a folder; names that begin with a dot are half written, or ours."""
        target = self.home / folder
        if _is_of_vectors(folder) and target.exists():
            return  # an array and its flags are pinned in one go
        target.mkdir(exist_ok=True)
        for entry in sorted(_entries(self.data / folder), key=lambda entry: (entry.name != _FLAGS, entry.name)):
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                self._take(folder / entry.name)
            elif entry.is_file():
                _pin(Path(entry.path), target / entry.name)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:  # removed in this moment
        return []


def _is_of_vectors(folder: Path) -> bool:
    return len(folder.parts) == 4 and folder.parts[2] == "vectors"


def _pin(source: Path, target: Path) -> None:
    try:
        if target.exists():
            if os.path.samefile(source, target):
                return
            target.unlink()
        _link(source, target)
    except FileNotFoundError:  # removed in this moment: whoever is named and not pinned is asked for later
        return


def _link(source: Path, target: Path) -> None:
    if source.name != _FLAGS:
        try:
            os.link(source.resolve(), target)
            return
        except FileNotFoundError:
            raise
        except OSError:  # another file system, or one without hard links
            pass
    shutil.copy2(source, target)
