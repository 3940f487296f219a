"""Writing of class masks: GeoTIFFs with exact placement and colours, and the 8-bit PNGs that the browser paints."""

import io
import os
import struct
import tempfile
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from PIL import Image

from mlcore.errors import BadMask
from mlcore.raster.cog import BLOCK, finish

Classes = NDArray[np.uint8] | NDArray[np.uint16]  # [H, W] class codes
Colour = tuple[int, int, int]  # red, green, blue, 0..255

_PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
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
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".mask-") as folder:
        scratch, done = Path(folder) / "scratch.tif", Path(folder) / "done.tif"
        with rasterio.open(
            scratch,
            "w",
            driver="GTiff",
            height=classes.shape[0],
            width=classes.shape[1],
            count=1,
            dtype=classes.dtype,
            nodata=nodata,
            tiled=True,
            blockxsize=BLOCK,
            blockysize=BLOCK,
            **placed,
        ) as target:
            target.write(classes, 1)
            target.write_colormap(1, {code: (*colour, 255) for code, colour in colours.items()})
            target.set_band_description(1, "class")
            target.update_tags(1, **{f"CLASS_{code}": name for code, name in names.items()})
        finish(scratch, done)
        os.replace(done, path)


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
