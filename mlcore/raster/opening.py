"""Safe opening of rasters: plain local files or our own in a bucket, no sidecar files; handles are kept per thread."""

import os
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio._err import CPLE_BaseError
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.errors import CRSError, RasterioError
from rasterio.io import DatasetReader

from mlcore.errors import NotAnswering, UnreadableFile, UnsafeFile
from mlcore.files import check_plain, first_bytes
from mlcore.raster import remote
from mlcore.raster.moved import MovedDataset
from mlcore.raster.remote import Elsewhere, RemoteRaster

# The first bytes choose the one driver that GDAL may try: a virtual raster or a service description has none of them.
DRIVERS = {
    b"II*\0": "GTiff",
    b"MM\0*": "GTiff",
    b"II+\0": "GTiff",  # BigTIFF
    b"MM\0+": "GTiff",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\0\0\0\x0cjP  \r\n\x87\n": "JP2OpenJPEG",
    b"\xff\x4f\xff\x51": "JP2OpenJPEG",
}
MAGIC_BYTES = 16  # that tell
# What bands of classes are called that come with products: Sentinel-2, Landsat, HLS, Sentinel Hub, PlanetScope.
QUALITY = ("SCL", "QA_PIXEL", "Fmask", "CLM", "UDM2")
# The directory listing is hidden so that .aux.xml, .ovr, .msk and world files beside the raster are never opened:
# they can name other files and hosts.
_OPTIONS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "-",
}
_KEPT = 8  # handles per thread
# A broken table of contents raises GDAL's own errors, which rasterio wraps only in part, and text need not be UTF-8.
_DAMAGED = (RasterioError, CPLE_BaseError, UnicodeDecodeError)

_LEAST_POINTS = 4  # that place a raster
_HARD, _SOFT = 0.99, 0.5  # shares of a band that are 0 or full: above, it is opacity, and below, it is none
_ONE_COLOUR = 0.95  # share of what is hidden

_Key = tuple[int, str, int, int, int]
Transform = tuple[float, float, float, float, float, float]


class _Handles(threading.local):
    def __init__(self) -> None:
        self.kept: OrderedDict[_Key, DatasetReader] = OrderedDict()


_handles = _Handles()


@contextmanager
def open_raster(path: Path) -> Iterator[DatasetReader]:
    """Open a raster for reading; the handle stays open in this thread and is reused until the file changes.

    Raises:
        UnsafeFile: neither a plain local file nor a remote one of ours, or a kind of file that is not in `DRIVERS`.
        UnreadableFile: the file is damaged, or a later read in the body fails.
        NotAnswering: the bucket, or another host, does not give it.
    """
    if isinstance(path, Elsewhere):
        with path.opened() as dataset:
            yield MovedDataset(dataset, path.shift) if path.shift else dataset
        return
    key = _key(path)
    with _environment(path):
        try:
            dataset = _handles.kept.pop(key, None) or _open(path)
            shift = getattr(path, "shift", None)
            yield MovedDataset(dataset, shift) if shift else dataset
        except _DAMAGED as error:
            if isinstance(path, RemoteRaster):
                raise NotAnswering("The storage does not give this picture just now; try again in a minute.") from error
            raise UnreadableFile(f"{path.name} is damaged or truncated: {_cause(error)}.") from error
    # A dropped handle is not closed here: a generator may still read from it, and it closes with its last reference.
    _handles.kept[key] = dataset
    while len(_handles.kept) > _KEPT:
        _handles.kept.popitem(last=False)


def _environment(path: Path) -> rasterio.Env:
    if isinstance(path, RemoteRaster):
        return rasterio.Env(remote.Told(path.login()), **remote.OPTIONS)
    return rasterio.Env(**_OPTIONS)


def _key(path: Path) -> _Key:
    """Return what identifies the file's present content to this process; refuse what is not a plain file."""
    if isinstance(path, RemoteRaster):
        return os.getpid(), str(path), 0, 0, 0
    status = check_plain(path)
    # The process is part of the key because a handle inherited by a fork shares its file position with the parent.
    return os.getpid(), os.path.abspath(path), status.st_ino, status.st_size, status.st_mtime_ns


def driver_of(start: bytes) -> str | None:
    """Return the driver for a file that begins like this; None for what is no raster that is read."""
    return next((name for magic, name in DRIVERS.items() if start.startswith(magic)), None)


def _open(path: Path) -> DatasetReader:
    if isinstance(path, RemoteRaster):
        return rasterio.open(str(path), driver="GTiff", sharing=False)
    driver = driver_of(first_bytes(path, MAGIC_BYTES))
    if driver is None:
        raise UnsafeFile(
            f"{path.name} is not a GeoTIFF, PNG, JPEG or JPEG 2000 file; "
            "virtual rasters and files that refer to others are not accepted."
        )
    return rasterio.open(os.path.abspath(path), driver=driver, sharing=False)


def _cause(error: BaseException) -> str:
    """Return GDAL's own sentence, which rasterio hangs below a general one, without paths."""
    cause = error.__cause__ or error
    return re.sub(r"(/[^\s/]+)+/", "", str(cause)).replace("\n", " ").rstrip(". ")[:200]


def alpha_band(dataset: DatasetReader) -> int | None:
    """Return the number (from 1) of the band that holds opacity.

    Writers mark the fourth band of any four-band 8-bit file as alpha, near infrared too, so the values decide.
    """
    if ColorInterp.alpha not in dataset.colorinterp:
        return None
    number = dataset.colorinterp.index(ColorInterp.alpha) + 1
    shape = min(dataset.height, 128), min(dataset.width, 128)
    values = dataset.read(out_shape=(dataset.count, *shape))
    return number if _is_opacity(values[number - 1], np.delete(values, number - 1, axis=0)) else None


def _is_opacity(values: NDArray[Any], others: NDArray[Any]) -> bool:
    """Return whether a band [H, W] behaves as opacity of others [bands, H, W].

    It is 0 or full nearly everywhere. Where it is soft at many edges, or full is 1, which dark water has in near
    infrared, too, what it hides must be of one colour, as nothing is.
    """
    highest = np.iinfo(values.dtype).max if values.dtype.kind in "iu" else values.max()
    full = values.max() if values.max() in (1, 255) else highest
    hidden = values == 0
    hard = float((hidden | (values == full)).mean())
    if hard >= _HARD and full != 1:
        return True
    if hard <= _SOFT or others.size == 0:
        return False
    behind = others[:, hidden]
    return behind.size == 0 or float((behind == behind[:, :1]).mean()) >= _ONE_COLOUR


def data_bands(dataset: DatasetReader) -> list[int]:
    """Return the numbers (from 1) of the bands that hold measurements: all but alpha and a product's own mask."""
    others = {alpha_band(dataset), quality_band(dataset)}
    return [number for number in dataset.indexes if number not in others]


def quality_band(dataset: DatasetReader) -> int | None:
    """Return the number (from 1) of the band beside others that holds classes of pixels, such as cloud."""
    named = [number for number in dataset.indexes if dataset.descriptions[number - 1] in QUALITY]
    return named[0] if len(named) == 1 and dataset.count > 1 else None


def has_mask_band(dataset: DatasetReader) -> bool:
    """Return whether one mask speaks for all bands."""
    flags = dataset.mask_flag_enums[0]
    return MaskFlags.per_dataset in flags and MaskFlags.alpha not in flags


def georeference(dataset: DatasetReader) -> tuple[str | None, Affine]:
    """Return CRS and transform, or (None, identity) where the raster has image coordinates only.

    Local engineering systems and a transform without a CRS do not say where a pixel lies well enough to cut tiles of
    ground; what ground control points and rational polynomials say is another matter (`placed_by`).
    """
    try:
        crs = dataset.crs
        mapped = crs is not None and (crs.is_geographic or crs.is_projected)
    except CRSError:
        mapped = False
    if not mapped or dataset.transform == Affine.identity():
        return None, Affine.identity()
    return _name_of(crs.to_wkt()), dataset.transform


def placed_by(dataset: DatasetReader) -> str:
    """Return what tells where the pixels of a raster lie if no transform does: 'points', 'polynomials', or ''."""
    if georeference(dataset)[0] is not None:
        return ""
    points, crs = dataset.gcps
    if len(points) >= _LEAST_POINTS and crs is not None and (crs.is_geographic or crs.is_projected):
        return "points"
    return "polynomials" if dataset.rpcs is not None else ""


def raw_transform(path: Path) -> Transform | None:
    """Return the transform that a raster states, with a CRS or without; None for none."""
    with open_raster(path) as dataset:
        a, b, c, d, e, f = tuple(dataset.transform)[:6]
    return None if Affine(a, b, c, d, e, f) == Affine.identity() else (a, b, c, d, e, f)


@lru_cache(maxsize=256)
def _name_of(wkt: str) -> str:
    """Return 'EPSG:n' or the WKT; the search for a code takes 0.2 s where there is none, and every read asks."""
    epsg = CRS.from_wkt(wkt).to_epsg()
    return f"EPSG:{epsg}" if epsg else wkt
