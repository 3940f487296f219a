"""Masks: class-index images kept once each, under the hash of their classes."""

import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from PIL import Image

from annotation.errors import NotFound
from mlcore.raster.write import encode_mask_png

Mask = NDArray[np.uint8]  # [H, W] class codes, 0 where nothing is said


def store_mask(classes: Mask) -> str:
    """Keep a mask and return its content hash; an equal one is kept once."""
    height, width = classes.shape
    # of the classes, not of the PNG, whose bytes change with the compressor's version
    sha256 = hashlib.sha256(f"{height} {width} ".encode() + np.ascontiguousarray(classes).tobytes()).hexdigest()
    path = mask_file(sha256)
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, encode_mask_png(classes))
    return sha256


def load_mask(sha256: str) -> Mask:
    """Return the mask with this content hash."""
    try:
        with Image.open(mask_file(sha256), formats=("PNG",)) as image:
            return np.array(image, dtype=np.uint8)
    except FileNotFoundError:
        raise NotFound(f"The mask {sha256[:12]} is missing from the data folder; restore it from a backup.") from None


def mask_file(sha256: str) -> Path:
    """Return the path of a mask: an 8-bit greyscale PNG of class codes."""
    return Path(settings.DATA_DIR) / "masks" / sha256[:2] / f"{sha256}.png"


def count_pixels(classes: Mask) -> dict[int, int]:
    """Return how many pixels each class has, the unlabelled left out."""
    codes, counts = np.unique(classes[classes > 0], return_counts=True)
    return {int(code): int(count) for code, count in zip(codes, counts, strict=True)}


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all, whenever the process is killed."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as part:
        part.write(data)
    try:
        os.replace(part.name, path)
    except OSError:
        Path(part.name).unlink(missing_ok=True)
        raise
