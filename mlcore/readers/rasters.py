"""Rasters: GeoTIFF, PNG, JPEG and JPEG 2000, read by the room `mlcore.raster`."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mlcore.raster.clouds import cloud_fractions
from mlcore.raster.cog import Progress, to_cog
from mlcore.raster.colouring import Colouring
from mlcore.raster.grid import GridSpec
from mlcore.raster.info import DEFAULT_LIMITS, Limits, RasterInfo, inspect
from mlcore.raster.oddities import oddities
from mlcore.raster.opening import driver_of
from mlcore.raster.point import Places, Reading, read_points
from mlcore.raster.read import Numbers, read_chip, read_numbers, read_overview, valid_fractions
from mlcore.raster.render import render_chip, render_overview
from mlcore.raster.statistics import BandStatistics, statistics
from mlcore.raster.web_map import render_tile
from mlcore.readers.reader import Facts, Reader
from mlcore.samples import Chip
from mlcore.sensors import Sensor


class RasterReader(Reader):
    """Grids of pixels; errors are those of `mlcore.raster`."""

    kind = RasterInfo.kind
    title = "GeoTIFF, PNG, JPEG or JPEG 2000 image"
    facts: ClassVar[type[Facts]] = RasterInfo

    def begins(self, start: bytes) -> bool:
        """Return whether one of the allowed drivers reads it."""
        return driver_of(start) is not None

    def inspect(self, file: Path, *, limits: Limits = DEFAULT_LIMITS) -> RasterInfo:
        """Validate a raster and describe it."""
        return inspect(file, limits=limits)

    def convert(self, source: Path, target: Path, facts: Facts, *, progress: Progress | None = None) -> None:
        """Write a cloud-optimised GeoTIFF."""
        info = facts if isinstance(facts, RasterInfo) else inspect(source)
        to_cog(source, target, info, progress=progress)

    def statistics(self, file: Path) -> tuple[BandStatistics, ...]:
        """Return the statistics of each band."""
        return statistics(self.path_of(file))

    def oddities(self, file: Path) -> list[str]:
        """Tell of undeclared nodata, of places that are not read, and of further pages."""
        return oddities(self.path_of(file))

    def overview(self, file: Path, sensor: Sensor, *, acquired: date | None = None) -> Chip:
        """Return at most 256 pixels a side, picked."""
        return read_overview(self.path_of(file), sensor, acquired=acquired)

    def chip(  # noqa: PLR0913 - a place in a grid takes three
        self, file: Path, sensor: Sensor, grid: GridSpec, column: int, row: int, *, acquired: date | None = None
    ) -> Chip:
        """Return one tile's pixels."""
        return read_chip(self.path_of(file), sensor, grid, column, row, acquired=acquired)

    def at(self, file: Path, sensor: Sensor, places: Places, *, bands: Sequence[int] | None = None) -> Reading:
        """Return the numbers of the pixels in which places lie."""
        return read_points(self.path_of(file), sensor, places, bands=bands)

    def valid_fractions(self, file: Path, grid: GridSpec, block: tuple[int, int, int, int]) -> NDArray[np.float32]:
        """Return the share of valid pixels of each tile [rows, columns]."""
        return valid_fractions(self.path_of(file), grid, *block)

    def numbers(
        self,
        file: Path,
        bands: Sequence[int],
        *,
        cell: tuple[GridSpec, int, int] | None = None,
        margin_px: int = 0,
        most_px: int,
    ) -> Numbers:
        """Return stored numbers, nearest."""
        return read_numbers(self.path_of(file), bands, cell=cell, margin_px=margin_px, most_px=most_px)

    def cloud_fractions(self, file: Path, grid: GridSpec, block: tuple[int, int, int, int]) -> NDArray[np.float32]:
        """Return the share of cloud in each tile [rows, columns], by the product's own mask."""
        return cloud_fractions(self.path_of(file), grid, *block)

    def picture(  # noqa: PLR0913 - a place in a grid takes three
        self,
        file: Path,
        grid: GridSpec,
        column: int,
        row: int,
        style: Colouring,
        *,
        margin_px: int = 0,
        size: int | None = None,
    ) -> bytes:
        """Return one tile in the grid's own pixels, or `size` a side."""
        return render_chip(self.path_of(file), grid, column, row, style, margin_px=margin_px, size=size)

    def preview(self, file: Path, style: Colouring, *, size: int = 512) -> bytes:
        """Return the whole raster in its own orientation."""
        return render_overview(self.path_of(file), style, size=size)

    def map_tile(self, file: Path, z: int, x: int, y: int, style: Colouring) -> bytes:
        """Return a map tile, transparent beside the raster."""
        return render_tile(self.path_of(file), z, x, y, style)
