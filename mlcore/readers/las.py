"""LAS and LAZ files on disk: opened only when the lengths and counts in their headers can be true."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from mlcore.errors import FileTooLarge, NotInstalled, UnreadableFile
from mlcore.files import check_plain
from mlcore.raster.info import DEFAULT_LIMITS, Limits

MAGIC = b"LASF"
_RECORDS = 10_000  # variable length records; real files have a dozen
_RECORD, _LONG_RECORD = 54, 60  # bytes of their headers


@contextmanager
def open_las(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Any]:
    """Open a point cloud as laspy's reader.

    Raises:
        NotInstalled: laspy is missing.
        UnsafeFile: not a plain local file.
        UnreadableFile: the file is no point cloud, damaged or truncated, or a later read in the body fails.
        FileTooLarge: it has more points than `limits`.
    """
    try:
        import laspy  # optional
    except ImportError as error:
        raise NotInstalled("Point clouds need laspy: install Terrascribe with the extra 'lidar'.") from error
    check_plain(path)
    try:
        with path.open("rb") as file:
            _check_lengths(file, path, limits)
            file.seek(0)
            # One thread of lazrs reads block by block; the parallel one believes the sizes in the table of blocks.
            yield laspy.LasReader(file, laz_backend=laspy.LazBackend.Lazrs)
    except (OSError, ValueError, RuntimeError, IndexError, struct.error, laspy.errors.LaspyException) as error:
        raise UnreadableFile(f"{path.name} is not a readable LAS or LAZ file: {error}.") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of the decompressor, written in Rust; it has no importable name
            raise
        raise UnreadableFile(f"{path.name} is damaged: its compressed points cannot be read.") from error


def _check_lengths(file: BinaryIO, path: Path, limits: Limits) -> None:
    """Refuse a header whose numbers would have a library loop or reserve memory without end."""
    size, head = path.stat().st_size, file.read(375)
    if not head.startswith(MAGIC) or len(head) < 227:
        raise UnreadableFile(f"{path.name} is not a readable LAS or LAZ file: it has no whole header.")
    minor = head[25]
    header_size, points_at, records = struct.unpack_from("<HII", head, 94)
    kind, length, count = struct.unpack_from("<BHI", head, 104)
    if minor >= 4:
        if len(head) < 375:
            raise UnreadableFile(f"{path.name} is truncated: its header is incomplete.")
        long_at, long_records, count = struct.unpack_from("<QIQ", head, 235)
        _check_long_records(file, path, long_at, long_records)
    if count > limits.max_points:
        raise FileTooLarge(f"{path.name} has {count:,} points; at most {limits.max_points:,} are read. Cut it.")
    if records > _RECORDS or header_size + records * _RECORD > points_at:
        raise UnreadableFile(f"{path.name} is damaged: its header announces {records:,} records that cannot be there.")
    compressed = kind & 0xC0 != 0
    least = points_at + (8 if compressed and count else 0 if compressed else count * length)
    if least > size:
        raise UnreadableFile(f"{path.name} is truncated: {least - size:,} bytes that it declares are missing.")
    if compressed and count:
        _check_blocks(file, path, points_at, count)


def _check_long_records(file: BinaryIO, path: Path, start: int, records: int) -> None:
    size = path.stat().st_size
    if records > _RECORDS:
        raise UnreadableFile(f"{path.name} is damaged: its header announces {records:,} records that cannot be there.")
    for _ in range(records):
        if start + _LONG_RECORD <= size:
            file.seek(start + 20)
            start += _LONG_RECORD + struct.unpack("<Q", file.read(8))[0]
        if start > size or start == 0:
            raise UnreadableFile(f"{path.name} is truncated: records behind its points are missing.")


def _check_blocks(file: BinaryIO, path: Path, points_at: int, count: int) -> None:
    """Check where the table of compressed blocks lies, and that it lists no more of them than there can be."""
    size = path.stat().st_size
    file.seek(points_at)
    table: int = struct.unpack("<q", file.read(8))[0]
    if table == -1:  # written to a stream: the last eight bytes say it
        file.seek(size - 8)
        table = struct.unpack("<q", file.read(8))[0]
    if not points_at + 8 <= table <= size - 8:
        raise UnreadableFile(f"{path.name} is truncated: the table of its compressed points is missing.")
    file.seek(table + 4)
    blocks: int = struct.unpack("<I", file.read(4))[0]
    if blocks == 0 or blocks > min(count, table - points_at):
        raise UnreadableFile(f"{path.name} is damaged: it announces {blocks:,} blocks of {count:,} points.")
