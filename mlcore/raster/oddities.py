"""Oddities of how a raster is written: what is not read as its writer probably meant it, and what to do."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import ColorInterp
from rasterio.errors import CRSError
from rasterio.io import DatasetReader

from mlcore.raster.opening import data_bands, has_mask_band, open_raster
from mlcore.raster.thinning import read_thin

_SIDE = 512  # px that are looked at
_USUAL_FILLS = (-999, -9999, -99999, -32767, -32768, 9999, 32767)
_HUGE = 1e19  # nothing that is measured from afar
_LEAST = 0.001  # of the pixels; fewer are outliers
_APART = 1.0  # of the range of all other numbers, between them and a fill
_HOLDABLE = float(np.finfo(np.float32).max)
_MOST_BANDS = 16  # looked at
_MOST_CLASSES, _PATCHY, _FEW = 40, 0.85, 64  # numbers, share of pixels like the one beside, pixels that tell


def oddities(path: Path) -> list[str]:
    """Return a sentence for each oddity of a raster that `inspect` accepted.

    Raises:
        UnreadableFile: a block is damaged.
    """
    with open_raster(path) as dataset:
        sentences = [look(dataset) for look in _LOOKS]
    return [sentence for sentence in sentences if sentence]


def _place(dataset: DatasetReader) -> str:
    if _is_mapped(dataset):
        return ""
    points, _ = dataset.gcps
    if points:
        return (
            f"It is placed by {len(points)} ground control points, which are not read of chips: it has image "
            "coordinates only. Give it by itself, outside a folder or archive of chips, to put it on the map."
        )
    system = _system(dataset)
    if system and dataset.transform == Affine.identity():
        return (
            f"It names a coordinate system ({system}), but not where its pixels lie: it has image coordinates only. "
            "State its transform on the Imagery page (Place…) to put it on the map."
        )
    if system:
        return (
            f"Its coordinate system ({system}) is none of the ground, such as a geocentric, vertical or local one: it "
            "has image coordinates only. State a geographic or projected one on the Imagery page (Place…), or warp it."
        )
    if dataset.transform != Affine.identity():
        return (
            "It says where its pixels lie, but not in which coordinate system: it has image coordinates only. State "
            "it on the Imagery page (Place…) to put it on the map."
        )
    return ""


def _is_mapped(dataset: DatasetReader) -> bool:
    try:
        mapped = dataset.crs is not None and (dataset.crs.is_geographic or dataset.crs.is_projected)
    except CRSError:
        return False
    return bool(mapped and dataset.transform != Affine.identity())


def _system(dataset: DatasetReader) -> str:
    """Return what a file calls its coordinate system; '' without one."""
    try:
        crs = dataset.crs
        return re.sub(r"[^\w ./:+()-]", " ", crs.to_wkt().partition('"')[2].partition('"')[0])[:60] if crs else ""
    except CRSError:
        return "one that cannot be understood"


def _pages(dataset: DatasetReader) -> str:
    pages = len(dataset.subdatasets)
    if pages < 2:
        return ""
    return (
        f"It has {pages} pages, of which the first is read. Stack them as bands (`gdalbuildvrt -separate`, then "
        "`gdal_translate`) if they belong together."
    )


def _fills(dataset: DatasetReader) -> str:
    """Tell of a number that stands for no data and is not declared as such."""
    if has_mask_band(dataset):
        return ""
    bands = data_bands(dataset)[:_MOST_BANDS]
    shape = min(dataset.height, _SIDE), min(dataset.width, _SIDE)
    values = read_thin(dataset, bands, shape)
    for band, pixels in zip(bands, values, strict=True):
        fill = _fill_of(pixels[np.isfinite(pixels) & (pixels != dataset.nodata)])
        if fill is not None:
            number, share = fill
            dropped = abs(number) > _HOLDABLE
            read = "is left out, since no measurement is so large" if dropped else "is read as a measurement"
            declared = "another nodata value" if dataset.nodata is not None else "no nodata value"
            return (
                f"{share:.1%} of band {band} are {number:g}, far from all other numbers, and {declared} is declared: "
                f"it {read}. If it stands for no data, state {number!r} on the Imagery page (Place…)."
            )
    return ""


def _fill_of(values: NDArray[np.generic]) -> tuple[float, float] | None:
    """Return the extreme number that stands apart as fill values do, and its share; None if there is none."""
    if values.size == 0:
        return None
    for extreme in (values.min(), values.max()):
        number, others = float(extreme), values[values != extreme].astype(np.float64)
        share = 1 - others.size / values.size
        if share < _LEAST or not others.size or not (number in _USUAL_FILLS or abs(number) > _HUGE):
            continue
        gap = min(abs(others.min() - number), abs(others.max() - number))
        if gap > _APART * (others.max() - others.min()):
            return number, share
    return None


def _labels(dataset: DatasetReader) -> str:
    """Tell of a raster that looks like a map of classes: few whole numbers, each in patches."""
    bands = data_bands(dataset)
    if len(bands) != 1 or np.dtype(dataset.dtypes[bands[0] - 1]).kind not in "iu" or _has_colours(dataset):
        return ""
    height, width = min(dataset.height, _SIDE), min(dataset.width, _SIDE)
    top, left = (dataset.height - height) // 2, (dataset.width - width) // 2
    values = dataset.read(bands[0], window=((top, top + height), (left, left + width)), masked=True)
    different = len(np.unique(values.compressed()))
    beside = values[:, 1:] == values[:, :-1]
    if not 2 <= different <= _MOST_CLASSES or beside.count() < _FEW or float(beside.mean()) < _PATCHY:
        return ""
    return (
        f"Import it as labels? It looks like a map of classes: {different} different whole numbers in patches. As "
        "imagery the model would read them as measurements. If it is one, remove it here and import it as labels."
    )


def _has_colours(dataset: DatasetReader) -> bool:
    return dataset.colorinterp[0] is ColorInterp.palette  # which is told elsewhere


_LOOKS: tuple[Callable[[DatasetReader], str], ...] = (_place, _pages, _fills, _labels)
