"""Storage: where finished files lie, a folder of this machine or a bucket that all machines share.

A file's name is its path below DATA_DIR. With a bucket that folder is only the cache of this machine: whoever reads
asks for the file first (`fetch`), whoever has finished one hands it over (`keep`), and only then may a row name it.
What lies under one name never changes, but for what is read with `refresh` and written with `write`: small things
that are made anew all the time. With a folder all of this costs nothing. docs/storage.md has the reasons.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import IO

from django.conf import settings

from annotation.storage.entries import Entry
from annotation.storage.local import LocalStore
from annotation.storage.store import Store
from annotation.storage.whole import write_whole

__all__ = [
    "Entry", "at_once", "below", "borrow", "entries", "fetch", "folders", "forget_copy", "free_room", "hand_over",
    "has", "is_shared", "keep", "opened", "read", "refresh", "remove", "size", "store", "touch", "trouble", "where",
    "window", "working", "write", "write_whole",
]  # fmt: skip

_AT_ONCE = 8
_running: ContextVar[tuple[ThreadPoolExecutor, list[Future[None]]] | None] = ContextVar("running", default=None)


def store() -> Store:
    """Return the store that the settings name."""
    if not settings.STORAGE_URL:
        return LocalStore(Path(settings.DATA_DIR))
    return _shared(settings.STORAGE_URL, settings.S3_ENDPOINT, Path(settings.DATA_DIR), settings.CACHE_GB)


@lru_cache(maxsize=8)
def _shared(url: str, endpoint: str, folder: Path, gigabytes: float) -> Store:
    from annotation.storage.bucket import Bucket  # noqa: PLC0415 (boto3 is an extra, and takes a third of a second)
    from annotation.storage.cache import Cache  # noqa: PLC0415
    from annotation.storage.shared import SharedStore  # noqa: PLC0415

    return SharedStore(Bucket(url, endpoint), Cache(folder, int(gigabytes * 2**30)))


def is_shared() -> bool:
    """Return whether DATA_DIR is only the cache of this machine."""
    return bool(settings.STORAGE_URL)


def where() -> str:
    """Return where files lie, in words."""
    return settings.STORAGE_URL or "DATA_DIR"


def keep(path: Path) -> None:
    """Hand over a finished file, or each in a folder; it is in the store when this returns."""
    store().keep(path)


def hand_over(path: Path) -> None:
    """Keep a file that another machine will read, and no longer here."""
    store().hand_over(path)


def borrow(path: Path) -> Path:
    """Fetch a file that is worked on until somebody removes it, however long that takes."""
    return store().borrow(path)


def write(path: Path, data: bytes) -> None:
    """Write a small file, in the place of one of its name, whole or not at all."""
    if (running := _running.get()) is None:
        store().write(path, data)
    else:
        pool, writes = running
        writes.append(pool.submit(store().write, path, data))


@contextmanager
def at_once() -> Iterator[None]:
    """Let the files that are written inside go to a bucket side by side; all of them are there at the end."""
    if not is_shared():
        yield
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        writes: list[Future[None]] = []
        token = _running.set((pool, writes))
        try:
            yield
        finally:
            _running.reset(token)
        for write in writes:
            write.result()


def touch(path: Path) -> bool:
    """Make a file as young as a new one; False where it has to be written (once more) for that."""
    return store().touch(path)


def fetch(path: Path) -> Path:
    """Return a path at which the file can be read, if there is one; what lies under its name never changes."""
    return store().fetch(path)


def window(path: Path, size: int) -> Path:
    """Return what windows of a GeoTIFF of ours, of so many bytes, can be read from at once: a path, or a place."""
    return store().window(path, size)


def refresh(path: Path) -> Path:
    """Return a path at which the newest file of that name can be read, if there is one."""
    return store().refresh(path)


def read(path: Path) -> bytes:
    """Return what a file holds, past the cache.

    Raises:
        FileNotFoundError: there is none.
    """
    return store().read(path)


def opened(path: Path) -> IO[bytes]:
    """Open a file for reading from its beginning on, past the cache.

    Raises:
        FileNotFoundError: there is none.
    """
    return store().opened(path)


def has(path: Path) -> bool:
    """Return whether there is such a file."""
    return store().size(path) is not None


def size(path: Path) -> int | None:
    """Return how many bytes a file has; None where there is none."""
    return store().size(path)


def remove(path: Path) -> None:
    """Remove a file, or a folder with all in it; what is gone already is no fault."""
    store().remove(path)


def entries(folder: Path, pattern: str = "**") -> Iterator[Entry]:
    """Yield the finished files below a folder whose path from there matches a pattern such as '*/*.npy'."""
    return store().entries(folder, pattern)


def below(path: Path) -> Iterator[Entry]:
    """Yield a finished file, or all in a folder."""
    return store().below(path)


def folders(folder: Path) -> list[str]:
    """Return the names of the folders in a folder."""
    return store().folders(folder)


def working(folder: Path) -> AbstractContextManager[None]:
    """Hold a folder in which this machine works out something from what the store has, such as arrays from their parts.

    It is the machine's own, and may be gone whenever nobody has held it for hours.
    """
    return store().working(folder)


def forget_copy(folder: Path) -> None:
    """Remove such a folder here; what the store has stays."""
    store().forget_copy(folder)


def free_room() -> int:
    """Make the cache as small as it should be, and return how many bytes that freed."""
    return store().free_room()


def trouble() -> str:
    """Return what keeps the store from being used, and what to do; '' if nothing does."""
    return store().trouble()
