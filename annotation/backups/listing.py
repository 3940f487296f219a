"""Listing: what a bucket holds at one moment. Nothing of it is copied into a backup, which says so."""

from collections.abc import Iterator
from pathlib import Path

from annotation import storage


class Listing:
    """The files of a bucket, in the place of pins."""

    def __init__(self, data: Path) -> None:
        """Take the folder below which their names are told."""
        self.data = self.home = data
        self._names = set[Path]()

    def take(self) -> None:
        """List what is there now, besides what was there before."""
        self._names |= {entry.path.relative_to(self.data) for entry in storage.entries(self.data)}

    def __contains__(self, path: Path) -> bool:
        """Return whether the bucket has a file."""
        return path in self._names

    def __iter__(self) -> Iterator[Path]:
        """Yield what is to be copied: nothing."""
        return iter(())
