"""Clouds: LAS, LAZ and COPC files as containers of the raster that their points make, a million points at a time."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS as ProjCRS
from rasterio.crs import CRS

from mlcore.containers.cloud_sums import Sums
from mlcore.containers.container import Bundle, Container, Layer, Progress, check_shape
from mlcore.containers.writing import Sheet, write_layer
from mlcore.errors import BadGeoreference
from mlcore.pillars import gridded_sensor, ground_below
from mlcore.raster.lonlat import is_geographic
from mlcore.readers.las import MAGIC, open_las
from mlcore.readers.las_head import UNITS_M
from mlcore.readers.points import PointsInfo, PointsReader
from mlcore.readers.returns import RETURN, ReturnsWriter, Rows
from mlcore.readers.tails import append_tail

CLOUD = b"TSSOURCE"  # the file as it came, behind the raster and its points
_SIDES_M = (0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_POINTS_A_PIXEL = 4.0
_MOST_CELLS = 8_000_000
_AT_ONCE = 1_000_000  # points
_DEGREE_M = 111_320.0
_RADIUS_M, _HIGHEST_M = (6.3e6, 6.4e6), 12_000.0  # of the Earth, and above the sea
_GPS, _ADJUSTED = datetime(1980, 1, 6, tzinfo=UTC), 1e9  # seconds that standard GPS time leaves out
_FEET = {"foot": "feet", "us_foot": "US feet"}


@dataclass(frozen=True)
class Lattice:
    """The pixels that a cloud is gridded to."""

    west: float  # in units of the CRS
    north: float
    side: float  # in units of the CRS
    side_m: float
    shape: tuple[int, int]  # rows, columns

    def places(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the column and the row of each point, in fractions of a pixel and never beyond the last one."""
        ends = [np.nextafter(np.float32(side), np.float32(0)) for side in self.shape]
        columns, rows = (x - self.west) / self.side, (self.north - y) / self.side
        return np.clip(columns.astype(np.float32), 0, ends[1]), np.clip(rows.astype(np.float32), 0, ends[0])

    def cells(self, columns: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return the pixel of each place."""
        return rows.astype(np.int64) * self.shape[1] + columns.astype(np.int64)


@dataclass(frozen=True)
class _Source:
    """A file, what it says of itself, and the pixels that it is gridded to."""

    path: Path
    info: PointsInfo
    lattice: Lattice
    unit: float  # metres a unit of its heights


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
        source = _Source(bundle.main, info, lattice, UNITS_M[info.z_unit or "metre"])
        sums = _gathered(source, lambda share: progress(0.4 * share))
        with ReturnsWriter(folder / "cloud.returns", sums.cells) as returns:
            bands, day = _gridded(source, sums, returns, lambda share: progress(0.4 + 0.4 * share))
        sensor = gridded_sensor(lattice.side_m)
        transform = Affine(lattice.side, 0, lattice.west, 0, -lattice.side, lattice.north)
        crs = CRS.from_user_input(info.crs) if info.crs else None
        tags = {"SENSOR": "lidar"} | ({"ACQUISITION_TIME": day} if day else {})
        sheet = Sheet(lattice.shape[1], lattice.shape[0], "float32", sensor.bands, crs, transform, float("nan"), tags)
        raster = folder / "cloud.tif"
        write_layer(raster, sheet, bands, progress=lambda share: progress(0.8 + 0.2 * share))
        returns.append_to(raster)
        append_tail(raster, CLOUD, bundle.main)
        return [Layer(raster.name, kind="points", sensor=sensor, remarks=_remarks(info, lattice))]


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


@dataclass(frozen=True)
class _Part:
    """Some points: as the file has them, and where they lie."""

    raw: Any
    columns: NDArray[np.float32]
    rows: NDArray[np.float32]
    cells: NDArray[np.int64]
    heights: NDArray[np.float32]  # in m above the lowest, which single precision holds

    def returns(self, lowest_m: float) -> Rows:
        """Return them as they are kept."""
        rows = np.empty(len(self.cells), RETURN)
        rows["x"], rows["y"], rows["z"] = self.columns, self.rows, self.heights + np.float64(lowest_m)
        rows["intensity"], rows["class"] = self.raw["intensity"], self.raw["classification"]
        rows["number"] = self.raw["return_number"]
        return rows


def _gathered(cloud: _Source, progress: Progress) -> Sums:
    """Return the ends of each pixel's heights, and how many points lie in each cell."""
    sums = Sums(cloud.lattice.shape)
    for part in _parts(cloud, progress):
        sums.measure(part.cells, part.heights, np.asarray(part.raw["intensity"], np.float32))
    return sums


def _gridded(cloud: _Source, sums: Sums, returns: ReturnsWriter, progress: Progress) -> tuple[Any, str]:
    """Keep the points, and return what reads the bands of a window, and the day of the first as far as it is told."""
    lattice, day, lowest_m = cloud.lattice, "", cloud.info.bounds[2] * cloud.unit
    ground = ground_below(sums.lowest.reshape(lattice.shape), lattice.side_m).ravel()
    for part in _parts(cloud, progress):
        sums.fill(part.cells, part.heights, ground, part.raw)
        returns.add(part.returns(lowest_m))
        day = day or _day(cloud.path, part.raw)
    return _reader(sums, ground, lattice, lowest_m), day


def _parts(cloud: _Source, progress: Progress) -> Iterator[_Part]:
    done, info = 0, cloud.info
    with open_las(cloud.path) as file:
        while done < info.count:
            raw = file.read_points(_AT_ONCE)
            if not len(raw):
                return
            x, y, z = (np.asarray(raw[axis], np.float64) for axis in "xyz")
            columns, rows = cloud.lattice.places(x, y)
            heights = ((z - info.bounds[2]) * cloud.unit).astype(np.float32)
            yield _Part(raw, columns, rows, cloud.lattice.cells(columns, rows), heights)
            done += len(raw)
            progress(done / info.count)


def _reader(sums: Sums, ground: NDArray[np.float32], lattice: Lattice, lowest_m: float) -> Any:
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
