"""Sources: one remote GeoTIFF, opened for reading and never for longer; GDAL sees bytes that were fetched for it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

import rasterio
from rasterio._err import CPLE_BaseError
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from mlcore.errors import MLCoreError, UnreadableFile, UnsafeFile
from mlcore.raster.directories import check_directories_of
from mlcore.raster.opening import MAGIC_BYTES, driver_of
from mlcore.remote import Pinned, RangeFile

_OPTIONS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "-",  # GDAL itself asks nobody
}
_DAMAGED = (RasterioError, CPLE_BaseError, UnicodeDecodeError)


def check_start(pinned: Pinned, start: bytes) -> None:
    """Refuse a remote file that does not begin as a GeoTIFF does.

    Raises:
        UnsafeFile: it is something else, whatever it is called.
    """
    if driver_of(start[:MAGIC_BYTES]) != "GTiff":
        raise UnsafeFile(
            f"{pinned.named} is no GeoTIFF: nothing else is read from other hosts, and what refers to further files "
            "least of all."
        )


def check_table(pinned: Pinned) -> None:
    """Refuse a remote GeoTIFF with a monstrous table of contents."""
    file = RangeFile(pinned)
    check_directories_of(cast(BinaryIO, file), pinned.named)
    if file.fault:
        raise file.fault


class Source:
    """A remote GeoTIFF that is open; its handle would not outlive the thread that opened it, which closes it."""

    def __init__(self, pinned: Pinned) -> None:
        """Open it.

        Raises:
            RemoteChanged, RemoteAway, RemoteGone, NotReachable: as reading of it meets them.
            UnsafeFile: it is none any more.
            UnreadableFile: it is damaged.
        """
        self.pinned = pinned
        self._files = list[RangeFile]()
        first = RangeFile(pinned)
        start = first.read(MAGIC_BYTES)
        if first.fault:
            raise first.fault
        check_start(pinned, start)
        name = hashlib.sha256(f"{pinned}".encode()).hexdigest()[:32]
        with self.reading(), rasterio.Env(**_OPTIONS):
            self.dataset: DatasetReader = rasterio.open(
                f"/remote/{name}.tif", driver="GTiff", opener=self._opener, sharing=False
            )

    def _opener(self, path: str, mode: str = "rb") -> RangeFile:  # called by these names
        self._files.append(RangeFile(self.pinned))
        return self._files[-1]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let what goes wrong in the body be told by its cause, which the library knows nothing of."""
        try:
            yield
        except _DAMAGED as error:
            if fault := self._fault():
                raise fault from error
            raise UnreadableFile(f"{self.pinned.named} is damaged or truncated.") from error
        if fault := self._fault():  # the library went on without what it did not get
            raise fault

    def _fault(self) -> MLCoreError | None:
        return next((file.fault for file in self._files if file.fault), None)

    def close(self) -> None:
        """Close it."""
        self.dataset.close()
