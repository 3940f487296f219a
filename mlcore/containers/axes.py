"""Axes: which axis of a gridded array is which by the CF conventions, where the grid lies, and its dates."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS as ProjCRS
from pyproj.exceptions import CRSError
from rasterio.crs import CRS

from mlcore.containers.stores import Store, Variable, nanometres, text_of
from mlcore.errors import UnsafeFile
from mlcore.raster.info import names_file

_X = ("x", "lon", "long", "longitude", "easting", "east", "projection_x_coordinate", "xc")
_Y = ("y", "lat", "latitude", "northing", "north", "projection_y_coordinate", "yc")
_TIME = ("time", "t", "date", "valid_time", "times")
_BAND = ("band", "bands", "wavelength", "wavelengths", "wl", "channel", "bandnum", "spectral", "lambda")
_EVEN = 1e-3  # of a step, that steps may differ
_SPANS = {"day": 86_400.0, "hour": 3600.0, "minute": 60.0, "second": 1.0, "millisecond": 1e-3, "microsecond": 1e-6}
_SINCE = re.compile(
    r"(\w+?)s?\s+since\s+(\d{1,4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?", re.I
)


@dataclass(frozen=True)
class Place:
    """Where a grid lies."""

    transform: Affine
    crs: CRS | None
    flip_y: bool  # rows run northwards in the file
    flip_x: bool
    remark: str = ""


def role_of_dim(store: Store, dim: str) -> str:
    """Return 'x', 'y', 'time', 'band' or '' for the name of an axis."""
    variable = coordinate(store, dim)
    words = [dim.rpartition("/")[2].lower()]
    if variable is not None:
        letter = variable.text("axis").lower()
        if letter in ("x", "y", "t"):
            return {"x": "x", "y": "y", "t": "time"}[letter]
        words += [variable.text("standard_name").lower()]
        if " since " in variable.text("units"):
            return "time"
    for role, names in (("x", _X), ("y", _Y), ("time", _TIME), ("band", _BAND)):
        if any(word in names for word in words if word):
            return role
    return ""


def coordinate(store: Store, dim: str) -> Variable | None:
    """Return the numbers along an axis; None without any."""
    variable = store.variables.get(dim)
    return variable if variable is not None and len(variable.shape) == 1 else None


def place_of(store: Store, variable: Variable, dims: tuple[str, str]) -> Place:
    """Return where the grid of a variable lies, by the coordinates of its rows and columns."""
    y, x = (coordinate(store, dim) for dim in dims)
    if x is None or y is None:
        return Place(Affine.identity(), None, False, False, "Nothing in it says where its pixels lie.")
    columns, rows = x.axis(), y.axis()
    if not (_is_even(columns) and _is_even(rows)):
        return Place(
            Affine.identity(), None, False, False,
            "Its rows or columns are not evenly spaced, so that it has image coordinates only; warp it to a regular "
            "grid to put it on the map.",
        )  # fmt: skip
    dx, dy = _step(columns), _step(rows)
    crs = _system(store, variable, x, y)
    west, north = float(columns.min()) - abs(dx) / 2, float(rows.max()) + abs(dy) / 2
    remark = "" if crs else "It says where its pixels lie, but not in which coordinate system: state that of the scene."
    return Place(Affine(abs(dx), 0, west, 0, -abs(dy), north), crs, dy > 0, dx < 0, remark)


def _is_even(values: NDArray[np.float64]) -> bool:
    steps = np.diff(values)
    if not len(steps) or not np.isfinite(values).all() or not steps[0]:
        return False
    # Single precision coordinates waver by what they can hold.
    slack = _EVEN * abs(steps.mean()) + 4 * np.finfo(np.float32).eps * np.abs(values).max()
    return bool(np.abs(steps - steps.mean()).max() <= slack)


def _step(values: NDArray[np.float64]) -> float:
    return float((values[-1] - values[0]) / (len(values) - 1))


def _system(store: Store, variable: Variable, x: Variable, y: Variable) -> CRS | None:
    """Return the coordinate system: of the grid mapping, of the file's own words, or degrees by the axes' units."""
    mapping = store.find(variable.text("grid_mapping").split(":")[0] or "spatial_ref", "spatial_ref", "crs")
    for words in (mapping.attributes if mapping else {}, store.attributes, variable.attributes):
        if crs := _from_words(words, store.name):
            return crs
    degrees = all("degree" in axis.text("units") for axis in (x, y))
    named = {axis.short.lower() for axis in (x, y)} <= {"lon", "long", "longitude", "lat", "latitude"}
    return CRS.from_epsg(4326) if degrees or named else None


def _from_words(words: Mapping[str, Any], name: str) -> CRS | None:
    texts = [text_of(words.get(key)) for key in ("crs_wkt", "spatial_ref", "epsg_code", "epsg", "crs", "proj:code")]
    for text in filter(None, texts):
        text = f"EPSG:{text}" if text.isdecimal() else text
        if names_file(text):
            raise UnsafeFile(f"{name} has a coordinate system that refers to other files; set a plain one.")
        if crs := plain_system(text):
            return crs
    if text_of(words.get("grid_mapping_name")):
        try:
            told = {key: value for key, value in words.items() if key != "crs_wkt"}
            return plain_system(ProjCRS.from_cf(told).to_wkt())
        except (CRSError, KeyError, ValueError, TypeError):
            return None
    return None


def plain_system(text: str) -> CRS | None:
    """Return the map that a text (WKT or EPSG:n) describes; None for what is none."""
    if not re.match(r"[A-Z]+\s*\[|EPSG:\d+$", text, re.IGNORECASE):
        return None
    try:
        crs = CRS.from_wkt(ProjCRS.from_user_input(text).to_wkt())
    except (CRSError, ValueError):
        return None
    return crs if crs.is_geographic or crs.is_projected else None


def days_of(variable: Variable) -> list[datetime | None]:
    """Return the moments of an axis of time; None for what cannot be told."""
    match = _SINCE.search(variable.text("units"))
    if match is None or match[1].lower() not in _SPANS:
        return [None] * variable.shape[0]
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[1:])
    try:
        start = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return [_later(start, float(value) * _SPANS[match[1].lower()]) for value in variable.axis()]
    except (ValueError, OverflowError):
        return [None] * variable.shape[0]


def _later(start: datetime, seconds: float) -> datetime | None:
    return start + timedelta(seconds=seconds) if math.isfinite(seconds) else None


def wavelengths_of(store: Store, dim: str, count: int) -> NDArray[np.float64] | None:
    """Return the centres in nm of the bands along an axis; None where nothing says them."""
    named = [store.find(name) for name in ("wavelength", "wavelengths", "radiation_wavelength", "wl", "lambda")]
    for variable in (coordinate(store, dim), *named):
        if variable is None or variable.shape != (count,):
            continue
        is_axis = variable.short.lower() in ("band", "bands", "channel", "bandnum")
        if is_axis and "wavelength" not in variable.text("standard_name") and "m" not in variable.text("units"):
            continue
        centres = nanometres(variable)
        if centres is not None and ((centres >= 200) & (centres <= 20_000)).all():
            return centres
    return None


def widths_of(store: Store, count: int) -> NDArray[np.float64] | None:
    """Return the widths in nm of bands; None where nothing says them."""
    variable = store.find("fwhm", "bandwidth", "bandwidths", "width")
    return nanometres(variable) if variable is not None and variable.shape == (count,) else None
