"""Clouds: LAS, LAZ and COPC files as containers of the raster that their points make, a million points at a time."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS as ProjCRS
from rasterio.crs import CRS

from mlcore.containers.container import Bundle, Container, Layer, Progress, check_shape
from mlcore.containers.writing import Sheet, write_layer
from mlcore.errors import BadGeoreference
from mlcore.pillars import HEIGHT_BINS_M, gridded_sensor, ground_below
from mlcore.raster.lonlat import is_geographic
from mlcore.readers.las import MAGIC, open_las
from mlcore.readers.points import UNITS_M, PointsInfo, PointsReader

_SIDES_M = (0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_POINTS_A_PIXEL = 4.0
_MOST_CELLS = 8_000_000
_AT_ONCE = 1_000_000  # points
_DEGREE_M = 111_320.0
_RADIUS_M, _HIGHEST_M = (6.3e6, 6.4e6), 12_000.0  # of the Earth, and above the sea
_GPS, _ADJUSTED = datetime(1980, 1, 6, tzinfo=UTC), 1e9  # seconds that standard GPS time leaves out
_FEET = {"foot": "feet", "us_foot": "US feet"}
_BINS = len(HEIGHT_BINS_M) + 1


@dataclass(frozen=True)
class Lattice:
    """The pixels that a cloud is gridded to."""

    west: float  # in units of the CRS
    north: float
    side: float  # in units of the CRS
    side_m: float
    shape: tuple[int, int]  # rows, columns

    def cells(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the pixel of each point."""
        row = np.clip(((self.north - y) / self.side).astype(np.int64), 0, self.shape[0] - 1)
        column = np.clip(((x - self.west) / self.side).astype(np.int64), 0, self.shape[1] - 1)
        return row * self.shape[1] + column


class PointCloud(Container):
    """A cloud of points."""

    code = "points"
    title = "LAS or LAZ point cloud"
    endings = (".las", ".laz")

    def begins(self, start: bytes, name: str) -> bool:
        """Return whether it begins as LAS, LAZ and COPC do."""
        return start.startswith(MAGIC)

    def peek(self, bundle: Bundle) -> str:
        """Read the header and both ends."""
        info = _looked_at(bundle)
        lattice_of(info, bundle.name)
        return info.summary

    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Grid the points: shares and brightness by height above ground, height, density, intensity and class."""
        info = _looked_at(bundle)
        lattice = lattice_of(info, bundle.name)
        unit = UNITS_M[info.z_unit or "metre"]
        bands, day = _gridded(bundle.main, info, lattice, unit, progress)
        sensor = gridded_sensor(lattice.side_m)
        transform = Affine(lattice.side, 0, lattice.west, 0, -lattice.side, lattice.north)
        crs = CRS.from_user_input(info.crs) if info.crs else None
        tags = {"SENSOR": "lidar"} | ({"ACQUISITION_TIME": day} if day else {})
        sheet = Sheet(lattice.shape[1], lattice.shape[0], "float32", sensor.bands, crs, transform, float("nan"), tags)
        write_layer(
            folder / "cloud.tif",
            sheet,
            lambda rows, columns: bands(rows, columns),
            progress=lambda share: progress(0.8 + 0.2 * share),
        )
        return [Layer("cloud.tif", kind="points", sensor=sensor, remarks=_remarks(info, lattice))]


def _looked_at(bundle: Bundle) -> PointsInfo:
    info = PointsReader().look(bundle.main)
    centre = [(info.bounds[axis] + info.bounds[axis + 3]) / 2 for axis in range(3)]
    if info.crs is None and _RADIUS_M[0] < math.hypot(*centre) < _RADIUS_M[1] and abs(centre[2]) > _HIGHEST_M:
        raise BadGeoreference(
            f"{bundle.name} has geocentric coordinates, from the centre of the Earth: project it to a map first."
        )
    return info


def lattice_of(info: PointsInfo, name: str) -> Lattice:
    """Return the pixels for a cloud: about four points in each, of a round side, no more than can be held."""
    west, south, _, east, north, _ = info.bounds
    metres = _unit_m(info.crs)
    width, height = max(east - west, 1e-9) * metres, max(north - south, 1e-9) * metres
    density = info.count / max(width * height, 1e-9)
    wanted = math.sqrt(_POINTS_A_PIXEL / density)
    fitting = [side for side in _SIDES_M if side >= wanted * 0.9 and width * height / side**2 <= _MOST_CELLS]
    side_m = fitting[0] if fitting else max(wanted, math.sqrt(width * height / _MOST_CELLS) * 1.01)
    side = side_m / metres
    left, top = math.floor(west / side) * side, math.ceil(north / side) * side
    rows, columns = max(1, math.ceil((top - south) / side)), max(1, math.ceil((east - left) / side))
    check_shape(name, columns, rows, 1)
    return Lattice(left, top, side, side_m, (rows, columns))


def _unit_m(crs: str | None) -> float:
    """Return how many metres a unit of a coordinate system is; about so of degrees."""
    if crs is None:
        return 1.0
    if is_geographic(crs):
        return _DEGREE_M
    return float(ProjCRS.from_user_input(crs).axis_info[0].unit_conversion_factor)


class _Sums:
    """What is gathered of the points in each pixel."""

    def __init__(self, lattice: Lattice) -> None:
        """Begin with none."""
        size = lattice.shape[0] * lattice.shape[1]
        self.lowest = np.full(size, np.inf, np.float32)
        self.highest = np.full(size, -np.inf, np.float32)
        self.count = np.zeros(size, np.float32)
        self.inside, self.bright = np.zeros((2, _BINS, size), np.float32)
        self.light = np.zeros(size, np.float32)
        self.top = np.zeros(size, np.uint8)
        self.brightest = 0.0

    def measure(self, cell: NDArray[np.int64], z: NDArray[np.float32], light: NDArray[np.float32]) -> None:
        """Find the ends of each pixel's heights."""
        np.minimum.at(self.lowest, cell, z)
        np.maximum.at(self.highest, cell, z)
        self.brightest = max(self.brightest, float(light.max(initial=0)))

    def fill(self, cell: NDArray[np.int64], z: NDArray[np.float32], ground: NDArray[np.float32], part: Any) -> None:
        """Count what lies how high above the ground."""
        light = np.asarray(part["intensity"], np.float32) / (self.brightest or 1.0)
        level = np.searchsorted(HEIGHT_BINS_M, z - ground[cell], side="right")
        np.add.at(self.count, cell, 1)
        np.add.at(self.light, cell, light)
        np.add.at(self.inside.reshape(-1), level * len(self.count) + cell, 1)
        np.add.at(self.bright.reshape(-1), level * len(self.count) + cell, light)
        is_top = z >= self.highest[cell]
        self.top[cell[is_top]] = np.asarray(part["classification"], np.uint8)[is_top]


def _gridded(path: Path, info: PointsInfo, lattice: Lattice, unit: float, progress: Progress) -> tuple[Any, str]:
    """Return what reads the bands of a window, and the day of the first point as far as it is told."""
    sums, day, lowest = _Sums(lattice), "", info.bounds[2]
    for part, cell, z in _parts(path, info, lattice, unit, lambda share: progress(0.4 * share)):
        sums.measure(cell, z, np.asarray(part["intensity"], np.float32))
    ground = ground_below(sums.lowest.reshape(lattice.shape), lattice.side_m).ravel()
    for part, cell, z in _parts(path, info, lattice, unit, lambda share: progress(0.4 + 0.4 * share)):
        sums.fill(cell, z, ground, part)
        day = day or _day(path, part)
    return _reader(sums, ground, lattice, lowest * unit), day


def _parts(path: Path, info: PointsInfo, lattice: Lattice, unit: float, progress: Progress) -> Any:
    """Yield points, their pixels and their heights in m above the lowest, which single precision holds."""
    done = 0
    with open_las(path) as cloud:
        while done < info.count:
            part = cloud.read_points(_AT_ONCE)
            if not len(part):
                return
            x, y, z = (np.asarray(part[axis], np.float64) for axis in "xyz")
            yield part, lattice.cells(x, y), ((z - info.bounds[2]) * unit).astype(np.float32)
            done += len(part)
            progress(done / info.count)


def _reader(sums: _Sums, ground: NDArray[np.float32], lattice: Lattice, lowest_m: float) -> Any:
    def read(rows: slice, columns: slice) -> NDArray[np.float32]:
        def cut(values: NDArray[Any]) -> NDArray[Any]:
            return values.reshape(*values.shape[:-1], *lattice.shape)[..., rows, columns]

        count, inside = cut(sums.count), cut(sums.inside)
        shares, lights = inside / np.maximum(count, 1), cut(sums.bright) / np.maximum(inside, 1)
        height = np.where(count > 0, cut(sums.highest) - cut(ground), 0) / 10
        looks = [cut(sums.highest) + lowest_m, cut(sums.light) / np.maximum(count, 1), cut(sums.top)]
        bands = np.concatenate([shares, lights, [height, np.log10(1 + count), *looks]]).astype(np.float32)
        bands[:, count == 0] = np.nan
        return bands

    return read


def _day(path: Path, part: Any) -> str:
    """Return when the points were measured, where their times are absolute ones."""
    names = set(part.point_format.dimension_names)
    with open_las(path) as cloud:
        absolute = int(cloud.header.global_encoding.gps_time_type) == 1
    if not absolute or "gps_time" not in names:
        return ""
    seconds = float(np.median(part["gps_time"])) + _ADJUSTED
    if not 3e8 < seconds < 3e9:
        return ""
    moment = _GPS + timedelta(seconds=seconds)
    return moment.isoformat()[:19] if moment < datetime.now(UTC) else ""


def _remarks(info: PointsInfo, lattice: Lattice) -> list[str]:
    said = [f"Its {info.count:,} points are gridded at {lattice.side_m:g} m: height above ground is that above the "
            "lowest point within 10 m."]  # fmt: skip
    if info.z_unit is None:
        said.append("It does not say in which unit its heights are: metres are taken.")
    elif info.z_unit != "metre":
        said.append(f"Its heights are in {_FEET[info.z_unit]}, and are turned into metres.")
    if info.crs is None:
        said.append("It has no coordinate system: state that of the scene to put it on the map.")
    return said
