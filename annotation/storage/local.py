"""The store that is a folder: a file's name is its path, so nothing is ever copied."""

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO

from annotation.storage.entries import Entry, is_hidden, matcher
from annotation.storage.whole import write_whole


class LocalStore:
    """A folder that all processes see."""

    def __init__(self, root: Path) -> None:
        """Point to the folder; it need not exist yet."""
        self.root = root

    def keep(self, path: Path) -> None:
        """Leave it where it is."""

    def hand_over(self, path: Path) -> None:
        """Leave it where it is."""

    def borrow(self, path: Path) -> Path:
        """Return the path itself."""
        return path

    def write(self, path: Path, data: bytes) -> None:
        """Write it whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)

    def touch(self, path: Path) -> bool:
        """Set its time, if it is there."""
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        return True

    def fetch(self, path: Path) -> Path:
        """Return the path itself."""
        return path

    def window(self, path: Path, size: int) -> Path:
        """Return the path itself."""
        return path

    def refresh(self, path: Path) -> Path:
        """Return the path itself."""
        return path

    def read(self, path: Path) -> bytes:
        """Return what it holds."""
        return path.read_bytes()

    def opened(self, path: Path) -> IO[bytes]:
        """Open it."""
        return path.open("rb")

    def size(self, path: Path) -> int | None:
        """Return its size."""
        return path.stat().st_size if path.is_file() else None

    def remove(self, path: Path) -> None:
        """Remove it."""
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)

    def entries(self, folder: Path, pattern: str) -> Iterator[Entry]:
        """Walk the folder."""
        wanted = matcher(pattern)
        for place, inside, names in os.walk(folder):
            inside[:] = [name for name in inside if not name.startswith(".")]
            for path in (Path(place, name) for name in sorted(names)):
                name = path.relative_to(folder).as_posix()
                if not is_hidden(name) and wanted.fullmatch(name):
                    yield from _entry(path)

    def below(self, path: Path) -> Iterator[Entry]:
        """Look at the path."""
        return self.entries(path, "**") if path.is_dir() else _entry(path)

    def folders(self, folder: Path) -> list[str]:
        """Look into the folder."""
        try:
            with os.scandir(folder) as entries:
                return sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
        except FileNotFoundError:
            return []

    def working(self, folder: Path) -> AbstractContextManager[None]:
        """Hold nothing: what is worked out here is the only one there is."""
        return nullcontext()

    def forget_copy(self, folder: Path) -> None:
        """Remove nothing: it is no copy."""

    def free_room(self) -> int:
        """Free nothing: a folder is no cache."""
        return 0

    def trouble(self) -> str:
        """Find none."""
        return ""


def _entry(path: Path) -> Iterator[Entry]:
    """Yield what a file is; nothing of one that is gone in this moment."""
    try:
        stat = path.lstat()
    except FileNotFoundError:
        return
    taken = min(stat.st_size, stat.st_blocks * 512) if stat.st_blocks else stat.st_size  # arrays have holes
    yield Entry(path, taken, stat.st_mtime)
