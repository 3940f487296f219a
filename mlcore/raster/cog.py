"""Conversion of any accepted raster to a cloud-optimised GeoTIFF, block by block, written whole or not at all."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.shutil
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader, DatasetWriter
from rasterio.windows import Window

from mlcore.raster.info import RasterInfo
from mlcore.raster.layout import CUBE_BANDS, SMALL, is_hole
from mlcore.raster.opening import alpha_band, data_bands, has_mask_band, open_raster, quality_band
from mlcore.raster.thinning import blocks_at_once

Progress = Callable[[float], None]
BLOCK = 256  # px; a full 224-band spectrum reads four times faster than with 512 px blocks
_WINDOW_BYTES = 64 * 2**20
_HOLDABLE = np.finfo(np.float32).max  # beyond it, a number is no measurement; in overviews it would spoil others
_MOST_TAGS, _LONGEST_TAG = 1000, 10_000  # tags, characters
_COPIED = 0.7  # share of the work that is done when all pixels are copied; overviews and layout follow


def to_cog(source: Path, target: Path, info: RasterInfo, *, progress: Progress | None = None) -> None:
    """Write `source` to `target` as a cloud-optimised GeoTIFF, or byte for byte when it is a good one already.

    Above 16 bands the blocks are stored by band. Alpha becomes a mask; NaN, and what single
    precision cannot hold, becomes the nodata value.

    Args:
        source: a file that `inspect` accepted.
        target: appears only when it is complete; its folder must exist.
        info: what `inspect` said about `source`.
        progress: called with 0..1.

    Raises:
        UnreadableFile: a block of the source is damaged; nothing is left behind.
        OSError: the disk has no room for it.
    """
    report = progress or (lambda _: None)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".cog-") as folder:
        done = Path(folder) / "done.tif"
        if info.is_cog:
            _read_every_block(source, report)
            shutil.copyfile(source, done)
        else:
            scratch = Path(folder) / "scratch.tif"
            _check_space(target.parent, info)
            with open_raster(source) as dataset:
                _copy_pixels(dataset, scratch, info, report)
            try:
                finish(scratch, done)
            except RasterioError as error:
                raise not_written(error) from error
        os.replace(done, target)
    report(1.0)


def finish(scratch: Path, target: Path) -> None:
    """Add overviews to a plain tiled GeoTIFF and write it with its headers first."""
    with rasterio.Env(GDAL_TIFF_OVR_BLOCKSIZE=str(BLOCK), SPARSE_OK_OVERVIEW="ON"):
        with rasterio.open(scratch, "r+") as dataset:
            count, dtype, colours = dataset.count, np.dtype(dataset.dtypes[0]), dataset.colorinterp[0]
            levels = _levels(dataset.width, dataset.height)
            if levels:
                classes = colours is ColorInterp.palette
                dataset.build_overviews(levels, Resampling.nearest if classes else Resampling.average)
        options: dict[str, Any] = {
            "compress": "DEFLATE",
            "level": 6,
            "bigtiff": "IF_SAFER",
            "num_threads": "2",
            "sparse_ok": "TRUE",
        }
        predictor = 3 if dtype.kind == "f" else 2
        if count > CUBE_BANDS:
            # GDAL 3.10 ignores INTERLEAVE=BAND in its COG driver, so cubes take the plain one.
            layout = {"tiled": "YES", "blockxsize": BLOCK, "blockysize": BLOCK, "interleave": "BAND"}
            options |= layout | {"zlevel": options.pop("level"), "predictor": predictor}
            rasterio.shutil.copy(scratch, target, driver="GTiff", copy_src_overviews="YES", **options)
        else:
            rasterio.shutil.copy(scratch, target, driver="COG", blocksize=BLOCK, predictor="YES", **options)


def _check_space(folder: Path, info: RasterInfo) -> None:
    """Refuse early what could fill the disk: the uncompressed copy with overviews, and the result beside it."""
    needed = info.width * info.height * info.count * np.dtype(info.dtype).itemsize * 2
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise OSError(errno.ENOSPC, f"The conversion needs {needed >> 20:,} MiB of disk, {free >> 20:,} MiB are free")


def _levels(width: int, height: int) -> list[int]:
    levels: list[int] = []
    while max(width, height) / 2 ** len(levels) > SMALL:
        levels.append(2 ** (len(levels) + 1))
    return levels


def _windows(dataset: DatasetReader) -> list[Window]:
    """Return windows of whole target blocks that hold at most 64 MiB of all bands together.

    They go row by row; where the source's blocks are too large to be held side by side, down one column of them at a
    time, or each would be decoded again for every row of windows.
    """
    column_bytes = BLOCK * dataset.count * np.dtype(dataset.dtypes[0]).itemsize
    width = max(BLOCK, _WINDOW_BYTES // column_bytes // BLOCK * BLOCK)
    strip = blocks_at_once(dataset, dataset.width)
    strip = -(-strip // BLOCK) * BLOCK if strip else dataset.width
    return [
        Window.from_slices(
            (top, min(top + BLOCK, dataset.height)), (left, min(left + width, first + strip, dataset.width))
        )
        for first in range(0, dataset.width, strip)
        for top in range(0, dataset.height, BLOCK)
        for left in range(first, min(first + strip, dataset.width), width)
    ]


def _read_every_block(path: Path, report: Progress) -> None:
    with open_raster(path) as dataset:
        windows = _windows(dataset)
        for number, window in enumerate(windows, 1):
            dataset.read(window=window)
            report(number / len(windows) * _COPIED)


def _copy_pixels(source: DatasetReader, scratch: Path, info: RasterInfo, report: Progress) -> None:
    bands, alpha = _kept_bands(source), alpha_band(source)
    masked = alpha is not None or has_mask_band(source)
    nodata = None if masked else _nodata(info)
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK="YES"),
        rasterio.open(scratch, "w", **_profile(source, info, nodata)) as target,
    ):
        _copy_meaning(source, target, bands)
        windows = _windows(source)
        for number, window in enumerate(windows, 1):
            if not masked and is_hole(source, window):
                continue
            values = _without_nan(source.read(bands, window=window), nodata)
            opacity = None
            if masked:
                opacity = source.read(alpha, window=window) if alpha else source.read_masks(1, window=window)
            _write(target, window, values, opacity)
            report(number / len(windows) * _COPIED)


def _kept_bands(source: DatasetReader) -> list[int]:
    """Return the numbers of the bands that are copied: measurements, and a product's own mask behind them."""
    quality = quality_band(source)
    return data_bands(source) + ([quality] if quality else [])


def _write(target: DatasetWriter, window: Window, values: NDArray[Any], opacity: NDArray[Any] | None) -> None:
    """Write one window; an error here is the disk's, not the source's."""
    try:
        target.write(values, window=window)
        if opacity is not None:
            target.write_mask(opacity > 0, window=window)
    except RasterioError as error:
        raise not_written(error) from error


def not_written(error: RasterioError) -> OSError:
    """Return what kept a raster from being written, as the disk would have said it."""
    said = f"{error} {error.__cause__}"
    number = errno.ENOSPC if "space" in said.lower() else errno.EIO
    return OSError(number, f"The converted raster could not be written: {error}")


def _profile(source: DatasetReader, info: RasterInfo, nodata: float | None) -> dict[str, Any]:
    colours = source.colorinterp
    is_rgb = info.count >= 3 and colours[:3] == (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
    placed: dict[str, Any] = {"crs": source.crs} if info.crs else {}
    if source.transform != Affine.identity():  # without a CRS, too: somebody may state it
        placed["transform"] = source.transform
    return placed | {
        "driver": "GTiff",
        "width": info.width,
        "height": info.height,
        "count": len(_kept_bands(source)),
        "dtype": info.dtype,
        "nodata": nodata,
        "tiled": True,
        "blockxsize": BLOCK,
        "blockysize": BLOCK,
        "interleave": "band" if info.count > CUBE_BANDS else "pixel",
        "photometric": "RGB" if is_rgb and info.dtype in ("uint8", "uint16") else "MINISBLACK",
        "alpha": "NO",
        "sparse_ok": "TRUE",
        "bigtiff": "IF_SAFER",
    }


def _nodata(info: RasterInfo) -> float | None:
    """Return the nodata value of the result: floats always get one, so that overviews leave NaN out."""
    if info.nodata is None and info.dtype.startswith("float"):
        return float("nan")
    return info.nodata


def _without_nan(values: NDArray[Any], nodata: float | None) -> NDArray[Any]:
    if values.dtype.kind == "f" and nodata is not None:
        values[~(np.abs(values) <= _HOLDABLE)] = nodata
    return values


def _first(tags: dict[str, str]) -> dict[str, str]:
    """Return the tags that are kept: with a hundred thousand, a file takes minutes to open."""
    return {name: value[:_LONGEST_TAG] for name, value in list(tags.items())[:_MOST_TAGS]}


def _copy_meaning(source: DatasetReader, target: DatasetWriter, bands: list[int]) -> None:
    """Carry over descriptions, colours, units, scales and tags."""
    target.update_tags(**_first(source.tags()))
    for position, number in enumerate(bands, start=1):
        if description := source.descriptions[number - 1]:
            target.set_band_description(position, description)
        target.update_tags(position, **_first(source.tags(number)))
    target.scales = [source.scales[number - 1] for number in bands]
    target.offsets = [source.offsets[number - 1] for number in bands]
    target.units = [source.units[number - 1] or "" for number in bands]
    if source.colorinterp[0] is ColorInterp.palette and source.dtypes[0] in ("uint8", "uint16"):
        target.write_colormap(1, source.colormap(1))
