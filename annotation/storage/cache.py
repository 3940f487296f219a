"""The cache of a bucket on this machine: bounded, least recently used first, safe between processes.

Beside the files lies a mark for each that the bucket has, too: it holds the tag of the version, and its time says when
the file was last asked for. Only what has a mark is ever removed, so nothing that is still being made is lost; what
somebody has open stays readable for them, as the system keeps it until it is closed.
"""

import fcntl
import os
import shutil
import time
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO

from annotation.storage.whole import write_whole

_WHOLE = ".whole"  # marks the folder that it is in
MARKS, LOCKS = ".stored", ".locks"
_OURS = {MARKS, LOCKS}
_AT_ONCE = 64  # locks
_IN_WORK = 6 * 3600.0  # seconds in which a job may still read what it found in a folder
_JUST_NOW = 60.0  # seconds in which whoever asked for a file has surely opened it
_LOOK_EVERY, _LOOK_NOT_BEFORE = 60.0, 5.0  # seconds; other processes add, too, and a look at many files takes a second
_LEFTOVERS = 24 * 3600.0  # seconds; nothing that is still being made is older


class Cache:
    """A folder with copies of what a bucket has, below the same names."""

    def __init__(self, root: Path, limit: int) -> None:
        """Take the folder, and how many bytes may lie there."""
        self.root, self.limit = root, limit
        self._marks = root / MARKS
        self._used, self._looked = 0, -_LOOK_EVERY

    def path(self, name: str) -> Path:
        """Return where a file lies, or would."""
        return self.root / name

    def tag(self, name: str) -> str:
        """Return the tag of the version that is here and note that it is asked for; '' if none is."""
        mark = self._marks / name
        try:
            tag = mark.read_text()
            os.utime(mark)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return ""
        return tag if self.path(name).exists() else ""

    def mark_folder(self, name: str) -> None:
        """Note that a folder was worked in, which may be removed whole when room is short."""
        self.mark(f"{name}/{_WHOLE}", "", 0)

    def mark(self, name: str, tag: str, size: int) -> None:
        """Note that the bucket has the version that lies here, so that it may be removed when room is short."""
        mark = self._marks / name
        mark.parent.mkdir(parents=True, exist_ok=True)
        write_whole(mark, tag.encode())
        self._used += size
        since = time.monotonic() - self._looked
        if since > _LOOK_EVERY or (self._used > self.limit and since > _LOOK_NOT_BEFORE):
            self.free_room()

    def unmark(self, name: str) -> None:
        """Let a file stay until somebody removes it."""
        (self._marks / name).unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Remove a file, or a folder with all in it."""
        for path in (self._marks / name, self.path(name)):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)

    def alone(self, name: str) -> AbstractContextManager[None]:
        """Hold a file alone, among the threads and processes of this machine; a file of another name perhaps waits."""
        return self._locked(str(zlib.crc32(name.encode()) % _AT_ONCE))

    def holding(self, name: str, *, wait: bool = True) -> AbstractContextManager[None]:
        """Hold a folder alone; without `wait` whoever finds it held gets a BlockingIOError."""
        return self._locked(name.replace("/", "-"), wait=wait)

    @contextmanager
    def _locked(self, lock: str, *, wait: bool = True) -> Iterator[None]:
        folder = self.root / LOCKS
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / lock).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield

    @contextmanager
    def coming(self, name: str) -> Iterator[IO[bytes]]:
        """Yield a file that takes its name once it is whole; whoever fails leaves nothing."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".part-{os.getpid()}-{time.monotonic_ns()}")
        try:
            with part.open("xb") as file:
                yield file
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)

    def free_room(self) -> int:
        """Remove what was not asked for longest until all fits, and return how many bytes that freed."""
        self._looked, freed = time.monotonic(), 0
        kept = sorted(self._marked())
        self._used = sum(size for _, size, _ in kept)
        for asked, size, name in kept:
            if self._used <= self.limit or asked > time.time() - _JUST_NOW:
                break
            if self._may_go(name, asked):
                self.remove(name)
                self._used -= size
                freed += size
        return freed

    def _may_go(self, name: str, asked: float) -> bool:
        """Return whether nobody works in it, where it is a folder."""
        if not self.path(name).is_dir():
            return True
        try:
            with self.holding(name, wait=False):
                return asked < time.time() - _IN_WORK
        except BlockingIOError:
            return False

    def sweep(self, *, older_than: float = _LEFTOVERS) -> int:
        """Remove what killed processes left, old files that the bucket never got; return how many bytes that freed."""
        limit, freed = time.time() - older_than, 0
        for folder, folders, names in os.walk(self.root):
            at = Path(folder).relative_to(self.root)
            worked_in = {each for each in folders if (self._marks / at / each / _WHOLE).is_file()}
            folders[:] = set(folders) - worked_in - _OURS
            for name in names:
                path = Path(folder, name)
                with suppress(FileNotFoundError):
                    if not (self._marks / at / name).is_file() and path.lstat().st_mtime < limit:
                        freed += _bytes(path)
                        path.unlink()
        return freed

    def _marked(self) -> Iterator[tuple[float, int, str]]:
        """Yield moment of the last use, bytes and name of each file or folder with a mark."""
        for folder, _, names in os.walk(self._marks):
            for mark in (Path(folder, name) for name in names):
                name = (mark.parent if mark.name == _WHOLE else mark).relative_to(self._marks).as_posix()
                with suppress(FileNotFoundError):
                    yield mark.stat().st_mtime, _bytes(self.root / name), name


def _bytes(path: Path) -> int:
    """Return the room that a file or folder takes."""
    files = [one for one in path.rglob("*") if one.is_file()] if path.is_dir() else [path]
    total = 0
    for file in files:
        with suppress(FileNotFoundError):
            stat = file.lstat()
            total += min(stat.st_size, stat.st_blocks * 512) if stat.st_blocks else stat.st_size
    return total
