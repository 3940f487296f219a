"""Writing: a layer out of a container as a plain tiled GeoTIFF whose bands say what they are."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.errors import RasterioError
from rasterio.windows import Window

from mlcore.containers.container import Progress
from mlcore.raster.cog import not_written
from mlcore.raster.layout import CUBE_BANDS
from mlcore.sensors import Band

Read = Callable[[slice, slice], NDArray[Any]]  # rows, columns -> [bands, rows, columns]

_BLOCK = 256  # px
_WINDOW_BYTES = 64 * 2**20
_STORED = {"bool": "uint8", "int8": "int16", "int64": "float64", "uint64": "float64", "float16": "float32"}


@dataclass(frozen=True)
class Sheet:
    """What a layer is, before its pixels."""

    width: int  # px
    height: int  # px
    dtype: str
    bands: tuple[Band, ...]  # names and titles become descriptions; wavelengths, scales and offsets are written, too
    crs: CRS | None = None
    transform: Affine = field(default_factory=Affine.identity)
    nodata: float | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def stored(self) -> str:
        """Return the kind of numbers of the GeoTIFF: one that every program reads."""
        return _STORED.get(self.dtype, self.dtype)


def write_layer(path: Path, sheet: Sheet, read: Read, *, progress: Progress) -> Path:
    """Write a layer window by window.

    Raises:
        OSError: the disk has no room for it; whatever `read` raises.
    """
    with ExitStack() as stack:
        with _disk():
            target = stack.enter_context(rasterio.open(path, "w", **_profile(sheet)))
            _describe(target, sheet)
        for window in _windows(sheet):
            rows, columns = window.toslices()
            values = np.asarray(read(rows, columns)).astype(sheet.stored, copy=False)
            with _disk():
                target.write(values, window=window)
            progress(rows.stop / sheet.height)
    return path


@contextmanager
def _disk() -> Iterator[None]:
    """Blame the disk for errors of writing."""
    try:
        yield
    except RasterioError as error:
        raise not_written(error) from error


def _profile(sheet: Sheet) -> dict[str, Any]:
    placed = {"crs": sheet.crs, "transform": sheet.transform} if sheet.transform != Affine.identity() else {}
    return placed | {
        "driver": "GTiff",
        "width": sheet.width,
        "height": sheet.height,
        "count": len(sheet.bands),
        "dtype": sheet.stored,
        "nodata": sheet.nodata,
        "tiled": True,
        "blockxsize": _BLOCK,
        "blockysize": _BLOCK,
        "interleave": "band" if len(sheet.bands) > CUBE_BANDS else "pixel",
        "photometric": "MINISBLACK",
        "compress": "DEFLATE",
        "zlevel": 1,  # it is read once
        "bigtiff": "IF_SAFER",
    }


def _describe(target: Any, sheet: Sheet) -> None:
    target.update_tags(**sheet.tags)
    for number, band in enumerate(sheet.bands, start=1):
        if text := band.title or band.name:
            target.set_band_description(number, text)
        if band.wavelength_nm:
            width = {"fwhm": f"{band.width_nm:g}"} if band.width_nm else {}
            target.update_tags(number, wavelength=f"{band.wavelength_nm:g}", wavelength_units="nm", **width)
    if any(band.scale is not None or band.offset is not None for band in sheet.bands):
        target.scales = [1.0 if band.scale is None else band.scale for band in sheet.bands]
        target.offsets = [band.offset or 0.0 for band in sheet.bands]


def _windows(sheet: Sheet) -> list[Window]:
    """Return windows of whole blocks that hold at most 64 MiB of all bands together."""
    column_bytes = _BLOCK * len(sheet.bands) * np.dtype(sheet.stored).itemsize
    across = max(_BLOCK, _WINDOW_BYTES // column_bytes // _BLOCK * _BLOCK)
    return [
        Window.from_slices((top, min(top + _BLOCK, sheet.height)), (left, min(left + across, sheet.width)))
        for top in range(0, sheet.height, _BLOCK)
        for left in range(0, sheet.width, across)
    ]
