"""Bent: rasters whose place is told by ground control points or rational polynomials, not by a transform."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import Geod
from rasterio._err import CPLE_BaseError
from rasterio.crs import CRS
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.transform import GCPTransformer, RPCTransformer
from scipy.ndimage import map_coordinates

from mlcore.errors import BadGeoreference, UnsafeFile
from mlcore.raster.info import RasterInfo, names_file
from mlcore.raster.lonlat import Floats, transformer, unit_ring
from mlcore.raster.metric import metric_crs
from mlcore.raster.opening import placed_by

LONLAT = "EPSG:4326"
_ROUGH_PX = 1.0  # that a polynomial misses its points by; above, a thin plate goes through them
_MANY = 12  # points that a thin plate needs, of which half can be left out to test it
_KNOT_PX = 8  # between places that are worked out exactly
_SEGMENTS = 24


@dataclass(frozen=True)
class Bent:
    """How the pixels of a raster lie on the ground."""

    crs: str  # of the places
    to_ground: Any  # rasterio's transformer
    told: str  # by what they are placed, and how surely

    def ground(self, columns: Floats, rows: Floats) -> tuple[Floats, Floats]:
        """Return the places of pixel positions, in the CRS."""
        x, y = self.to_ground.xy(rows.ravel(), columns.ravel(), offset="ul")
        return np.reshape(x, columns.shape), np.reshape(y, columns.shape)

    def pixels(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return the pixel positions (columns, rows) of places in the CRS."""
        rows, columns = self.to_ground.rowcol(x.ravel(), y.ravel(), op=np.positive)
        return np.reshape(columns, x.shape), np.reshape(rows, x.shape)


def bent_of(dataset: DatasetReader) -> Bent:
    """Return how the pixels of such a raster lie.

    Raises:
        BadGeoreference: what it says cannot be.
        UnsafeFile: it names files.
    """
    try:
        return _by_points(dataset) if placed_by(dataset) == "points" else _by_polynomials(dataset)
    except (RasterioError, CPLE_BaseError, ValueError) as error:
        raise BadGeoreference(f"Its control points or polynomials tell no place: {error}.") from error


def _by_points(dataset: DatasetReader) -> Bent:
    points, crs = dataset.gcps
    if names_file(crs.to_wkt()):
        raise UnsafeFile("Its control points have a coordinate system that refers to other files; set a plain one.")
    epsg = crs.to_epsg()
    name = f"EPSG:{epsg}" if epsg else crs.to_wkt()
    missed, plain = _missed(GCPTransformer(points), points), GCPTransformer(points)
    way, how = plain, f"a polynomial misses them by {missed:.2g} px on average"
    if missed > _ROUGH_PX and len(points) >= _MANY:
        tested = _missed(GCPTransformer(points[::2], tps=True), points[1::2])
        if tested < missed:
            way = GCPTransformer(points, tps=True)
            how = f"a thin plate through every other of them misses the rest by {tested:.2g} px on average"
    size = _pixel_m(Bent(name, way, ""), dataset)
    return Bent(name, way, f"It is placed by its {len(points)} ground control points: {how}, a pixel is {size:.3g} m.")


def _missed(way: GCPTransformer, points: list[Any]) -> float:
    """Return the root of the mean square of how many pixels points lie off."""
    rows, columns = way.rowcol([each.x for each in points], [each.y for each in points], op=np.positive)
    off = np.hypot(rows - [each.row for each in points], columns - [each.col for each in points])
    if not np.isfinite(off).all():
        raise BadGeoreference("Its control points contradict each other; set its georeference again.")
    return float(np.sqrt((off**2).mean()))


def _by_polynomials(dataset: DatasetReader) -> Bent:
    height = float(dataset.rpcs.height_off)
    way, higher = (RPCTransformer(dataset.rpcs, rpc_height=metres) for metres in (height, height + 100))
    middle = np.array([dataset.height / 2]), np.array([dataset.width / 2])
    here, there = (one.xy(*middle) for one in (way, higher))
    off = Geod(ellps="WGS84").inv(here[0], here[1], there[0], there[1])[2][0]
    return Bent(
        LONLAT, way,
        f"It is placed by its rational polynomials at a height of {height:.0f} m above the ellipsoid: ground that is "
        f"100 m higher or lower lies {off:.0f} m off. Orthorectify it with an elevation model to do better.",
    )  # fmt: skip


def _pixel_m(bent: Bent, dataset: DatasetReader) -> float:
    """Return the side of a pixel in metres, at the raster's centre."""
    middle = np.array([dataset.width / 2, dataset.width / 2 + 1])
    x, y = bent.ground(middle, np.full(2, dataset.height / 2))
    lon, lat = transformer(bent.crs, LONLAT).transform(x, y)
    return float(Geod(ellps="WGS84").inv(lon[0], lat[0], lon[1], lat[1])[2])


@dataclass(frozen=True)
class Flat:
    """The north-up raster that a bent one is warped to."""

    crs: str
    transform: Affine
    width: int
    height: int


def flat_of(bent: Bent, info: RasterInfo) -> Flat:
    """Return the raster around a bent one, in metres where one coordinate system suits it, in pixels of its own size.

    Raises:
        BadGeoreference: its ground has no such box.
    """
    ring = unit_ring(_SEGMENTS) * (info.width, info.height)
    x, y = bent.ground(ring[:, 0], ring[:, 1])
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise BadGeoreference("Its control points or polynomials put parts of it nowhere; set its georeference again.")
    side = max((x.max() - x.min()) / info.width, (y.max() - y.min()) / info.height)
    rough = Affine(side, 0, x.min(), 0, -side, y.max())
    crs = metric_crs(_as(info, bent.crs, rough, x, y, side)) or bent.crs
    x, y = (np.asarray(axis) for axis in transformer(bent.crs, crs).transform(x, y))
    pixel = _pixel(bent, info, crs)
    width, height = (int(np.ceil((axis.max() - axis.min()) / pixel)) for axis in (x, y))
    if not 0 < max(width, height) < 50_000:
        raise BadGeoreference("Its control points spread it over too much ground for its pixels; check them.")
    return Flat(crs, Affine(pixel, 0, float(x.min()), 0, -pixel, float(y.max())), width, height)


def _as(info: RasterInfo, crs: str, transform: Affine, x: Floats, y: Floats, side: float) -> RasterInfo:
    """Return the facts of a raster that covers the same ground."""
    told = vars(info) | {"crs": crs, "transform": tuple(transform)[:6]}
    return RasterInfo(
        **told | {"width": int((x.max() - x.min()) / side) + 1, "height": int((y.max() - y.min()) / side) + 1}
    )


def _pixel(bent: Bent, info: RasterInfo, crs: str) -> float:
    """Return the side of the square that is as large as a pixel at the raster's centre, in units of a CRS."""
    column, row = info.width / 2, info.height / 2
    places = bent.ground(np.array([column, column + 1, column]), np.array([row, row, row + 1]))
    x, y = (np.asarray(axis) for axis in transformer(bent.crs, crs).transform(*places))
    area = abs((x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]))
    return float(f"{np.sqrt(area):.4g}")


def places_of(bent: Bent, flat: Flat, rows: slice, columns: slice) -> tuple[Floats, Floats]:
    """Return where in the bent raster the pixels' centres of a window of the flat one lie, columns and rows."""
    shape = rows.stop - rows.start, columns.stop - columns.start
    knots = [np.linspace(0, size, -(-size // _KNOT_PX) + 1) for size in shape]
    down, across = np.meshgrid(*knots, indexing="ij")
    x, y = flat.transform @ (across + columns.start, down + rows.start)
    places = bent.pixels(*(np.asarray(axis) for axis in transformer(flat.crs, bent.crs).transform(x, y)))
    at: NDArray[Any] = np.meshgrid(
        *((np.arange(size) + 0.5) * (len(axis) - 1) / size for size, axis in zip(shape, knots, strict=True)),
        indexing="ij",
    )  # type: ignore[assignment]
    return tuple(map_coordinates(axis, at, order=1, mode="nearest") for axis in places)  # type: ignore[return-value]


def system_of(flat: Flat) -> CRS:
    """Return the CRS as rasterio writes it."""
    return CRS.from_string(flat.crs)
