"""Writing of labels: GeoTIFFs of classes or numbers, exactly placed, and the 8-bit PNGs that browsers paint."""

import io
import os
import struct
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from PIL import Image
from rasterio.io import DatasetWriter

from mlcore.errors import BadMask
from mlcore.raster.cog import BLOCK, finish

Classes = NDArray[np.uint8] | NDArray[np.uint16]  # [H, W] class codes
Colour = tuple[int, int, int]  # red, green, blue, 0..255

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_START = _PNG_SIGNATURE + b"\x00\x00\x00\rIHDR"
_LAYOUT = {"driver": "GTiff", "count": 1, "tiled": True, "blockxsize": BLOCK, "blockysize": BLOCK}
_GREY_8_BIT = (8, 0)  # bit depth, colour type


def write_mask(  # noqa: PLR0913 - pixels, place and meaning of a file
    path: Path,
    classes: Classes,
    grid_transform: Affine,
    crs: str | None,
    *,
    colours: dict[int, Colour],
    names: dict[int, str],
    nodata: int = 0,
) -> None:
    """Write class codes [H, W] as a cloud-optimised GeoTIFF with colour table, and names as tags CLASS_<code>.

    Raises:
        BadMask: not two-dimensional uint8 or uint16.
    """
    if classes.ndim != 2 or classes.dtype not in (np.uint8, np.uint16):
        raise BadMask(f"A mask is a [H, W] array of uint8 or uint16, not {classes.dtype} {classes.shape}.")
    placed = {"crs": crs, "transform": grid_transform} if crs else {}
    profile = {"dtype": classes.dtype, "nodata": nodata, **placed}

    def fill(file: DatasetWriter) -> None:
        # Before the pixels: what is set after them moves the file's directory behind them.
        file.write_colormap(1, {code: (*colour, 255) for code, colour in colours.items()})
        file.set_band_description(1, "class")
        file.update_tags(1, **{f"CLASS_{code}": name for code, name in names.items()})
        file.write(classes, 1)

    _write(path, classes.shape, profile, fill)


def write_numbers(
    path: Path, numbers: NDArray[np.float32], grid_transform: Affine, crs: str | None, *, tags: Mapping[str, str]
) -> None:
    """Write real numbers [H, W], NaN where there is none, as a cloud-optimised GeoTIFF with tags of its band.

    Raises:
        BadMask: not two-dimensional float32.
    """
    if numbers.ndim != 2 or numbers.dtype != np.float32:
        raise BadMask(f"Numbers of a raster are a [H, W] array of float32, not {numbers.dtype} {numbers.shape}.")
    placed = {"crs": crs, "transform": grid_transform} if crs else {}

    def fill(file: DatasetWriter) -> None:
        file.set_band_description(1, tags.get("name", "number"))
        file.update_tags(1, **tags)
        file.write(numbers, 1)

    _write(path, numbers.shape, {"dtype": numbers.dtype, "nodata": float("nan"), **placed}, fill)


def _write(path: Path, shape: tuple[int, ...], profile: dict[str, Any], fill: Callable[[DatasetWriter], None]) -> None:
    """Write a file of one band whole or not at all; one block needs no overviews, and is in order as it is."""
    small = max(shape) <= BLOCK
    done = path.with_name(f".mask-{uuid.uuid4().hex}.tif")
    scratch = done if small else done.with_suffix(".scratch.tif")
    profile = {**_LAYOUT, "height": shape[0], "width": shape[1], "compress": "DEFLATE" if small else None, **profile}
    try:
        with rasterio.open(scratch, "w", **profile) as file:
            fill(file)
        if not small:
            finish(scratch, done)
        os.replace(done, path)
    finally:
        for part in (scratch, done):
            part.unlink(missing_ok=True)


def encode_mask_png(classes: Classes) -> bytes:
    """Return class codes [H, W] below 256 as an 8-bit greyscale PNG.

    Raises:
        BadMask: a code above 255.
    """
    if classes.size and int(classes.max()) > 255:
        raise BadMask(f"A mask image holds class codes up to 255, found {int(classes.max())}; export GeoTIFF instead.")
    buffer = io.BytesIO()
    Image.fromarray(classes.astype(np.uint8), "L").save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def is_plain_png(data: bytes) -> bool:
    """Return whether a PNG that can be read holds pixels row by row and nothing else: no remark, no second file."""
    at, names = len(_PNG_SIGNATURE), []
    while at + 12 <= len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        names.append(name)
        at += 12 + length
    interlaced = data[28:29] != b"\0"
    return at == len(data) and not interlaced and set(names[1:-1]) == {b"IDAT"} and names[-1] == b"IEND"


def decode_mask_png(data: bytes, *, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the class codes in an 8-bit greyscale PNG of exactly `size` (height, width).

    The header is checked before anything is decoded, so that a small file cannot unfold to gigabytes.

    Raises:
        BadMask: another format, bit depth, colour type or size, or damaged.
    """
    height, width = size
    if len(data) < 33 or not data.startswith(_PNG_START):
        raise BadMask("The mask is not a PNG image.")
    columns, rows, *kind = struct.unpack(">IIBB", data[16:26])
    if (rows, columns) != size:
        raise BadMask(f"The mask has {columns} x {rows} px, the tile has {width} x {height}.")
    if tuple(kind) != _GREY_8_BIT:
        raise BadMask("The mask must be an 8-bit greyscale PNG without alpha or palette, one class code per pixel.")
    if len(data) > 2 * height * width + 65536:
        raise BadMask(f"The mask takes {len(data):,} bytes for {width} x {height} px; remove its metadata.")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            return np.array(image, dtype=np.uint8)
    except (OSError, SyntaxError, ValueError) as error:
        raise BadMask(f"The mask image is damaged: {error}.") from error
