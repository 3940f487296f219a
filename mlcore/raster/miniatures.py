"""Miniatures: pictures that others made of a scene, checked, and written anew as small ones."""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from mlcore.errors import FileTooLarge, UnreadableFile

MEDIA_TYPE = "image/webp"
_FORMATS = ("PNG", "JPEG", "WEBP")
_QUALITY = 80
_MOST = 30_000_000  # pixels that are decoded


def write_miniature(source: Path, target: Path, side: int) -> tuple[int, int]:
    """Write a picture so that its longer side has at most `side` px, and return its width and height.

    Args:
        source: a PNG, JPEG or WebP, whatever it is called; of one that moves the first picture is taken.
        target: gets a WebP.
        side: px.

    Raises:
        FileTooLarge: it says that it has more pixels than are decoded.
        UnreadableFile: it is no such picture, or a damaged one.
    """
    try:
        with warnings.catch_warnings(), Image.open(source, formats=_FORMATS) as picture:
            warnings.simplefilter("ignore")  # of sizes: our own limit is lower
            if picture.width * picture.height > _MOST:
                raise FileTooLarge(f"A picture of {picture.width} x {picture.height} px is not shown.")
            picture.draft("RGB", (2 * side, 2 * side))  # a JPEG is decoded no larger than it must be
            small = _colours(picture)
            small.thumbnail((side, side))
            small.save(target, "WEBP", quality=_QUALITY)
            return small.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableFile(f"The picture is no PNG, JPEG or WebP, or a damaged one ({error}).") from error


def _colours(picture: Image.Image) -> Image.Image:
    """Return it in 8-bit colours, with its transparency; of 16 bits the upper ones."""
    if picture.mode.startswith("I"):
        return Image.fromarray((np.asarray(picture).astype(np.uint32) >> 8).astype(np.uint8)).convert("RGB")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
