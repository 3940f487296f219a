"""Spectrometers in orbit whose files follow no convention: PRISMA's halves and EMIT's table of places."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS

from mlcore.containers.axes import plain_system
from mlcore.containers.climates import peek_weather, unfold_weather, weather_in
from mlcore.containers.container import Layer, Progress, check_shape
from mlcore.containers.meaning import as_read
from mlcore.containers.stores import Store, Variable, nanometres, number_of
from mlcore.containers.writing import Sheet, write_layer
from mlcore.errors import UnreadableFile
from mlcore.sensors import Band, Quantity, Sensor, spectrometer


@dataclass(frozen=True)
class Special:
    """How one layout is told and unfolded."""

    peek: Callable[[Store], str]
    unfold: Callable[..., list[Layer]]


def special_of(store: Store) -> Special | None:
    """Return how a file of a known instrument is read; None for all others."""
    if store.find("vnir_cube") is not None and store.find("swir_cube") is not None:
        return Special(_peek_prisma, _unfold_prisma)
    if store.find("glt_x") is not None and _emit_cube(store) is not None:
        return Special(_peek_emit, _unfold_emit)
    return Special(peek_weather, unfold_weather) if weather_in(store) else None


def _sensor(code: str, bands: Sequence[Band], quantity: Quantity) -> Sensor:
    centres, widths = ([getattr(band, of) or 0.0 for band in bands] for of in ("wavelength_nm", "width_nm"))
    made = spectrometer(centres, code, code.upper(), widths_nm=widths if all(widths) else None)
    return as_read(made, bands, quantity)


@dataclass(frozen=True)
class _Half:
    """One of PRISMA's two cubes [rows, bands, columns]."""

    cube: Variable
    centres: NDArray[np.float64]
    widths: NDArray[np.float64]
    scale: float
    offset: float


def _halves(store: Store) -> list[_Half]:
    halves = []
    for name in ("Vnir", "Swir"):
        cube = store.find(f"{name}_cube")
        centres, widths = _listed(store, f"List_Cw_{name}"), _listed(store, f"List_Fwhm_{name}")
        if cube is None or len(cube.shape) != 3 or centres is None or len(centres) != cube.shape[1]:
            raise UnreadableFile(
                f"{store.name} looks like PRISMA, but its {name} cube and its wavelengths don't agree."
            )
        low = number_of(store.attributes.get(f"L2Scale{name}Min")) or 0.0
        high = number_of(store.attributes.get(f"L2Scale{name}Max"))
        scale = (high - low) / 65535 if high is not None else 1.0
        widths = widths if widths is not None and len(widths) == len(centres) else np.zeros(len(centres))
        halves.append(_Half(cube, centres, widths, scale, low))
    if halves[0].cube.shape[::2] != halves[1].cube.shape[::2]:
        raise UnreadableFile(f"{store.name} looks like PRISMA, but its two cubes differ in size.")
    return halves


def _listed(store: Store, key: str) -> NDArray[np.float64] | None:
    value = store.attributes.get(key)
    return np.asarray(value, np.float64).ravel() if isinstance(value, np.ndarray | list) else None


def _peek_prisma(store: Store) -> str:
    halves = _halves(store)
    rows, _, columns = halves[0].cube.shape
    count = sum(int((half.centres > 0).sum()) for half in halves)
    check_shape(store.name, columns, rows, count)
    return f"a PRISMA cube of {columns} x {rows} px with {count} bands"


def _unfold_prisma(store: Store, folder: Path, *, progress: Progress) -> list[Layer]:
    """Write both halves as one cube, sorted by wavelength; bands without one hold nothing."""
    _peek_prisma(store)
    halves = _halves(store)
    rows, _, columns = halves[0].cube.shape
    places = sorted(
        (half.centres[band], which, band)
        for which, half in enumerate(halves)
        for band in range(len(half.centres))
        if half.centres[band] > 0
    )
    bands = tuple(
        Band("", f"{centre:.1f} nm", float(centre), float(halves[which].widths[band]) or None,
             scale=halves[which].scale, offset=halves[which].offset)
        for centre, which, band in places
    )  # fmt: skip
    crs, transform = _prisma_place(store, rows, columns)
    moment = store.text("Product_StartTime")
    sheet = Sheet(columns, rows, halves[0].cube.dtype, bands, crs, transform, None,
                  {"SENSOR": "PRISMA"} | ({"ACQUISITION_TIME": moment} if moment else {}))  # fmt: skip

    def read(window_rows: slice, window_columns: slice) -> NDArray[Any]:
        parts = [np.asarray(half.cube.get((window_rows, slice(None), window_columns))) for half in halves]
        return np.stack([parts[which][:, band] for _, which, band in places])

    write_layer(folder / "prisma.tif", sheet, read, progress=progress)
    stated = number_of(store.attributes.get("L2ScaleVnirMax")) is not None
    sensor = _sensor("prisma", bands, Quantity.REFLECTANCE if stated else Quantity.DIGITAL_NUMBER)
    dropped = sum(int((half.centres <= 0).sum()) for half in halves)
    said = [f"{dropped} bands without a wavelength, which hold nothing, are left out."] if dropped else []
    overlap = "Both of its spectrometers see 920 to 1010 nm: bands there come in pairs."
    return [Layer("prisma.tif", sensor=sensor, remarks=[*said, overlap])]


def _prisma_place(store: Store, rows: int, columns: int) -> tuple[CRS | None, Affine]:
    """Return the place of a geocoded product (L2D), by the centres of its corners."""
    code = number_of(store.attributes.get("Epsg_Code"))
    corners = ("ULcorner_easting", "LRcorner_easting", "ULcorner_northing", "LRcorner_northing")
    ends = [number_of(store.attributes.get(f"Product_{corner}")) for corner in corners]
    if code is None or any(end is None for end in ends) or min(rows, columns) < 2:
        return None, Affine.identity()
    west, east, north, south = (float(end or 0) for end in ends)
    dx, dy = (east - west) / (columns - 1), (north - south) / (rows - 1)
    return CRS.from_epsg(int(code)), Affine(dx, 0, west - dx / 2, 0, -dy, north + dy / 2)


def _emit_cube(store: Store) -> Variable | None:
    cubes = [store.find(name) for name in ("reflectance", "radiance")]
    return next((cube for cube in cubes if cube is not None and len(cube.shape) == 3), None)


def _emit(store: Store) -> tuple[Variable, NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the cube [rows, columns, bands], for each place on the map its column and row from 1, and the centres."""
    cube, x, y = _emit_cube(store), store.find("glt_x"), store.find("glt_y")
    centres = store.find("wavelengths", "wavelength")
    if cube is None or x is None or y is None or centres is None or x.shape != y.shape or len(x.shape) != 2:
        raise UnreadableFile(f"{store.name} looks like EMIT, but its table of places or its wavelengths are missing.")
    nm = nanometres(centres)
    if nm is None or len(nm) != cube.shape[2]:
        raise UnreadableFile(f"{store.name} looks like EMIT, but has {cube.shape[2]} bands and other wavelengths.")
    check_shape(store.name, x.shape[1], x.shape[0], cube.shape[2])
    check_shape(store.name, cube.shape[1], cube.shape[0], cube.shape[2])
    columns, rows = (np.asarray(each.get((slice(None), slice(None))), np.int64) for each in (x, y))
    if columns.max() > cube.shape[1] or rows.max() > cube.shape[0]:
        raise UnreadableFile(f"{store.name} has a table of places that points outside its cube.")
    return cube, columns, rows, nm


def _peek_emit(store: Store) -> str:
    cube, columns, _, _ = _emit(store)
    return f"an EMIT cube of {columns.shape[1]} x {columns.shape[0]} px with {cube.shape[2]} bands"


def _unfold_emit(store: Store, folder: Path, *, progress: Progress) -> list[Layer]:
    """Write the cube as its own table of places maps it: each place gets the numbers of one pixel."""
    cube, columns, rows, centres = _emit(store)
    given = np.asarray(store.attributes.get("geotransform", []), np.float64).ravel()
    crs = plain_system(store.text("spatial_ref"))
    transform = Affine.from_gdal(*given) if given.size == 6 and crs else Affine.identity()
    fill = cube.number("_FillValue")
    fill = -9999.0 if fill is None else fill
    fwhm = store.find("fwhm")
    widths = nanometres(fwhm) if fwhm is not None and fwhm.shape == (len(centres),) else None
    bands = tuple(
        Band("", f"{centre:.1f} nm", float(centre), float(widths[number]) if widths is not None else None)
        for number, centre in enumerate(centres)
    )
    moment = store.text("time_coverage_start")
    sheet = Sheet(columns.shape[1], columns.shape[0], cube.dtype, bands, crs if given.size == 6 else None, transform,
                  fill, {"SENSOR": "EMIT"} | ({"ACQUISITION_TIME": moment} if moment else {}))  # fmt: skip

    def read(window_rows: slice, window_columns: slice) -> NDArray[Any]:
        column, row = columns[window_rows, window_columns] - 1, rows[window_rows, window_columns] - 1
        seen = (column >= 0) & (row >= 0)
        values = np.full((len(centres), *column.shape), fill, np.dtype(cube.dtype))
        if seen.any():
            top, left = int(row[seen].min()), int(column[seen].min())
            part = (slice(top, int(row[seen].max()) + 1), slice(left, int(column[seen].max()) + 1), slice(None))
            values[:, seen] = np.asarray(cube.get(part))[row[seen] - top, column[seen] - left].T
        return values

    write_layer(folder / "emit.tif", sheet, read, progress=progress)
    what = Quantity.REFLECTANCE if cube.short.lower() == "reflectance" else Quantity.RADIANCE
    return [Layer("emit.tif", sensor=_sensor("emit", bands, what))]
