"""Rasters: class codes as GeoTIFFs on the map, read onto the project's tiles, or as images called as chips are."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.warp import transform_bounds

from mlcore.errors import MLCoreError, UnreadableFile
from mlcore.labelsets.images import MOST_PIXELS
from mlcore.labelsets.items import Book, Item, Wishes, areas_of
from mlcore.labelsets.package import Package
from mlcore.raster.grid import GridSpec
from mlcore.raster.info import inspect
from mlcore.raster.opening import driver_of, georeference, open_raster
from mlcore.raster.warp import Cells, read_cells

TITLE = "masks as GeoTIFF or PNG"
_IMAGES = (".tif", ".tiff", ".png")
_MOST_TILES = 500_000
_LARGEST_CODE = 65_536


def suits(package: Package) -> bool:
    """Return whether it is a raster, or holds nothing but rasters."""
    names = package.ending(*_IMAGES)
    return len(names) == len(package.names) and all(driver_of(package.start(name, 16)) for name in names[:20])


def read(package: Package, wishes: Wishes, book: Book) -> Iterator[Item]:
    """Yield an item a tile that a raster on the map says something of, or an item an image beside a chip."""
    with tempfile.TemporaryDirectory() as folder:
        for name in package.ending(*_IMAGES):
            try:
                path = package.extract(name, Path(folder))
                yield from _items(name, path, wishes, book)
            except MLCoreError as error:
                yield {"at": name, "fault": str(error)}
            finally:
                if package.is_archive:
                    path.unlink(missing_ok=True)


def _items(name: str, path: Path, wishes: Wishes, book: Book) -> Iterator[Item]:
    if (count := inspect(path).count) != 1:
        raise UnreadableFile(f"{name} has {count} bands; a mask is one band of class codes (0: nothing said).")
    with open_raster(path) as dataset:
        crs, _ = georeference(dataset)
        keys = _Keys(dataset, book)
        if crs and wishes.lattices:
            yield from _on_tiles(name, dataset, wishes, keys)
            return
        if dataset.width * dataset.height > MOST_PIXELS:
            raise UnreadableFile(f"{name} has {dataset.width} x {dataset.height} px; cut it into tiles.")
        pixels = dataset.read(1)
        size = [dataset.width, dataset.height]
        yield {"at": name, "file": name, "size": size, **_says(pixels, pixels != dataset.nodata, keys)}


def _on_tiles(name: str, dataset: DatasetReader, wishes: Wishes, keys: "_Keys") -> Iterator[Item]:
    some = False
    for lattice in wishes.lattices:
        spec = GridSpec(lattice["crs"], tuple(lattice["transform"]), lattice["tile_px"])
        for column, row in _touched(dataset, spec, lattice["range"]):
            pixels, valid = read_cells(
                dataset, Cells(spec, column, row), (spec.tile_px,) * 2, bands=[1], resampling=Resampling.nearest
            )
            told = _says(pixels[0], valid, keys)
            if told.get("areas") or "amount" in told:
                some = True
                yield {"at": f"{name}: tile {column}, {row}", "cell": [lattice["id"], column, row], **told}
    if not some:
        yield {"at": name, "fault": "It says nothing of any tile of the project: is its CRS right?"}


def _touched(dataset: DatasetReader, spec: GridSpec, ends: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the tiles that may lie under a raster."""
    left, bottom, right, top = transform_bounds(dataset.crs, spec.crs, *dataset.bounds, densify_pts=21)
    back = ~spec.affine
    corners = np.array([back @ corner for corner in ((left, bottom), (left, top), (right, bottom), (right, top))])
    if not np.isfinite(corners).all():
        first, last = np.array(ends[:2]), np.array(ends[2:])
    else:
        low, high = (np.floor(edge / spec.tile_px) for edge in (corners.min(axis=0), corners.max(axis=0)))
        first, last = np.maximum(low, ends[:2]).astype(int), np.minimum(high, ends[2:]).astype(int)
    if max(last[0] - first[0] + 1, 0) * max(last[1] - first[1] + 1, 0) > _MOST_TILES:
        raise UnreadableFile(f"The raster lies on more than {_MOST_TILES:,} tiles; cut it into parts.")
    for row in range(int(first[1]), int(last[1]) + 1):
        for column in range(int(first[0]), int(last[0]) + 1):
            yield column, row


class _Keys:
    """The classes of a raster, by name where it tells names, entered as they come up."""

    def __init__(self, dataset: DatasetReader, book: Book) -> None:
        self.measured = book.measured or not np.issubdtype(np.dtype(dataset.dtypes[0]), np.integer)
        self._book, self._tags = book, dataset.tags(1)
        try:
            self._colours = dataset.colormap(1)
        except ValueError:
            self._colours = {}

    def are_codes(self, numbers: NDArray[Any]) -> bool:
        """Return whether real numbers are class codes after all, as many programs write them."""
        if self._book.measured or not numbers.size:
            return False
        return bool(np.all((numbers >= 0) & (numbers < _LARGEST_CODE) & (numbers == np.floor(numbers))))

    def of(self, code: int) -> str:
        """Return the key of a class code."""
        name = self._tags.get(f"CLASS_{code}") or str(code)
        red, green, blue, *_ = self._colours.get(code, (0, 0, 0))
        colour = f"#{red:02x}{green:02x}{blue:02x}" if code in self._colours else ""
        return self._book.key(name, code=code, colour=colour)


def _says(pixels: NDArray[Any], valid: NDArray[np.bool_], keys: _Keys) -> Item:
    """Return the areas of the classes, or the mean amount."""
    if keys.measured and not keys.are_codes(pixels[valid]):
        known = pixels[valid & np.isfinite(pixels)]
        return {"amount": float(known.mean(dtype=np.float64))} if known.size else {}
    codes = np.where(valid, pixels, 0)
    present = np.unique(codes[codes > 0]).tolist()
    return {"areas": areas_of(codes, {int(code): keys.of(int(code)) for code in present})}
