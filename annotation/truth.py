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

    def amount(self, sample: Sample) -> float | None:
        """Return the quantity of a sample; None where nothing is known."""


@dataclass(frozen=True)
class RowTruth:
    """A class code or a quantity for each row of the project's arrays."""

    values: NDArray[np.float64]  # [N], NaN where nothing is known

    @classmethod
    def read(cls, path: Path) -> "RowTruth":
        """Read an .npy of codes or quantities [N], or a .csv with the columns tile and class, or tile and amount.

        Raises:
            BadUpload: it is neither.
        """
        try:
            values = np.load(path, allow_pickle=False).astype(np.float64) if path.suffix == ".npy" else _table(path)
        except (OSError, ValueError, KeyError) as error:
            raise BadUpload(f"{path.name} holds no class or amount for each tile: {error}.") from error
        if values.ndim != 1:
            raise BadUpload(f"{path.name} holds an array {values.shape}; a truth is one number for each tile.")
        return cls(values)

    def code(self, sample: Sample) -> int:
        """Return the code of the sample's row."""
        return int(self.amount(sample) or 0)

    def mask(self, sample: Sample) -> Mask:
        """Return a tile that is all of its class."""
        side = sample.tile.grid.tile_px
        return np.full((side, side), self.code(sample), np.uint8)

    def amount(self, sample: Sample) -> float | None:
        """Return the quantity of the sample's row."""
        value = float(self.values[sample.index]) if sample.index < len(self.values) else float("nan")
        return value if np.isfinite(value) else None


@dataclass(frozen=True)
class RasterTruth:
    """A raster of class codes, or of a quantity, on the ground of the project."""

    path: Path

    @classmethod
    def read(cls, path: Path) -> "RasterTruth":
        """Check a raster of one band.

        Raises:
            BadUpload: it has several bands.
        """
        if (count := inspect(path).count) != 1:
            raise BadUpload(
                f"{path.name} has {count} bands; labels are one band of class codes (0 = not labelled) or of amounts."
            )
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
        pixels, valid = self._read(sample)
        return np.where(valid, pixels.round(), 0).astype(np.uint8)

    def amount(self, sample: Sample) -> float | None:
        """Return the mean of the valid pixels under the tile, whatever CRS the raster lies in.

        Raises:
            BadUpload: the raster or the tile has no place on the map.
        """
        pixels, valid = self._read(sample)
        known = pixels[valid & np.isfinite(pixels)]
        return float(known.mean(dtype=np.float64)) if known.size else None

    def _read(self, sample: Sample) -> tuple[NDArray[np.floating], NDArray[np.bool_]]:
        grid, tile = sample.tile.grid, sample.tile
        with open_raster(self.path) as dataset:
            crs, _ = georeference(dataset)
            if grid.ready_made or not (crs and grid.crs):
                raise BadUpload(f"{self.path.name} lies in {crs or 'no CRS'}, the tiles in {grid.crs or 'none'}.")
            shape, cells = (grid.tile_px, grid.tile_px), Cells(grid.spec(), tile.column, tile.row)
            pixels, valid = read_cells(dataset, cells, shape, bands=[1], resampling=Resampling.nearest)
        return pixels[0], valid


def _table(path: Path) -> NDArray[np.float64]:
    with path.open(newline="") as file:
        said = {int(row["tile"]): float(row["amount" if "amount" in row else "class"]) for row in csv.DictReader(file)}
    values = np.full(max(said, default=-1) + 1, np.nan)
    values[list(said)] = list(said.values())
    return values
