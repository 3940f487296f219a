"""Ranges: a remote file of which parts are read; its size and its tag are pinned, so that a change is noticed."""

import io
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mlcore.errors import FileTooLarge, MLCoreError, NotReachable, RemoteAway, RemoteChanged
from mlcore.remote.fetching import Answer, fetch
from mlcore.remote.hosts import hosts_of, policy

CHUNK = 2**17  # bytes that are fetched and kept together
_KEPT = 96 * 2**20  # bytes of chunks, of all files of a process
_MOST_AT_ONCE = 256  # chunks of one request
_START = 2**16  # bytes of the first look
_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")
_PARTIAL = 206


@dataclass(frozen=True)
class Pinned:
    """A remote file as it was when it was added."""

    url: str
    size: int  # bytes
    etag: str = ""
    modified: str = ""  # as its host says it

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready, the inverse of `from_dict`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Pinned":
        """Rebuild what `to_dict` told."""
        return cls(str(data["url"]), int(data["size"]), str(data["etag"]), str(data["modified"]))

    @property
    def named(self) -> str:
        """Return what people call it: the last part of its address, and its host."""
        name = self.url.partition("?")[0].rstrip("/").rpartition("/")[2]
        return f"{name[:100]} at {', '.join(hosts_of([self.url]))}"


def pin(url: str) -> tuple[Pinned, bytes]:
    """Ask for the beginning of a file, and return what it is now, and how it begins.

    Raises:
        NotReachable: it is not to be read, or its host gives no parts of files.
        RemoteGone, RemoteAway: as `fetch`.
        FileTooLarge: it is larger than is read.
    """
    asked = {"Range": f"bytes=0-{_START - 1}"}
    answer = fetch(url, most=_START, headers=asked)
    told = _RANGE.fullmatch(answer.headers.get("content-range", ""))
    if answer.status != _PARTIAL or told is None:
        raise NotReachable(
            f"{', '.join(hosts_of([url]))} gives no parts of files, so that windows cannot be read; download the file "
            "and upload it."
        )
    first, last, size = map(int, told.groups())
    if first != 0 or len(answer.body) != last + 1:
        raise RemoteAway(f"{', '.join(hosts_of([url]))} gave another part than was asked for; it is tried again.")
    if size > policy().most_file:
        raise FileTooLarge(
            f"{Pinned(url, size).named} has {size >> 30:,} GB; at most {policy().most_file >> 30} are read."
        )
    return Pinned(url, size, answer.headers.get("etag", ""), answer.headers.get("last-modified", "")), answer.body


class _Chunks:
    """The chunks that were fetched last, of all files; threads share them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Pinned, int], bytes] = OrderedDict()
        self._size = 0

    def get(self, file: Pinned, number: int) -> bytes | None:
        with self._lock:
            if (chunk := self._kept.get((file, number))) is not None:
                self._kept.move_to_end((file, number))
            return chunk

    def put(self, file: Pinned, number: int, chunk: bytes) -> None:
        with self._lock:
            self._size += len(chunk) - len(self._kept.pop((file, number), b""))
            self._kept[file, number] = chunk
            while self._size > _KEPT:
                self._size -= len(self._kept.popitem(last=False)[1])

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0


chunks = _Chunks()


class RangeFile(io.RawIOBase):
    """A pinned file as a library reads one; its faults are kept, since a library's own words would hide them."""

    def __init__(self, pinned: Pinned) -> None:
        """Begin at the first byte; nothing is asked for yet."""
        self.pinned = pinned
        self.fault: MLCoreError | None = None
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return which byte is read next."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.pinned.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Return bytes; none after a fault, which `fault` tells."""
        end = self.pinned.size if size < 0 else min(self.pinned.size, self._at + size)
        if self.fault or end <= self._at:
            return b""
        try:
            data = self._between(self._at, end)
        except MLCoreError as error:
            self.fault = error
            return b""
        self._at += len(data)
        return data

    def _between(self, start: int, end: int) -> bytes:
        first, last = start // CHUNK, (end - 1) // CHUNK
        have = {number: chunk for number in range(first, last + 1) if (chunk := chunks.get(self.pinned, number))}
        for low, high in _runs([number for number in range(first, last + 1) if number not in have]):
            have |= self._fetched(low, high)
        data = b"".join(have[number] for number in range(first, last + 1))
        return data[start - first * CHUNK : end - first * CHUNK]

    def _fetched(self, low: int, high: int) -> dict[int, bytes]:
        start, end = low * CHUNK, min(self.pinned.size, (high + 1) * CHUNK)
        answer = fetch(self.pinned.url, most=end - start, headers={"Range": f"bytes={start}-{end - 1}"})
        self._check(answer, start, end)
        told = {low + at: answer.body[at * CHUNK : (at + 1) * CHUNK] for at in range(high - low + 1)}
        for number, chunk in told.items():
            chunks.put(self.pinned, number, chunk)
        return told

    def _check(self, answer: Answer, start: int, end: int) -> None:
        told = _RANGE.fullmatch(answer.headers.get("content-range", ""))
        size = int(told[3]) if told else -1
        marks = ((self.pinned.etag, "etag"), (self.pinned.modified, "last-modified"))
        mark, header = next(((mark, header) for mark, header in marks if mark), ("", ""))
        if (told and size != self.pinned.size) or (mark and answer.headers.get(header, mark) != mark):
            raise RemoteChanged(
                f"{self.pinned.named} has changed since it was added: remove the scene, and add it again."
            )
        if answer.status != _PARTIAL or told is None or (int(told[1]), int(told[2])) != (start, end - 1):
            raise RemoteAway(f"{self.pinned.named} came as another part than was asked for; it is tried again.")
        if len(answer.body) != end - start:
            raise RemoteAway(f"{self.pinned.named} came shortened; it is tried again.")


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of numbers that follow each other."""
    while numbers:
        count = 1
        while count < min(len(numbers), _MOST_AT_ONCE) and numbers[count] == numbers[0] + count:
            count += 1
        yield numbers[0], numbers[count - 1]
        numbers = numbers[count:]
