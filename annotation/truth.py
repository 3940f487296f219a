"""Truth: what is really there, from a file, for simulated annotators."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import Resampling

from annotation.arrays.masks import Mask
from annotation.errors import BadUpload
from annotation.models import Sample
from mlcore.raster.info import inspect
from mlcore.raster.opening import georeference, open_raster
from mlcore.raster.warp import Cells, read_cells


class Truth(Protocol):
    """What somebody who knows would say."""

    def code(self, sample: Sample) -> int:
        """Return the class code of a sample; 0 where nothing is known."""

    def mask(self, sample: Sample) -> Mask:
        """Return the class code of each pixel; 0 where nothing is known."""


@dataclass(frozen=True)
class RowTruth:
    """A class code for each row of the project's arrays."""

    codes: NDArray[np.int64]  # [N]

    @classmethod
    def read(cls, path: Path) -> "RowTruth":
        """Read an .npy of codes [N], or a .csv with the columns tile and class.

        Raises:
            BadUpload: it is neither.
        """
        try:
            return cls(np.load(path, allow_pickle=False).astype(np.int64) if path.suffix == ".npy" else _table(path))
        except (OSError, ValueError, KeyError) as error:
            raise BadUpload(f"{path.name} holds no class for each tile: {error}.") from error

    def code(self, sample: Sample) -> int:
        """Return the code of the sample's row."""
        return int(self.codes[sample.index]) if sample.index < len(self.codes) else 0

    def mask(self, sample: Sample) -> Mask:
        """Return a tile that is all of its class."""
        side = sample.tile.grid.tile_px
        return np.full((side, side), self.code(sample), np.uint8)


@dataclass(frozen=True)
class RasterTruth:
    """A raster of class codes on the ground of the project."""

    path: Path

    @classmethod
    def read(cls, path: Path) -> "RasterTruth":
        """Check a raster of one band of class codes.

        Raises:
            BadUpload: it has several bands.
        """
        if (count := inspect(path).count) != 1:
            raise BadUpload(f"{path.name} has {count} bands; labels are one band of class codes, 0 = not labelled.")
        return cls(path)

    def code(self, sample: Sample) -> int:
        """Return the commonest code of the tile's labelled pixels; 0 without any."""
        counts = np.bincount(self.mask(sample).ravel(), minlength=2)[1:]
        return int(counts.argmax()) + 1 if counts.any() else 0

    def mask(self, sample: Sample) -> Mask:
        """Return the codes under the tile, whatever CRS the raster lies in.

        Raises:
            BadUpload: the raster or the tile has no place on the map.
        """
        grid, tile = sample.tile.grid, sample.tile
        with open_raster(self.path) as dataset:
            crs, _ = georeference(dataset)
            if grid.ready_made or not (crs and grid.crs):
                raise BadUpload(f"{self.path.name} lies in {crs or 'no CRS'}, the tiles in {grid.crs or 'none'}.")
            shape, cells = (grid.tile_px, grid.tile_px), Cells(grid.spec(), tile.column, tile.row)
            pixels, valid = read_cells(dataset, cells, shape, bands=[1], resampling=Resampling.nearest)
        return np.where(valid, pixels[0].round(), 0).astype(np.uint8)


def _table(path: Path) -> NDArray[np.int64]:
    with path.open(newline="") as file:
        found = {int(row["tile"]): int(row["class"]) for row in csv.DictReader(file)}
    codes = np.zeros(max(found, default=-1) + 1, np.int64)
    codes[list(found)] = list(found.values())
    return codes
