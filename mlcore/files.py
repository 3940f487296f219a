"""Files: what is a plain file of this machine, and how it begins, asked before any library opens it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlcore.errors import UnreadableFile, UnsafeFile


def check_plain(path: Path) -> os.stat_result:
    """Return the status of a plain local file.

    Raises:
        UnsafeFile: a link, folder, device, pipe, or a name that a library would take for a place elsewhere.
        UnreadableFile: there is no such file.
    """
    absolute = os.path.abspath(path)
    if absolute.startswith("/vsi") or "\0" in absolute:
        raise UnsafeFile(f"{path} is not a local file; download it first and give the file itself.")
    try:
        status = os.lstat(absolute)
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be opened: {error.strerror}.") from error
    if not stat.S_ISREG(status.st_mode):
        raise UnsafeFile(f"{path.name} is a link, folder or device; give the file itself.")
    return status


def first_bytes(path: Path, count: int) -> bytes:
    """Return how a plain local file begins; less than `count` bytes of a shorter one.

    Raises:
        UnsafeFile, UnreadableFile: as `check_plain`, or it may not be read.
    """
    check_plain(path)
    try:
        with path.open("rb") as file:
            return file.read(count)
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be opened: {error.strerror}.") from error


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield where to write a file that appears whole, when the body is done, or not at all."""
    partial = path.with_name(path.name + ".partial")
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
