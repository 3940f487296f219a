"""What a reader is: the one module that understands a kind of file, and what each must tell of it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import NotOffered
from mlcore.raster.cog import Progress
from mlcore.raster.colouring import Colouring
from mlcore.raster.grid import GridSpec
from mlcore.raster.info import DEFAULT_LIMITS, Limits
from mlcore.raster.point import Places, Reading
from mlcore.raster.read import Numbers
from mlcore.raster.statistics import BandStatistics
from mlcore.samples import Chip
from mlcore.sensors import Sensor


class Facts(Protocol):
    """What a file is, as its reader's `inspect` says it: a frozen dataclass that goes to JSON and back."""

    kind: ClassVar[str]

    @property
    def crs(self) -> str | None:
        """Return 'EPSG:n' or WKT; None for a file without a place."""

    @property
    def summary(self) -> str:
        """Return in words how much it holds."""

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready description with its `kind`, the inverse of `from_dict`."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild what `to_dict` told."""


class Reader(ABC):
    """One kind of file; a way of reading that a kind doesn't offer yet says so."""

    kind: ClassVar[str]  # in the database, too
    title: ClassVar[str]  # of such a file
    is_sent: ClassVar[bool] = True  # people send such files; others are made here
    facts: ClassVar[type[Facts]]

    def described(self, data: Mapping[str, Any]) -> Facts:
        """Rebuild the facts of such a file from `to_dict`."""
        return self.facts.from_dict(data)

    def path_of(self, file: Path) -> Path:
        """Return a file of this kind as what opens it: itself, unless what it holds lies elsewhere."""
        return file

    @abstractmethod
    def begins(self, start: bytes) -> bool:
        """Return whether a file that begins like this is of this kind, whatever its name."""

    @abstractmethod
    def inspect(self, file: Path, *, limits: Limits = DEFAULT_LIMITS) -> Facts:
        """Validate a file and describe it, without reading all of it."""

    @abstractmethod
    def chip(  # noqa: PLR0913 - a place in a grid takes three
        self, file: Path, sensor: Sensor, grid: GridSpec, column: int, row: int, *, acquired: date | None = None
    ) -> Chip:
        """Return what the file holds inside one tile of a grid."""

    def convert(self, source: Path, target: Path, facts: Facts, *, progress: Progress | None = None) -> None:
        """Write a file, of which `inspect` told the facts, in the layout that reads fast, whole or not at all."""
        raise self._not_offered("conversion")

    def statistics(self, file: Path) -> tuple[BandStatistics, ...]:
        """Return how each band's numbers spread."""
        raise self._not_offered("statistics")

    def oddities(self, file: Path) -> list[str]:
        """Return a sentence about whatever in the file is probably not read as it was meant, and what to do."""
        return []

    def overview(self, file: Path, sensor: Sensor, *, acquired: date | None = None) -> Chip:
        """Return the whole file as one small chip."""
        raise self._not_offered("overview")

    def at(self, file: Path, sensor: Sensor, places: Places, *, bands: Sequence[int] | None = None) -> Reading:
        """Return the numbers at single places, of all bands or of those at some positions."""
        raise self._not_offered("reading of single places")

    def valid_fractions(self, file: Path, grid: GridSpec, block: tuple[int, int, int, int]) -> NDArray[np.float32]:
        """Return how much of each tile the file fills, 0..1, for a block: first column, first row, columns, rows."""
        raise self._not_offered("count of filled tiles")

    def numbers(
        self,
        file: Path,
        bands: Sequence[int],
        *,
        cell: tuple[GridSpec, int, int] | None = None,
        margin_px: int = 0,
        most_px: int,
    ) -> Numbers:
        """Return stored numbers of bands (from 0), picked, of the whole file or around one tile of a grid."""
        raise self._not_offered("picture")

    def cloud_fractions(self, file: Path, grid: GridSpec, block: tuple[int, int, int, int]) -> NDArray[np.float32]:
        """Return how much of what is seen of each tile its product calls cloud; not a number where nobody says."""
        return np.full((block[3], block[2]), np.nan, np.float32)

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
        """Return one tile of a grid with its surroundings as PNG."""
        raise self._not_offered("picture")

    def preview(self, file: Path, style: Colouring, *, size: int = 512) -> bytes:
        """Return the whole file as PNG, its longer side at most `size` pixels."""
        raise self._not_offered("preview")

    def map_tile(self, file: Path, z: int, x: int, y: int, style: Colouring) -> bytes:
        """Return one XYZ Web-Mercator tile as PNG."""
        raise self._not_offered("map")

    def _not_offered(self, what: str) -> NotOffered:
        return NotOffered(f"There is no {what} of a {self.title} yet; it can be inspected and cut into chips.")
