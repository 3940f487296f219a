"""Lazy buffers: a mapping of a Zarr store's files that reads each when it is asked for."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any


class LazyBuffers(MutableMapping[str, Any]):
    """What zarr takes for a dict of buffers; it can only be read."""

    def __init__(self, names: Mapping[str, str], read: Callable[[str], bytes]) -> None:
        """Remember the names, and how one is read."""
        self.names, self.read = names, read

    def __getitem__(self, key: str) -> Any:
        """Return a file's content."""
        from zarr.core.buffer import default_buffer_prototype

        if key not in self.names:
            raise KeyError(key)
        return default_buffer_prototype().buffer.from_bytes(self.read(key))

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self.names)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.names)

    def __setitem__(self, key: str, value: Any) -> None:
        """Refuse to write."""
        raise TypeError("This store is read only.")

    def __delitem__(self, key: str) -> None:
        """Refuse to delete."""
        raise TypeError("This store is read only.")
