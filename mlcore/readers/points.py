"""Point clouds: LAS and LAZ files, COPC too, inspected and cut into chips of pillars."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadGeoreference, BadSensor, UnknownName, UnreadableFile
from mlcore.files import first_bytes
from mlcore.pillars import Points, pillar_sensor, pillars, pillars_of
from mlcore.raster.cog import Progress
from mlcore.raster.grid import GridSpec
from mlcore.raster.info import DEFAULT_LIMITS, Limits, RasterInfo
from mlcore.raster.lonlat import apply, transformer
from mlcore.readers.las import MAGIC, open_las
from mlcore.readers.las_head import UNITS_M, check_ends, density_of, system_of
from mlcore.readers.rasters import RasterReader
from mlcore.readers.reader import Facts
from mlcore.readers.returns import copy_returns
from mlcore.samples import Chip
from mlcore.sensors import Sensor

_AT_ONCE = 1_000_000  # points
Part = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float32]]


@dataclass(frozen=True)
class PointsInfo:
    """How many points a cloud has, where they lie, and what is known of each."""

    kind: ClassVar[str] = "points"
    count: int
    bounds: tuple[
        float, float, float, float, float, float
    ]  # west, south, lowest, east, north, highest, in units of crs
    crs: str | None  # horizontal: 'EPSG:n' if it has one, else WKT
    z_unit: str | None  # one of UNITS_M, as the coordinate system says; not always to be trusted
    dimensions: tuple[str, ...]  # 'intensity', 'classification', ...
    density: float | None  # points per m2 of the box around them; None without a place
    version: str  # of LAS
    is_compressed: bool

    @property
    def summary(self) -> str:
        """Return the number of points in words."""
        dense = f", {self.density:.2g} per m²" if self.density is not None else ""
        return f"a point cloud of {self.count:,} points{dense}"

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready description, the inverse of `from_dict`."""
        return {"kind": self.kind} | asdict(self) | {"bounds": list(self.bounds), "dimensions": list(self.dimensions)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "PointsInfo":
        """Rebuild what `to_dict` told."""
        told = {field.name: data[field.name] for field in fields(cls)}
        return cls(**told | {"bounds": tuple(told["bounds"]), "dimensions": tuple(told["dimensions"])})


@dataclass(frozen=True)
class GriddedCloud(RasterInfo):
    """A cloud as the raster that it was gridded to."""

    kind: ClassVar[str] = "points"

    @property
    def summary(self) -> str:
        """Return the size in words."""
        return f"a point cloud of {self.width} x {self.height} px"


class PointsReader(RasterReader):
    """Clouds of points: as they come, read whole for each chip, or gridded once, and then read as rasters are."""

    kind = PointsInfo.kind
    title = "LAS or LAZ point cloud"
    facts = PointsInfo

    def begins(self, start: bytes) -> bool:
        """Return whether it begins as LAS, LAZ and COPC do."""
        return start.startswith(MAGIC)

    def described(self, data: Mapping[str, Any]) -> Facts:
        """Rebuild the facts of a cloud, gridded or not."""
        return (GriddedCloud if "driver" in data else PointsInfo).from_dict(data)

    def inspect(self, file: Path, *, limits: Limits = DEFAULT_LIMITS) -> PointsInfo | GriddedCloud:  # type: ignore[override]
        """Describe a cloud by its header, its first and its last point; of a gridded one say what a raster is.

        Raises:
            NotInstalled, UnsafeFile, UnreadableFile, FileTooLarge: as `open_las`, or it has no point.
            BadGeoreference: the coordinates cannot be.
        """
        if not is_las(file):
            return GriddedCloud(**vars(super().inspect(file, limits=limits)))
        return self.look(file, limits=limits)

    def look(self, file: Path, *, limits: Limits = DEFAULT_LIMITS) -> PointsInfo:
        """Describe a cloud that was not gridded; errors are those of `inspect`."""
        with open_las(file, limits=limits) as cloud:
            header = cloud.header
            if not header.point_count:
                raise UnreadableFile(f"{file.name} is a point cloud without points.")
            (west, south, lowest), (east, north, highest) = header.mins.tolist(), header.maxs.tolist()
            bounds = (west, south, lowest, east, north, highest)
            check_ends(cloud, bounds, file.name)
            crs, z_unit = system_of(header, file.name)
            return PointsInfo(
                count=int(header.point_count),
                bounds=bounds,
                crs=crs,
                z_unit=z_unit,
                dimensions=tuple(str(name) for name in header.point_format.dimension_names),
                density=density_of(int(header.point_count), bounds, crs),
                version=str(header.version),
                is_compressed=bool(header.are_points_compressed),
            )

    def convert(self, source: Path, target: Path, facts: Facts, *, progress: Progress | None = None) -> None:
        """Write the raster, and the points behind it."""
        super().convert(source, target, facts, progress=progress)
        copy_returns(source, target)

    def chip(  # noqa: PLR0913 - a place in a grid takes three
        self, file: Path, sensor: Sensor, grid: GridSpec, column: int, row: int, *, acquired: date | None = None
    ) -> Chip:
        """Return the pillars of the points inside one tile of a grid in any CRS, one pixel a lattice pixel.

        Args:
            sensor: of `pillar_sensor`, with the side of a lattice pixel as its gsd.

        Raises:
            BadSensor: it isn't one of pillars.
            BadGeoreference: the file or the grid has no place.
            NotInstalled, UnsafeFile, UnreadableFile, FileTooLarge: as `open_las`.
        """
        if not is_las(file):
            return pillars_of(super().chip(file, sensor, grid, column, row, acquired=acquired))
        if sensor.gsd_m is None or sensor.bands != pillar_sensor(1).bands:
            raise BadSensor(f"{file.name} is a point cloud; {sensor.title} does not speak of its pillars.")
        info = self.look(file)
        if info.crs is None or grid.crs is None:
            raise BadGeoreference(f"{file.name} or its grid has no coordinate system: set it in the file first.")
        side = grid.tile_px
        points = _inside(file, info, grid, (column * side, row * side))
        chip = pillars(points, (0, -side, side, 0), (side, side), gsd_m=sensor.gsd_m)
        return replace(chip, sensor=sensor, bounds=grid.tile_bounds(column, row), crs=grid.crs, acquired=acquired)


def is_las(file: Path) -> bool:
    """Return whether a cloud is one of points still, not gridded."""
    return first_bytes(file, len(MAGIC)) == MAGIC


def read_points(path: Path, *, z_unit: str) -> Points:
    """Read a point cloud whole.

    Args:
        path: a LAS, LAZ or COPC file.
        z_unit: 'metre', 'foot' or 'us_foot'. Files often don't say, or say it wrongly, so that it is declared.

    Raises:
        UnknownName: no such unit.
        NotInstalled, UnsafeFile, UnreadableFile, FileTooLarge: as `open_las`.
    """
    if z_unit not in UNITS_M:
        raise UnknownName("unit of height", z_unit, UNITS_M)
    with open_las(path) as cloud:
        crs, _ = system_of(cloud.header, path.name)
    x, y, z, light = (np.concatenate(column) for column in zip(*_parts(path), strict=True))
    return Points(x, y, z * UNITS_M[z_unit], _relative(light, float(light.max(initial=0))), crs)


def _parts(path: Path) -> Iterator[Part]:
    """Yield x, y, z and raw intensity of the points, a million at a time; at least once."""
    with open_las(path) as cloud:
        left = max(1, int(cloud.header.point_count))
        while left > 0:
            points = cloud.read_points(_AT_ONCE)
            x, y, z = (np.asarray(points[axis], np.float64) for axis in "xyz")
            yield x, y, z, np.asarray(points["intensity"], np.float32)
            if len(x) < min(left, _AT_ONCE) and cloud.header.point_count:
                raise UnreadableFile(f"{path.name} is truncated: {left - len(x):,} of its points are missing.")
            left -= max(1, len(x))


def _inside(path: Path, info: PointsInfo, grid: GridSpec, origin: tuple[int, int]) -> Points:
    """Return the points of a tile in its pixels, x to the right and y upwards from its upper left corner."""
    source, target = str(info.crs), str(grid.crs)
    to_lattice, kept, brightest = ~grid.affine, [], 0.0
    for x, y, z, light in _parts(path):
        if source != target:
            x, y = transformer(source, target).transform(x, y)
        column, line = apply(to_lattice, x, y)
        column, line = column - origin[0], line - origin[1]
        inside = (column >= 0) & (column < grid.tile_px) & (line >= 0) & (line < grid.tile_px)
        kept.append((column[inside], -line[inside], z[inside], light[inside]))
        brightest = max(brightest, float(light.max(initial=0)))
    x, y, z, light = (np.concatenate(each) for each in zip(*kept, strict=True))
    return Points(x, y, z * UNITS_M[info.z_unit or "metre"], _relative(light, brightest))


def _relative(light: NDArray[np.float32], brightest: float) -> NDArray[np.float32] | None:
    return light / np.float32(brightest) if brightest > 0 else None
