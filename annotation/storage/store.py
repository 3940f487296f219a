"""What a store can do; the functions of the package say what each verb means."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol

from annotation.storage.entries import Entry


class Store(Protocol):
    """Where finished files lie; paths are those below DATA_DIR."""

    def keep(self, path: Path) -> None:
        """Hand over a finished file or folder."""

    def hand_over(self, path: Path) -> None:
        """Keep a file that is not read here."""

    def borrow(self, path: Path) -> Path:
        """Fetch a file that stays until it is removed."""

    def write(self, path: Path, data: bytes) -> None:
        """Write a small file in the place of one of its name."""

    def touch(self, path: Path) -> bool:
        """Make a file as young as a new one, if that is possible."""

    def fetch(self, path: Path) -> Path:
        """Return where a file that never changes can be read."""

    def window(self, path: Path, size: int) -> Path:
        """Return what windows of a raster can be read from at once."""

    def refresh(self, path: Path) -> Path:
        """Return where the newest file of a name can be read."""

    def read(self, path: Path) -> bytes:
        """Return what a file holds."""

    def opened(self, path: Path) -> IO[bytes]:
        """Open a file for reading."""

    def size(self, path: Path) -> int | None:
        """Return the bytes of a file, None without one."""

    def remove(self, path: Path) -> None:
        """Remove a file or folder."""

    def entries(self, folder: Path, pattern: str) -> Iterator[Entry]:
        """Yield the files below a folder that match."""

    def below(self, path: Path) -> Iterator[Entry]:
        """Yield a file, or all in a folder."""

    def folders(self, folder: Path) -> list[str]:
        """Return the folders in a folder."""

    def working(self, folder: Path) -> AbstractContextManager[None]:
        """Hold a folder of this machine's own."""

    def forget_copy(self, folder: Path) -> None:
        """Remove a folder of this machine's own."""

    def free_room(self) -> int:
        """Return how many bytes of a cache were freed."""

    def trouble(self) -> str:
        """Return what keeps it from being used."""
