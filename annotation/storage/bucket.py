"""The bucket: objects of an S3 server by name; length and checksum of what comes are compared, and faults are words."""

import hashlib
import logging
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.client import Config
from botocore.exceptions import ClientError

from annotation.errors import StorageAway
from annotation.storage.faults import Truncated, in_words
from mlcore.raster.remote import RemoteRaster

logging.getLogger("botocore").setLevel(logging.WARNING)  # it tells at each start where the key was seen

PATIENCE = {"connect_timeout": 5, "read_timeout": 20}  # seconds
RETRIES = {"mode": "standard", "total_max_attempts": 4}
_BLOCK = 2**20
_PARTED = 64 * 2**20  # bytes from which on a file goes up in parts
_TRIES = 4  # at one download
_SUM = "sha256"  # under which an object bears the checksum of what was handed over
_AT_ONCE = 1000  # deletions


@dataclass(frozen=True)
class Listed:
    """An object as a listing tells it."""

    name: str
    size: int
    modified: float


class Bucket:
    """A bucket, or what lies below a prefix of it; may be shared by threads and inherited by forks."""

    def __init__(self, url: str, endpoint: str = "") -> None:
        """Take 's3://bucket/prefix', and the address of a server other than Amazon's."""
        self.url, self.endpoint = url, endpoint
        self.bucket, self.prefix = parted(url)

    def put(self, name: str, source: Path) -> str:
        """Store a file, and return the tag of this version."""
        with source.open("rb") as file:
            told = {"Metadata": {_SUM: hashlib.file_digest(file, "sha256").hexdigest()}}
            with in_words(self.url):
                if source.stat().st_size < _PARTED:
                    file.seek(0)
                    put = self._client.put_object(Bucket=self.bucket, Key=self._key(name), Body=file, **told)
                    return str(put["ETag"])
                config = TransferConfig(multipart_threshold=_PARTED, multipart_chunksize=_PARTED // 4)
                self._client.upload_file(str(source), self.bucket, self._key(name), ExtraArgs=told, Config=config)
                return str(self._client.head_object(Bucket=self.bucket, Key=self._key(name))["ETag"])

    def put_bytes(self, name: str, data: bytes) -> str:
        """Store what a small file holds, and return the tag of this version."""
        told = {_SUM: hashlib.sha256(data).hexdigest()}
        with in_words(self.url):
            put = self._client.put_object(Bucket=self.bucket, Key=self._key(name), Body=data, Metadata=told)
            return str(put["ETag"])

    def get(self, name: str, target: IO[bytes], *, unless: str = "") -> str | None:
        """Write an object to a file that is empty, and return its tag; None if that is `unless`.

        Raises:
            FileNotFoundError: there is none.
            StorageAway: it does not come whole, however often it is asked for.
        """
        for _ in range(_TRIES - 1):
            with suppress(Truncated):
                return self._get(name, target, unless)
            time.sleep(0.1)
        try:
            return self._get(name, target, unless)
        except Truncated as fault:
            raise StorageAway(f"{fault} Nothing is lost there; try again in a minute.") from fault

    def opened(self, name: str) -> IO[bytes]:
        """Open an object for reading from its beginning on.

        Raises:
            FileNotFoundError: there is none.
        """
        with in_words(self.url):
            body: IO[bytes] = self._client.get_object(Bucket=self.bucket, Key=self._key(name))["Body"]
            return body

    def size(self, name: str) -> int | None:
        """Return how many bytes an object has; None where there is none."""
        try:
            with in_words(self.url):
                return int(self._client.head_object(Bucket=self.bucket, Key=self._key(name))["ContentLength"])
        except FileNotFoundError:
            return None

    def listed(self, prefix: str) -> Iterator[Listed]:
        """Yield the objects whose names begin with a prefix, in the order of their names."""
        with in_words(self.url):
            for page in self._pages(prefix):
                for one in page.get("Contents", ()):
                    yield Listed(one["Key"][len(self.prefix) :], one["Size"], one["LastModified"].timestamp())

    def folders(self, prefix: str) -> list[str]:
        """Return what names that begin with a prefix have between it and the next slash."""
        with in_words(self.url):
            pages = self._pages(prefix, Delimiter="/")
            shared = [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", ())]
        return sorted(key[len(self._key(prefix)) :].rstrip("/") for key in shared)

    def remove(self, names: list[str]) -> None:
        """Delete objects; those that are gone already are no fault."""
        with in_words(self.url):
            for start in range(0, len(names), _AT_ONCE):
                keys = [{"Key": self._key(name)} for name in names[start : start + _AT_ONCE]]
                self._client.delete_objects(Bucket=self.bucket, Delete={"Objects": keys, "Quiet": True})

    def look(self) -> None:
        """Ask whether the bucket is there and lets us list it; whatever is wrong is raised."""
        with in_words(self.url):
            self._client.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix, MaxKeys=1)

    def raster(self, name: str) -> RemoteRaster:
        """Name a GeoTIFF so that windows of it can be read where it lies."""
        return RemoteRaster.of(self.bucket, self._key(name), self._login)

    def _login(self) -> dict[str, str]:
        """Return who we are in GDAL's words."""
        server = urlsplit(self.endpoint)
        key = _session_of(os.getpid()).get_credentials().get_frozen_credentials()
        told = {
            "AWS_ACCESS_KEY_ID": key.access_key,
            "AWS_SECRET_ACCESS_KEY": key.secret_key,
            "AWS_SESSION_TOKEN": key.token or "",
            "AWS_REGION": self._client.meta.region_name,
        }
        if not self.endpoint:
            return told
        https = "YES" if server.scheme == "https" else "NO"
        return told | {"AWS_S3_ENDPOINT": server.netloc, "AWS_HTTPS": https, "AWS_VIRTUAL_HOSTING": "FALSE"}

    def _get(self, name: str, target: IO[bytes], unless: str) -> str | None:
        condition = {"IfNoneMatch": unless} if unless else {}
        target.seek(0)
        target.truncate()
        try:
            with in_words(self.url):
                got = self._client.get_object(Bucket=self.bucket, Key=self._key(name), **condition)
                digest = hashlib.sha256()
                for block in got["Body"].iter_chunks(_BLOCK):
                    digest.update(block)
                    target.write(block)
        except ClientError:  # which leaves `in_words` where the version is the one that is known
            return None
        target.flush()
        if target.tell() != got["ContentLength"] or digest.hexdigest() != got["Metadata"].get(_SUM, digest.hexdigest()):
            raise Truncated(f"{name} came damaged from the storage.")
        return str(got["ETag"])

    def _key(self, name: str) -> str:
        return self.prefix + name

    def _pages(self, prefix: str, **more: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_objects_v2")
        yield from pages.paginate(Bucket=self.bucket, Prefix=self._key(prefix), **more)

    @property
    def _client(self) -> Any:  # noqa: ANN401 (boto3 makes its classes as it runs)
        return _client_of(os.getpid(), self.endpoint)


def parted(url: str) -> tuple[str, str]:
    """Part 's3://bucket/prefix' into bucket and 'prefix/'.

    Raises:
        ValueError: it is no such address.
    """
    split = urlsplit(url)
    if split.scheme != "s3" or not split.netloc or split.query or split.fragment or ".." in split.path.split("/"):
        raise ValueError(f"STORAGE_URL is {url!r}; write s3://BUCKET or s3://BUCKET/PREFIX.")
    path = split.path.strip("/")
    return split.netloc, f"{path}/" if path else ""


@lru_cache(maxsize=2)
def _session_of(_process: int) -> Any:  # noqa: ANN401
    return boto3.session.Session()


@lru_cache(maxsize=4)
def _client_of(process: int, endpoint: str) -> Any:  # noqa: ANN401
    """Return a client of this process: connections that a fork inherits must not be used by both."""
    config = Config(
        **PATIENCE,
        retries=RETRIES,
        max_pool_connections=16,
        # servers other than Amazon's need not know the newest checksums; ours is in the object's own words
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if endpoint else "auto"},
    )
    return _session_of(process).client("s3", endpoint_url=endpoint or None, config=config)
