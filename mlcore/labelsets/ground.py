"""Ground: coordinates of a file as longitude and latitude, in the order and CRS that it, or its sender, says."""

from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Geod
from pyproj.exceptions import CRSError
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from mlcore.errors import BadGeoreference
from mlcore.labelsets.items import Book, Wishes
from mlcore.raster.lonlat import transformer

DEGREES = "EPSG:4326"
_SOME = 200  # shapes that a look at the order of coordinates is taken at


class Placing:
    """How the coordinates of one file are read; notices where they cannot be what the file says."""

    def __init__(self, crs: str | None, wishes: Wishes, book: Book) -> None:
        """Take the file's CRS, or what its sender says.

        Raises:
            BadGeoreference: it is no coordinate system.
        """
        self.crs, self._swapped, self._book = _checked(wishes.crs or crs or DEGREES), wishes.swapped, book
        self._stated = bool(wishes.crs or crs)
        self._bounds = _bounds_of(wishes)
        self._looked, self._as_told, self._other_way = 0, 0, 0
        self._nearest = np.inf  # km from the project to a shape

    def shape(self, geometry: BaseGeometry) -> dict[str, Any]:
        """Return a geometry as GeoJSON in longitude and latitude.

        Raises:
            BadGeoreference: it does not lie on Earth.
        """
        placed = self._in_degrees(shapely.force_2d(geometry))
        if placed.is_empty:
            raise BadGeoreference("It has no geometry.")
        west, south, east, north = placed.bounds
        if not (np.isfinite(placed.bounds).all() and -90 <= south <= north <= 90 and -360 <= west <= east <= 360):
            raise BadGeoreference(self._complaint(west, south))
        self._look(placed)
        return dict(mapping(placed))

    def _in_degrees(self, geometry: BaseGeometry) -> BaseGeometry:
        if self._swapped:
            geometry = shapely.transform(geometry, lambda xy: xy[:, ::-1])
        if self.crs == DEGREES:
            return geometry
        to_degrees = transformer(self.crs, DEGREES)
        return shapely.transform(geometry, lambda xy: np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])))

    def _complaint(self, x: float, y: float) -> str:
        if self._stated:
            if not self._as_told:
                self._book.elsewhere = {"crs": self.crs[:80], "km": None}
            return f"Its coordinates ({x:g}, {y:g}) lie nowhere on Earth: is {self.crs} right, and their order?"
        self._book.crs_missing = True
        return f"Its coordinates ({x:g}, {y:g}) are no degrees, and the file names no CRS: say which it is."

    def _look(self, placed: BaseGeometry) -> None:
        """Notice when shapes miss the project, be it that they would lie on it with exchanged coordinates or not."""
        if self._bounds is None or self._looked >= _SOME:
            return
        self._looked += 1
        west, south, east, north = self._bounds
        x, y = placed.bounds[0], placed.bounds[1]
        self._as_told += west <= x <= east and south <= y <= north
        self._other_way += west <= y <= east and south <= x <= north
        self._book.swapped = bool(self._as_told == 0 and self._other_way > 0)
        self._nearest = min(self._nearest, _km((x, y), ((west + east) / 2, (south + north) / 2)))
        missed = self._as_told == 0 and not self._book.swapped
        self._book.elsewhere = {"crs": self.crs[:80], "km": round(self._nearest)} if missed else None


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance of two places in degrees."""
    distance: float = Geod(ellps="WGS84").inv(*one, *other)[2]
    return distance / 1000


def _bounds_of(wishes: Wishes) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of the project, with a rim; None where it has no ground."""
    corners = []
    for each in wishes.lattices:
        a, b, c, d, e, f = each["transform"]
        first_column, first_row, last_column, last_row = (end * each["tile_px"] for end in each["range"])
        side = each["tile_px"]
        for column in (first_column, last_column + side):
            for row in (first_row, last_row + side):
                x, y = a * column + b * row + c, d * column + e * row + f
                corners.append(transformer(each["crs"], DEGREES).transform(x, y))
    lonlat = np.array([corner for corner in corners if np.isfinite(corner).all()])
    if not len(lonlat):
        return None
    (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    rim = 0.05 + max(east - west, north - south)
    return west - rim, south - rim, east + rim, north + rim


def _checked(crs: str) -> str:
    try:
        known = CRS.from_user_input(crs)
    except CRSError as error:
        raise BadGeoreference(f"{crs[:80]!r} is no coordinate system ({error}); say which it is.") from error
    if not (known.is_geographic or known.is_projected):
        raise BadGeoreference(f"{known.name} does not say where on Earth things lie; say which CRS it is.")
    epsg = known.to_epsg()
    if epsg == 4326 or known.to_authority() == ("OGC", "CRS84"):
        return DEGREES
    return f"EPSG:{epsg}" if epsg else str(known.to_wkt())
