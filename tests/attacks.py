"""Attacks: small files that would hold or fill a server, made by code; each is a name and its bytes."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import rasterio

from tests.rasters import ramp, write_raster

Entry = tuple[int, int, int, bytes]  # tag, type, count, content
_BYTES = {1: 1, 2: 1, 3: 2, 4: 4}
_MEGABYTE = bytes(2**20)


def _short(tag: int, value: int) -> Entry:
    return tag, 3, 1, struct.pack("<H", value)


def _long(tag: int, value: int) -> Entry:
    return tag, 4, 1, struct.pack("<I", value)


def tiff(width: int, height: int, *more: Entry, pixels: bytes = b"\x07", compression: int = 1) -> bytes:
    """Return a TIFF of one strip of one 8-bit band, with further tags."""
    entries = [
        _long(256, width), _long(257, height), _short(258, 8), _short(259, compression), _short(262, 1),
        _long(273, 8), _short(277, 1), _long(278, height), _long(279, len(pixels)), *more,
    ]  # fmt: skip
    place = 8 + len(pixels) + len(pixels) % 2
    head, contents = struct.pack("<H", len(entries)), b""
    after = place + 2 + 12 * len(entries) + 4
    for tag, kind, count, content in sorted(entries):
        inline = content.ljust(4, b"\0") if len(content) <= 4 else struct.pack("<I", after + len(contents))
        head += struct.pack("<HHI", tag, kind, count) + inline
        contents += content if len(content) > 4 else b""
    body = b"II*\0" + struct.pack("<I", place) + pixels + b"\0" * (len(pixels) % 2)
    return body + head + bytes(4) + contents


def many_directories(count: int = 100_000) -> bytes:
    """Return a TIFF of many pages, all of which show the same pixels."""
    image = bytearray(tiff(16, 16, pixels=bytes(range(256))))
    (place,) = struct.unpack_from("<I", image, 4)
    (entries,) = struct.unpack_from("<H", image, place)
    size = 2 + 12 * entries
    page = bytes(image[place : place + size])
    first = len(image)
    struct.pack_into("<I", image, place + size, first)
    steps = (first + (number + 1) * (size + 4) for number in range(count))
    pages = b"".join(page + struct.pack("<I", step) for step in steps)
    return bytes(image) + pages[:-4] + bytes(4)


def a_loop_of_directories() -> bytes:
    """Return a TIFF whose first page is followed by itself."""
    image = bytearray(tiff(16, 16, pixels=bytes(range(256))))
    (place,) = struct.unpack_from("<I", image, 4)
    (entries,) = struct.unpack_from("<H", image, place)
    struct.pack_into("<I", image, place + 2 + 12 * entries, place)
    return bytes(image)


def much_metadata(items: int = 40_000) -> bytes:
    """Return a TIFF with megabytes of items of metadata."""
    text = "".join(f'<Item name="ITEM_NUMBER_{number:06}">a value of some length</Item>' for number in range(items))
    content = f"<GDALMetadata>{text}</GDALMetadata>".encode() + b"\0"
    return tiff(16, 16, (42112, 2, len(content), content), pixels=bytes(range(256)))


def one_vast_strip(side: int = 20_000) -> bytes:
    """Return a TIFF that is one strip, which has to be unfolded whole."""
    return tiff(side, side, pixels=zlib.compress(_MEGABYTE), compression=8)


def a_vast_hole(folder: Path) -> bytes:
    """Return a TIFF of gigabytes in which nothing is stored."""
    path = folder / "hole.tif"
    layout = {"tiled": True, "sparse_ok": True, "crs": "EPSG:32632", "transform": (10, 0, 5e5, 0, -10, 5e6)}
    with rasterio.open(path, "w", "GTiff", 20_000, 20_000, 1, dtype="float32", **layout) as dataset:
        dataset.write(np.ones((1, 16, 16), np.float32), window=((0, 16), (0, 16)))
    return path.read_bytes()


def a_vast_png(side: int = 22_000) -> bytes:
    """Return a PNG of one colour."""
    packer = zlib.compressobj(9)
    block = packer.compress(_MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    head, repeated = block[:2], block[2:]
    pixels = head + repeated * (side * (side + 1) // 2**20 + 1)

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def a_vast_jp2(folder: Path, side: int = 22_000) -> bytes:
    """Return a JPEG 2000 image whose header says that it is vast."""
    small = write_raster(folder / "small.jp2", ramp(1, 64, 64), driver="JP2OpenJPEG", crs=None).read_bytes()
    changed = bytearray(small)
    sizes = small.index(b"\xff\x51") + 6  # of the picture, its offset, its tiles
    struct.pack_into(">IIIIII", changed, sizes, side, side, 0, 0, side, side)
    struct.pack_into(">II", changed, small.index(b"ihdr") + 4, side, side)
    return bytes(changed)


def a_vast_jpeg(folder: Path, side: int = 65_000) -> bytes:
    """Return a JPEG whose header says that it is vast."""
    small = write_raster(folder / "small.jpg", ramp(1, 64, 64), driver="JPEG", crs=None).read_bytes()
    changed = bytearray(small)
    struct.pack_into(">HH", changed, small.index(b"\xff\xc0") + 5, side, side)
    return bytes(changed)


def _archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def a_zip_bomb() -> bytes:
    """Return an archive of images that are zeros."""
    return _archive({f"{number}.tif": bytes(30 * 2**20) for number in range(4)})


def a_zip_of_junk(count: int = 2000) -> bytes:
    """Return an archive of things that are called images."""
    return _archive({f"{number}.png": b"x" for number in range(count)})


def a_zip_of_names(count: int = 30_000) -> bytes:
    """Return an archive that is a table of contents and nothing else."""
    entries = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name
        for name in (f"{number:06}.png".encode() for number in range(count))
    )
    start = b"PK\3\4" + bytes(26)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(entries), len(start), 0)
    return start + entries + end


# what it is called, how it is made, and whether words refuse it at once
ATTACKS: dict[str, tuple[str, Callable[[Path], bytes], str]] = {
    "many directories": ("a.tif", lambda _: many_directories(), "more than 1,000 pages"),
    "directories in a loop": ("a.tif", lambda _: a_loop_of_directories(), "more than 1,000 pages"),
    "much metadata": ("a.tif", lambda _: much_metadata(), "more than 10,000 items of metadata"),
    "one vast strip": ("a.tif", lambda _: one_vast_strip(), "nearly all of it is empty|in one block|truncated"),
    "a vast hole": ("a.tif", a_vast_hole, "nearly all of it is empty"),
    "a vast PNG": ("a.png", lambda _: a_vast_png(), "nearly all of it is empty"),
    "a vast JPEG 2000": ("a.jp2", a_vast_jp2, "nearly all of it is empty|damaged"),
    "a vast JPEG": ("a.jpg", a_vast_jpeg, "a side may have 50000 px"),
    "a zip bomb": ("a.zip", lambda _: a_zip_bomb(), "times its size; pack real images"),
    "a zip of junk": ("a.zip", lambda _: a_zip_of_junk(), ""),
    "a zip of names": ("a.zip", lambda _: a_zip_of_names(), ""),
}
