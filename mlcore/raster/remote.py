"""Rasters that lie elsewhere, read window by window: our own in a bucket, and stacks of files on other people's hosts.

A file of a stranger never comes here, whatever it is called or names: what is remote is told by its type, which our own
storage alone makes, and only a GeoTIFF is looked for there. GDAL itself talks to our bucket alone; what it reads of
other hosts is fetched by `mlcore.remote`.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import PosixPath
from typing import Any

from rasterio.session import Session

Login = Callable[[], Mapping[str, str]]  # GDAL's options that say who we are, as they are now

OPTIONS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".tif",
    "CPL_VSIL_CURL_NON_CACHED": "/vsis3/",  # else an answer of 403 is remembered for as long as the process lives
    "GDAL_INGESTED_BYTES_AT_OPEN": "65536",
    "GDAL_HTTP_MERGE_CONSECUTIVE_RANGES": "YES",
    "GDAL_HTTP_MULTIRANGE": "YES",
    "GDAL_HTTP_CONNECTTIMEOUT": "5",
    "GDAL_HTTP_TIMEOUT": "20",
    "GDAL_HTTP_MAX_RETRY": "2",
    "GDAL_HTTP_RETRY_DELAY": "0.3",
    "AWS_EC2_METADATA_DISABLED": "true",  # who we are is told
}


class Told(Session):  # type: ignore[misc]  # rasterio tells no types
    """GDAL's options that say who we are, kept from where other rasters are opened."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._options = dict(options)

    @property
    def credentials(self) -> dict[str, str]:
        """Return them."""
        return self._options

    def get_credential_options(self) -> dict[str, str]:
        """Return them."""
        return self._options


class RemoteRaster(PosixPath):
    """A raster of our own in a bucket; its content never changes."""

    login: Login

    @classmethod
    def of(cls, bucket: str, key: str, login: Login) -> "RemoteRaster":
        """Return the raster in `bucket` under `key`."""
        made = cls(f"/vsis3/{bucket}/{key}")
        made.login = login
        return made


class Elsewhere(PosixPath):
    """A small file of ours that says which remote files a raster consists of; it opens them itself."""

    shift: tuple[float, float] | None = None  # of its own pixels, by which it is moved

    @abstractmethod
    def opened(self) -> AbstractContextManager[Any]:
        """Open it for reading, with what is asked of a dataset."""
