"""Rasters: files of chips and masks as arrays."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rasterio.io import MemoryFile


def pixels_of(data: bytes) -> NDArray[np.generic]:
    """Return all bands of a GeoTIFF [bands, rows, columns], as stored."""
    with MemoryFile(data) as file, file.open() as dataset:
        pixels: NDArray[np.generic] = dataset.read()
        return pixels


def mask_of(data: bytes) -> NDArray[np.uint8]:
    """Return the numbers of an 8-bit grey PNG [rows, columns]."""
    return np.asarray(Image.open(io.BytesIO(data), formats=("PNG",)).convert("L"))
