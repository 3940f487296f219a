"""What a raster file is: inspection that refuses unsafe, damaged, oversized and impossible files early."""

import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from affine import Affine
from rasterio.io import DatasetReader
from shapely.geometry.base import BaseGeometry

from mlcore.errors import BadGeoreference, FileTooLarge, UnreadableFile, UnsafeFile
from mlcore.files import check_plain
from mlcore.raster.described import descriptions_of, scales_of
from mlcore.raster.directories import check_directories
from mlcore.raster.layout import is_cloud_optimised, missing_bytes, share_present
from mlcore.raster.lonlat import apply, is_geographic, lonlat_polygons, unit_ring
from mlcore.raster.opening import Transform, alpha_band, data_bands, georeference, open_raster, placed_by


@dataclass(frozen=True)
class Limits:
    """The largest file that is accepted; checked before any pixel is decoded."""

    max_side: int = 50_000  # px
    max_pixels: int = 4_000_000_000  # width x height x bands
    max_image_pixels: int = 500_000_000  # of a PNG, JPEG or JPEG 2000 file, which may have to be decoded whole
    max_bands: int = 512
    max_block_bytes: int = 256 * 2**20  # one strip or tile, decoded
    max_decoded: int = 500_000_000  # values of an image without a table of its blocks, to see that it is whole
    max_share: int = 250  # pixels of a file to its size, both in bytes
    free_bytes: int = 256 * 2**20  # of pixels, that may be empty
    max_points: int = 2_000_000_000  # of a point cloud


DEFAULT_LIMITS = Limits()
_LEAST_PRESENT = 0.01  # of the blocks of a file with holes: with fewer it is a hole
# A projection may name files of datum shifts to open; "@null" is the one name that means none.
_NAMES_FILE = re.compile(r"""grids=(?!@null[\s"])|[+"\s](?:init|file)=""")
_LISTED = ("transform", "descriptions", "colours", "scales", "offsets")


@dataclass(frozen=True)
class RasterInfo:
    """The shape, place and meaning of a raster file."""

    kind: ClassVar[str] = "raster"
    driver: str
    width: int  # px
    height: int  # px
    count: int  # bands of measurements; alpha is not one
    dtype: str
    crs: str | None  # 'EPSG:n' if it has one, else WKT; None = image coordinates
    transform: Transform  # a, b, c, d, e, f of pixel (column, row) -> CRS; identity in image coordinates
    nodata: float | None
    descriptions: tuple[str | None, ...]
    is_cog: bool  # laid out for windowed reads as it is
    tags: Mapping[str, str]
    has_alpha: bool = False
    colours: tuple[str, ...] = ()  # what each band is to be seen as, such as 'red'; () in descriptions stored before
    scales: tuple[float, ...] = ()  # of each band: what is measured = number x scale + offset; () when all are 1 and 0
    offsets: tuple[float, ...] = ()
    placed_by: str = ""  # 'points' or 'polynomials' where no transform says where it lies, and they do

    @property
    def affine(self) -> Affine:
        """Return the transform as an object that multiplies."""
        return Affine(*self.transform)

    @property
    def summary(self) -> str:
        """Return the size in words."""
        return f"{self.width} x {self.height} px with {self.count} bands"

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready description, the inverse of `from_dict`; JSON has no NaN and no infinity."""
        nodata = self.nodata if self.nodata is None or math.isfinite(self.nodata) else str(self.nodata)
        listed = {name: list(getattr(self, name)) for name in _LISTED}
        return {"kind": self.kind} | asdict(self) | listed | {"nodata": nodata, "tags": dict(self.tags)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild what `to_dict` told; what else stands there is not its own."""
        told = {field.name: data[field.name] for field in fields(cls) if field.name in data or field.default is MISSING}
        nodata = None if told["nodata"] is None else float(told["nodata"])
        listed = {name: tuple(told[name]) for name in _LISTED if name in told}
        return cls(**told | listed | {"nodata": nodata})


def inspect(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> RasterInfo:
    """Validate a raster file and describe it.

    Raises:
        UnsafeFile: not a plain local file, or it refers to other files.
        UnreadableFile: not a raster, no band, complex numbers, or truncated.
        FileTooLarge: beyond `limits`.
        BadGeoreference: a transform or place that cannot be.
    """
    check_plain(path)
    check_directories(path)
    with open_raster(path) as dataset:
        check_size(dataset, path.name, limits)
        _check_share(dataset, path, limits)
        _check_content(dataset, path, limits)
        crs, affine = georeference(dataset)
        check_place(path.name, crs, affine, dataset.width, dataset.height)
        bands = data_bands(dataset)
        scales, offsets = scales_of(dataset, bands)
        return RasterInfo(
            driver=dataset.driver,
            width=dataset.width,
            height=dataset.height,
            count=len(bands),
            dtype=str(np.result_type(*dataset.dtypes)),
            crs=crs,
            transform=tuple(affine)[:6],
            nodata=dataset.nodata,
            descriptions=descriptions_of(dataset, bands),
            is_cog=is_cloud_optimised(dataset),
            tags=dataset.tags(ns="IMAGERY") | dataset.tags(),
            has_alpha=alpha_band(dataset) is not None,
            colours=tuple(dataset.colorinterp[number - 1].name for number in bands),
            scales=scales,
            offsets=offsets,
            placed_by=placed_by(dataset),
        )


def names_file(wkt: str) -> bool:
    """Return whether a coordinate system names a file that a transformation would open."""
    return _NAMES_FILE.search(wkt) is not None


def check_size(dataset: DatasetReader, name: str, limits: Limits) -> None:
    """Refuse a raster of more pixels or bands than are read."""
    width, height, bands = dataset.width, dataset.height, dataset.count
    shape = f"{width} x {height} px with {bands} bands"
    if max(width, height) > limits.max_side:
        raise FileTooLarge(f"{name} has {shape}; a side may have {limits.max_side} px. Cut it into parts.")
    if bands > limits.max_bands:
        raise FileTooLarge(f"{name} has {bands} bands; at most {limits.max_bands} are read. Leave some out.")
    most = limits.max_pixels if dataset.driver == "GTiff" else min(limits.max_pixels, limits.max_image_pixels)
    if width * height * bands > most:
        raise FileTooLarge(f"{name} has {shape}, above {most:,} values. Cut it into parts.")
    rows, columns = dataset.block_shapes[0] if bands else (0, 0)
    # Asked of a TIFF only: the JPEG 2000 driver reads all markers for it, and a forged file keeps it busy for ever.
    by_pixel = dataset.driver != "GTiff" or dataset.tags(ns="IMAGE_STRUCTURE").get("INTERLEAVE") == "PIXEL"
    interleaved = bands if by_pixel else 1
    if bands and rows * columns * interleaved * np.dtype(dataset.dtypes[0]).itemsize > limits.max_block_bytes:
        raise FileTooLarge(f"{name} stores {columns} x {rows} px in one block; rewrite it with tiles or short strips.")


def _check_share(dataset: DatasetReader, path: Path, limits: Limits) -> None:
    """Refuse what would unfold to many times its size: a few bytes may declare gigabytes, which all that follows takes.

    Densely packed pictures come to 50 times; above, nearly all is one colour or nothing.
    """
    size = path.stat().st_size
    declared = dataset.width * dataset.height * sum(np.dtype(kind).itemsize for kind in dataset.dtypes)
    unfolded = declared
    if declared > limits.free_bytes and (present := share_present(dataset)) >= _LEAST_PRESENT:
        unfolded = round(declared * present)  # holes in a table of blocks are passed over
    if unfolded > max(limits.free_bytes, limits.max_share * size):
        raise FileTooLarge(
            f"{path.name} declares {declared >> 20:,} MB of pixels in {size / 2**20:.3g} MB: nearly all of it is "
            "empty. Cut it to where its data is."
        )


def _check_content(dataset: DatasetReader, path: Path, limits: Limits) -> None:
    if dataset.count == 0 or not data_bands(dataset):
        raise UnreadableFile(f"{path.name} has no band of measurements.")
    if any("complex" in dtype for dtype in dataset.dtypes):
        raise UnreadableFile(f"{path.name} holds complex numbers; export amplitude or decibels instead.")
    others = [name for name in dataset.files if Path(name).name != path.name]
    if others or (dataset.crs and names_file(dataset.crs.to_wkt())):
        raise UnsafeFile(f"{path.name} refers to other files; put everything into one GeoTIFF.")
    if missing := missing_bytes(dataset, path.stat().st_size):
        raise UnreadableFile(f"{path.name} is truncated: {missing:,} bytes that it declares are missing.")
    if dataset.driver != "GTiff" and dataset.width * dataset.height * dataset.count <= limits.max_decoded:
        _decode_all(dataset)


def _decode_all(dataset: DatasetReader) -> None:
    """Decode an image whose format has no table of blocks to check, in bounded pieces."""
    # A read of a whole PNG takes a path of GDAL's that fills what is missing with noise and says nothing.
    rows = max(1, min(dataset.height // 2, 16_000_000 // (dataset.width * dataset.count)))
    for top in range(0, dataset.height, rows):
        dataset.read(window=((top, min(top + rows, dataset.height)), (0, dataset.width)))


def check_place(name: str, crs: str | None, affine: Affine, width: int, height: int) -> None:
    """Refuse a raster whose place cannot be."""
    if crs is None:
        return
    if not all(map(math.isfinite, tuple(affine)[:6])) or affine.determinant == 0:
        raise BadGeoreference(f"{name} has an impossible transform {tuple(affine)[:6]}; set its georeference again.")
    corners = np.array([affine @ corner for corner in ((0, 0), (width, 0), (width, height), (0, height))])
    if is_geographic(crs):
        (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
        # Global models put pixel centres on the poles and on the antimeridian: half a pixel lies beyond.
        slack = min(5.0, max(abs(affine.a) + abs(affine.b), abs(affine.d) + abs(affine.e)))
        if west < -180 - slack or east > 360 + slack or south < -90 - slack or north > 90 + slack:
            raise BadGeoreference(
                f"{name} claims longitudes {west:g} to {east:g} and latitudes {south:g} to {north:g}; "
                "its coordinate system or transform is wrong."
            )
    if outline_of(crs, affine, width, height) is None:
        raise BadGeoreference(f"{name} lies outside the area of its coordinate system {crs[:40]}.")


def footprint(info: RasterInfo) -> BaseGeometry | None:
    """Return the raster's outline in EPSG:4326 (a MultiPolygon across the antimeridian); None in image coordinates."""
    return None if info.crs is None else outline_of(info.crs, info.affine, info.width, info.height)


def outline_of(crs: str, affine: Affine, width: int, height: int) -> BaseGeometry | None:
    """Return the outline of a raster with a place in EPSG:4326; None where no part of it lies on Earth."""
    ring = unit_ring(24) * (width, height)
    x, y = apply(affine, ring[:, 0], ring[:, 1])
    outline: BaseGeometry | None = lonlat_polygons(x[None], y[None], crs)[0]
    return outline
