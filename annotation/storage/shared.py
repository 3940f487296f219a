"""The store that is a bucket, with a cache on each machine."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from annotation.errors import StorageAway, StorageRefused
from annotation.storage.bucket import Bucket
from annotation.storage.cache import Cache
from annotation.storage.entries import Entry, is_hidden, matcher

SMALL = 16 * 2**20  # bytes of a raster that is fetched whole for a window


class SharedStore:
    """A bucket that all machines share; paths are those of this machine's cache."""

    def __init__(self, bucket: Bucket, cache: Cache) -> None:
        """Put a cache before a bucket."""
        self.bucket, self.cache = bucket, cache

    def keep(self, path: Path) -> None:
        """Upload it, and count it as cached from then on."""
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and not file.name.startswith("."):
                name = self._name(file)
                self.cache.mark(name, self.bucket.put(name, file), file.stat().st_size)

    def hand_over(self, path: Path) -> None:
        """Upload it, and remove it here."""
        self.keep(path)
        self.cache.remove(self._name(path))

    def borrow(self, path: Path) -> Path:
        """Download it and leave it without a mark."""
        name = self._name(self.fetch(path))
        self.cache.unmark(name)
        return path

    def write(self, path: Path, data: bytes) -> None:
        """Upload it first: here it must never be newer than there."""
        name = self._name(path)
        with self.cache.alone(name):
            tag = self.bucket.put_bytes(name, data)
            with self.cache.coming(name) as file:
                file.write(data)
            self.cache.mark(name, tag, len(data))

    def touch(self, path: Path) -> bool:
        """Leave it: an object is as old as its content."""
        return False

    def fetch(self, path: Path) -> Path:
        """Download it unless it lies here."""
        name = self._name(path)
        if not self.cache.tag(name) and not path.exists():
            with self.cache.alone(name):
                if not path.exists():  # nobody was faster
                    self._download(name)
        return path

    def window(self, path: Path, size: int) -> Path:
        """Download it if it is small, and name its place in the bucket if it is large and not here."""
        name = self._name(path)
        if size <= SMALL or self.cache.tag(name) or path.exists():
            return self.fetch(path)
        return self.bucket.raster(name)

    def refresh(self, path: Path) -> Path:
        """Download it unless the same version lies here."""
        name = self._name(path)
        with self.cache.alone(name):
            if not self._download(name, unless=self.cache.tag(name)):
                self.cache.remove(name)
        return path

    def read(self, path: Path) -> bytes:
        """Download it to memory."""
        data = io.BytesIO()
        self.bucket.get(self._name(path), data)
        return data.getvalue()

    def opened(self, path: Path) -> IO[bytes]:
        """Open the object."""
        return self.bucket.opened(self._name(path))

    def size(self, path: Path) -> int | None:
        """Ask the bucket."""
        return self.bucket.size(self._name(path))

    def remove(self, path: Path) -> None:
        """Remove it from the bucket, then here."""
        name = self._name(path)
        self.bucket.remove([name, *(one.name for one in self.bucket.listed(f"{name}/"))])
        self.cache.remove(name)

    def entries(self, folder: Path, pattern: str) -> Iterator[Entry]:
        """List the bucket."""
        prefix, wanted = self._prefix(folder), matcher(pattern)
        for one in self.bucket.listed(prefix):
            rest = one.name[len(prefix) :]
            if not is_hidden(rest) and wanted.fullmatch(rest):
                yield Entry(self.cache.path(one.name), one.size, one.modified)

    def below(self, path: Path) -> Iterator[Entry]:
        """List the bucket."""
        name = self._name(path)
        for one in self.bucket.listed(name):
            if one.name == name or one.name.startswith(f"{name}/"):
                yield Entry(self.cache.path(one.name), one.size, one.modified)

    def folders(self, folder: Path) -> list[str]:
        """List the bucket."""
        return self.bucket.folders(self._prefix(folder))

    @contextmanager
    def working(self, folder: Path) -> Iterator[None]:
        """Hold it alone on this machine."""
        name = self._name(folder)
        with self.cache.holding(name):
            yield
            if folder.is_dir():
                self.cache.mark_folder(name)

    def forget_copy(self, folder: Path) -> None:
        """Remove it from the cache."""
        self.cache.remove(self._name(folder))

    def free_room(self) -> int:
        """Remove from the cache what was not asked for longest, and what killed processes left."""
        return self.cache.free_room() + self.cache.sweep()

    def trouble(self) -> str:
        """Ask the bucket whether it is there for us."""
        try:
            self.bucket.look()
        except (StorageAway, StorageRefused) as error:
            return str(error)
        return ""

    def _download(self, name: str, *, unless: str = "") -> bool:
        """Let the version of the bucket lie here, and return whether there is one."""
        try:
            with self.cache.coming(name) as file:
                tag = self.bucket.get(name, file, unless=unless)
                if tag is None:
                    raise _SameStillHere
                size = file.tell()
        except _SameStillHere:
            return True
        except FileNotFoundError:
            return False
        self.cache.mark(name, tag, size)
        return True

    def _name(self, path: Path) -> str:
        return path.relative_to(self.cache.root).as_posix()

    def _prefix(self, folder: Path) -> str:
        return "" if folder == self.cache.root else f"{self._name(folder)}/"


class _SameStillHere(Exception):
    """The version that lies here is the newest."""
