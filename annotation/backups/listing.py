"""Listing: what a bucket holds at one moment, copied into a backup if that is asked for."""

import io
from collections.abc import Iterator
from pathlib import Path

from annotation import storage
from annotation.backups.archive import Writer

_SMALL = 2**24  # bytes; smaller files may be written anew while they are read, so that they are read in one go


class Listing:
    """The files of a bucket, in the place of pins."""

    def __init__(self, data: Path, *, copied: bool) -> None:
        """Take the folder below which their names are told."""
        self.data, self.copied = data, copied
        self._sizes = dict[Path, int]()

    def take(self) -> None:
        """List what is there now, besides what was there before."""
        self._sizes |= {entry.path.relative_to(self.data): entry.size for entry in storage.entries(self.data)}

    def __contains__(self, path: Path) -> bool:
        """Return whether the bucket has a file."""
        return path in self._sizes

    def __iter__(self) -> Iterator[Path]:
        """Yield what is to be copied, in an order that is always the same."""
        return iter(sorted(self._sizes) if self.copied else ())

    def size(self, path: Path) -> int:
        """Return how many bytes a file had when it was listed."""
        return self._sizes[path]

    def copy(self, path: Path, archive: Writer, name: str) -> None:
        """Add a file to an archive.

        Raises:
            FileNotFoundError: it was removed since it was listed.
        """
        place = self.data / path
        if self.size(path) <= _SMALL:
            data = storage.read(place)
            archive.add_stream(io.BytesIO(data), len(data), name)
            return
        with storage.opened(place) as file:
            archive.add_stream(file, self.size(path), name)
