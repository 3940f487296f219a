"""Masks: class-index images kept once each, under the hash of their classes."""

import hashlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from PIL import Image

from annotation import storage
from annotation.errors import BadAnswer, NotFound
from mlcore.raster.write import encode_mask_png, is_plain_png

ASIDE = "masks-aside"

Mask = NDArray[np.uint8]  # [H, W] class codes, 0 where nothing is said


def store_mask(classes: Mask, png: bytes = b"") -> str:
    """Keep a mask and return its content hash; an equal one is kept once, and counts as young from now on.

    The PNG that it came in is kept as it is, where it holds nothing but the mask.

    Masks that nothing refers to are pruned when they are old: the row that will name this one is not written yet.
    """
    height, width = classes.shape
    # of the classes, not of the PNG, whose bytes change with the compressor's version
    sha256 = hashlib.sha256(f"{height} {width} ".encode() + np.ascontiguousarray(classes).tobytes()).hexdigest()
    path = mask_file(sha256)
    if not storage.touch(path):
        storage.write(path, png if is_plain_png(png) else encode_mask_png(classes))
    return sha256


def load_mask(sha256: str) -> Mask:
    """Return the mask with this content hash."""
    with Image.open(BytesIO(read_mask(sha256)), formats=("PNG",)) as image:
        return np.array(image, dtype=np.uint8)


def read_mask(sha256: str) -> bytes:
    """Return the PNG of the mask with this content hash."""
    try:
        return storage.fetch(mask_file(sha256)).read_bytes()
    except FileNotFoundError:
        if storage.is_shared() and (path := storage.fetch(aside(sha256))).is_file():
            return path.read_bytes()
        raise NotFound(f"The mask {sha256[:12]} is missing from the data folder; restore it from a backup.") from None


def colour_mask(sha256: str, colours: Mapping[int, str]) -> bytes:
    """Return the PNG of the mask with this content hash in colours (#rrggbb) by code, clear where nothing is said."""
    table = bytearray(3 * 256)
    for code, colour in colours.items():
        table[3 * code : 3 * code + 3] = bytes.fromhex(colour[1:])
    image = Image.fromarray(load_mask(sha256)).convert("L").convert("P")
    image.putpalette(bytes(table))
    written = BytesIO()
    image.save(written, "PNG", transparency=0)
    return written.getvalue()


def mask_file(sha256: str) -> Path:
    """Return the path of a mask: an 8-bit greyscale PNG of class codes."""
    return Path(settings.DATA_DIR) / "masks" / sha256[:2] / f"{sha256}.png"


def aside(sha256: str) -> Path:
    """Return where pruning puts a mask in a bucket for a day before it is removed."""
    return Path(settings.DATA_DIR) / ASIDE / sha256[:2] / f"{sha256}.png"


def count_pixels(classes: Mask) -> dict[int, int]:
    """Return how many pixels each class has, the unlabelled left out."""
    codes, counts = np.unique(classes[classes > 0], return_counts=True)
    return {int(code): int(count) for code, count in zip(codes, counts, strict=True)}


def recoded(classes: Mask, in_use: dict[int, int]) -> Mask:
    """Return a mask in the codes that are in use; pixels of classes out of use become unlabelled."""
    table = np.zeros(256, np.uint8)
    for code, target in in_use.items():
        table[code] = target
    return table[classes]


def area_rows(cells: NDArray[np.bool_]) -> list[str]:
    """Return an area of a tile, [h, w] cells, as rows of 0 and 1."""
    return ["".join("1" if cell else "0" for cell in row) for row in cells.tolist()]


def read_area(rows: Sequence[str], side: int) -> NDArray[np.bool_]:
    """Return the pixels [side, side] of a tile that lie in an area.

    Raises:
        BadAnswer: these are no rows of 0 and 1, as many as they are long.
    """
    if not 0 < len(rows) <= side or any(len(row) != len(rows) or set(row) - {"0", "1"} for row in rows):
        raise BadAnswer(f"An area is up to {side} rows of 0 and 1, each as long as there are rows.")
    cells = np.array([[cell == "1" for cell in row] for row in rows])
    stride = -(-side // len(rows))
    return np.kron(cells, np.ones((stride, stride), np.bool_))[:side, :side]


def repainted(classes: Mask, area: NDArray[np.bool_], code: int) -> Mask:
    """Return a mask in which the commonest class inside an area [H, W] gave way to another there.

    Raises:
        BadAnswer: nothing is painted there, or that class already.
    """
    inside = np.bincount(classes[area], minlength=2)
    inside[0] = 0
    given = int(inside.argmax())
    if not inside[given]:
        raise BadAnswer("Nothing is painted in this area.")
    if given == code:
        raise BadAnswer("The area has this class already; keep it instead.")
    return np.where(area & (classes == given), np.uint8(code), classes)
