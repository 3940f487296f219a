"""Images of labels: class codes out of small GeoTIFFs and PNGs, with limits on what is decoded."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.io import MemoryFile

from mlcore.errors import FileTooLarge, UnreadableFile, UnsafeFile
from mlcore.raster.opening import driver_of

MOST_SIDE = 20_000  # px
MOST_PIXELS = 100_000_000


def pixels_of(content: bytes, name: str) -> NDArray[Any]:
    """Return the one band [H, W] of an image.

    Raises:
        UnsafeFile, UnreadableFile, FileTooLarge: it is no raster that is read, damaged, of several bands, or huge.
    """
    driver = driver_of(content[:16])
    if driver is None:
        raise UnsafeFile(f"{name} is no image that is read; masks are GeoTIFF or PNG files.")
    try:
        with MemoryFile(content) as memory, memory.open(driver=driver) as dataset:
            if max(dataset.shape) > MOST_SIDE or dataset.width * dataset.height > MOST_PIXELS:
                raise FileTooLarge(f"{name} has {dataset.width} x {dataset.height} px; cut it into tiles.")
            if dataset.count != 1:
                raise UnreadableFile(f"{name} has {dataset.count} bands; a mask is one band of class codes.")
            pixels: NDArray[Any] = dataset.read(1)
            return pixels
    except RasterioError as error:
        raise UnreadableFile(f"{name} is damaged ({error}); write it again.") from error


def is_whole_numbers(pixels: NDArray[Any]) -> bool:
    """Return whether pixels are codes, and not measured amounts."""
    return bool(np.issubdtype(pixels.dtype, np.integer))
