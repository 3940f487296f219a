"""How a file is laid out on disk: whether its blocks are all there and whether windows of it read fast."""

from collections.abc import Sequence

from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader
from rasterio.windows import Window

CUBE_BANDS = 16  # above it, bands are stored one by one: a composite of three must not read them all
MAX_BLOCK = 512  # px
_CHECKED = 100_000  # blocks looked up in the table; reading all pixels finds the rest
SMALL = 512  # px; rasters up to this side need no overviews, and the smallest overview is about as large


def is_cloud_optimised(dataset: DatasetReader) -> bool:
    """Return whether the file can be served as it is: small tiles, overviews in order, cubes by band, no alpha."""
    if dataset.driver != "GTiff" or not dataset.profile.get("tiled"):
        return False
    # Alpha becomes a mask, and a band that is only marked as alpha would be taken for opacity by every other reader.
    if ColorInterp.alpha in dataset.colorinterp:
        return False
    rows, columns = dataset.block_shapes[0]
    by_band = dataset.tags(ns="IMAGE_STRUCTURE").get("INTERLEAVE") == "BAND"
    if max(rows, columns) > MAX_BLOCK or (dataset.count > CUBE_BANDS and not by_band):
        return False
    levels = dataset.overviews(1)
    if max(dataset.width, dataset.height) > (2 * SMALL * levels[-1] if levels else SMALL):
        return False
    return _headers_first(dataset, len(levels))


def _headers_first(dataset: DatasetReader, levels: int) -> bool:
    """Return whether the directories of image and overviews come in order, before the pixels."""
    first = _offset(dataset, "IFD_OFFSET", None)
    offsets = [first, *(_offset(dataset, "IFD_OFFSET", level) for level in range(levels))]
    pixels = _offset(dataset, "BLOCK_OFFSET_0_0", None)
    return offsets == sorted(offsets) and (pixels == 0 or offsets[-1] < pixels)


def _offset(dataset: DatasetReader, item: str, level: int | None) -> int:
    value = dataset.get_tag_item(item, "TIFF", bidx=1, ovr=level)
    return int(value) if value else 0


def missing_bytes(dataset: DatasetReader, size: int) -> int:
    """Return how many bytes a TIFF's table of blocks claims beyond the end of a file of `size` bytes."""
    if dataset.driver != "GTiff":
        return 0
    planes = _planes(dataset)
    rows, columns = dataset.block_shapes[0]
    down, across = -(-dataset.height // rows), -(-dataset.width // columns)
    total = down * across * len(planes)
    stride = -(-total // _CHECKED)
    end = 0
    # From the last block backwards: it is the last in nearly every file.
    for number in range(total - 1, -1, -stride):
        plane, block = divmod(number, down * across)
        row, column = divmod(block, across)
        end = max(end, _block_end(dataset, planes[plane], column, row))
    return max(0, end - size)


def _block_end(dataset: DatasetReader, band: int, column: int, row: int) -> int:
    offset = dataset.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", bidx=band)
    length = dataset.get_tag_item(f"BLOCK_SIZE_{column}_{row}", "TIFF", bidx=band)
    return int(offset) + int(length) if offset and length else 0


def share_present(dataset: DatasetReader) -> float:
    """Return the share of a TIFF's blocks that are there, 0..1; 0 of other files, whose holes nobody knows."""
    if dataset.driver != "GTiff":
        return 0.0
    rows, columns = dataset.block_shapes[0]
    down, across = -(-dataset.height // rows), -(-dataset.width // columns)
    stride = -(-down * across // _CHECKED)
    numbers = range(0, down * across, stride)
    bands = _planes(dataset)
    there = sum(_is_there(dataset, bands, number % across, number // across) for number in numbers)
    return there / len(numbers)


def is_hole(dataset: DatasetReader, window: Window) -> bool:
    """Return whether none of the blocks that a window touches is there: all its pixels are nothing."""
    if dataset.driver != "GTiff":
        return False
    rows, columns = dataset.block_shapes[0]
    top, left = int(window.row_off) // rows, int(window.col_off) // columns
    below = -(-int(window.row_off + window.height) // rows)
    right = -(-int(window.col_off + window.width) // columns)
    bands = _planes(dataset)
    return not any(_is_there(dataset, bands, x, y) for y in range(top, below) for x in range(left, right))


def _planes(dataset: DatasetReader) -> Sequence[int]:
    """Return the bands that have blocks of their own."""
    by_band = dataset.tags(ns="IMAGE_STRUCTURE").get("INTERLEAVE") == "BAND"
    return list(dataset.indexes) if by_band else [1]


def _is_there(dataset: DatasetReader, bands: Sequence[int], column: int, row: int) -> bool:
    return any(_block_end(dataset, band, column, row) for band in bands)
