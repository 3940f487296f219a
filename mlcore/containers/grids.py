"""Grids: the rasters in a store of arrays by the CF conventions, one for each grid and each time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.containers.axes import Place, coordinate, days_of, place_of, role_of_dim, wavelengths_of, widths_of
from mlcore.containers.container import Layer, Progress, check_shape
from mlcore.containers.meaning import sensor_told
from mlcore.containers.stores import Store, Variable
from mlcore.containers.writing import Sheet, write_layer
from mlcore.errors import FileTooLarge, UnreadableFile
from mlcore.sensors import Band, Sensor

MOST_STEPS = 400  # dates of one file
_LEAST_SIDE = 2  # px
_NAMED = 4
_QUALITY = ("flag_meanings", "flag_masks", "flag_values")
_USUAL_TAGS = ("title", "platform", "instrument", "sensor", "product_id", "source")
_COORDINATES = ("lat", "latitude", "lon", "longitude", "xc", "yc")


@dataclass(frozen=True)
class Field:
    """A variable on a grid, and which of its axes are which."""

    variable: Variable
    y: int
    x: int
    time: int | None
    others: tuple[int, ...]  # further axes; the first is that of bands

    @property
    def grid(self) -> tuple[str, str, int, int]:
        """Return what the fields of one grid have in common."""
        shape, dims = self.variable.shape, self.variable.dims
        return dims[self.y], dims[self.x], shape[self.y], shape[self.x]

    @property
    def steps(self) -> int:
        """Return how many times it has."""
        return self.variable.shape[self.time] if self.time is not None else 1

    @property
    def depth(self) -> int:
        """Return how many bands it has."""
        return int(np.prod([self.variable.shape[axis] for axis in self.others], dtype=np.int64))

    def read(self, step: int, place: Place, rows: slice, columns: slice) -> NDArray[Any]:
        """Return the bands of one time in a window of the north-up grid [bands, rows, columns]."""
        height, width = self.grid[2:]
        own_rows = slice(height - rows.stop, height - rows.start) if place.flip_y else rows
        own_columns = slice(width - columns.stop, width - columns.start) if place.flip_x else columns
        part: list[slice | int] = [slice(None)] * len(self.variable.shape)
        part[self.y], part[self.x] = own_rows, own_columns
        if self.time is not None:
            part[self.time] = slice(step, step + 1)
        values = np.asarray(self.variable.get(tuple(part)))
        order = [*([self.time] if self.time is not None else []), *self.others, self.y, self.x]
        values = values.transpose(order).reshape(self.depth, own_rows.stop - own_rows.start, -1)
        return values[:, :: -1 if place.flip_y else 1, :: -1 if place.flip_x else 1]


def fields_of(store: Store) -> tuple[dict[tuple[str, str, int, int], list[Field]], list[str]]:
    """Return the variables that are rasters, by their grid, and the names of those that are none."""
    grids: dict[tuple[str, str, int, int], list[Field]] = defaultdict(list)
    other = list(store.skipped)
    for variable in store.variables.values():
        field = _field(store, variable)
        if field is None:
            if len(variable.shape) > 1:
                other.append(variable.name)
            continue
        if any(key in variable.attributes for key in _QUALITY) or variable.short.lower() in _COORDINATES:
            other.append(variable.name)
            continue
        grids[field.grid].append(field)
    return dict(grids), other


def _field(store: Store, variable: Variable) -> Field | None:
    shape, dims = variable.shape, variable.dims
    if len(shape) < 2 or len(shape) > 5 or min(shape) < 1:
        return None
    roles = [role_of_dim(store, dim) if dim else "" for dim in dims]
    if roles.count("x") == 1 and roles.count("y") == 1:
        y, x = roles.index("y"), roles.index("x")
    elif not set(roles) & {"x", "y"}:
        y, x = _two_longest(shape, roles)
    else:
        return None
    if min(shape[y], shape[x]) < _LEAST_SIDE:
        return None
    time = roles.index("time") if "time" in roles else None
    others = tuple(axis for axis in range(len(shape)) if axis not in (y, x, time))
    return Field(variable, y, x, time, others)


def _two_longest(shape: Sequence[int], roles: Sequence[str]) -> tuple[int, int]:
    """Return rows and columns where no axis says what it is: those that aren't bands or times, the longest two."""
    free = [axis for axis, role in enumerate(roles) if not role]
    free = free if len(free) >= 2 else list(range(len(shape)))
    longest = sorted(sorted(free, key=lambda axis: (-shape[axis], axis))[:2])
    return longest[0], longest[1]


def peek_grids(store: Store) -> str:
    """Return in words which rasters a store holds.

    Raises:
        UnreadableFile: none; it lists what there is.
        FileTooLarge: more dates or pixels than are read.
    """
    grids, _ = _checked(store)
    told = []
    for (_, _, height, width), fields in grids.items():
        bands, steps = sum(field.depth for field in fields), max(field.steps for field in fields)
        dates = f" at {steps} times" if steps > 1 else ""
        told.append(f"{width} x {height} px with {bands} bands{dates}")
    return "; ".join(told)


def _checked(store: Store) -> tuple[dict[tuple[str, str, int, int], list[Field]], list[str]]:
    grids, other = fields_of(store)
    if not grids:
        names = ", ".join([*store.variables, *store.skipped][:_NAMED]) or "nothing"
        raise UnreadableFile(f"{store.name} holds no raster of numbers (it holds {names}).")
    for (_, _, height, width), fields in grids.items():
        check_shape(store.name, width, height, sum(field.depth for field in fields))
    steps = sum(max(field.steps for field in fields) for fields in grids.values())
    if steps > MOST_STEPS:
        raise FileTooLarge(f"{store.name} holds {steps:,} dates or rasters; at most {MOST_STEPS} are read. Split it.")
    return grids, other


def unfold_grids(store: Store, folder: Path, *, progress: Progress) -> list[Layer]:
    """Write a raster for each grid and each time."""
    grids, other = _checked(store)
    layers = list[Layer]()
    total = sum(max(field.steps for field in fields) for fields in grids.values())
    for fields in grids.values():
        steps = max(field.steps for field in fields)
        moments = _moments(store, fields, steps)
        for step in range(steps):
            part = _part(fields, moments[step], step, several=len(grids) > 1, steps=steps)
            layer = _write(
                store, [f for f in fields if step < f.steps], step, folder / f"{len(layers)}.tif", moments[step]
            )
            layers.append(Layer(layer.file, part, sensor=layer.sensor, remarks=[*layer.remarks, *_told(other)]))
            progress(len(layers) / total)
    return layers


def _told(other: Sequence[str]) -> list[str]:
    if not other:
        return []
    more = f" and {len(other) - _NAMED} more" if len(other) > _NAMED else ""
    return [f"Not read of the file, since they are no measurements on its grid: {', '.join(other[:_NAMED])}{more}."]


def _moments(store: Store, fields: Sequence[Field], steps: int) -> list[str]:
    """Return the moment of each step in ISO 8601; '' where it is unknown."""
    for field in fields:
        if field.time is None or field.steps != steps:
            continue
        axis = coordinate(store, field.variable.dims[field.time])
        if axis is not None:
            return [moment.isoformat()[:19] if moment else "" for moment in days_of(axis)]
    alone = store.text("time_coverage_start", "acquisition_time", "sensing_time", "date_acquired") if steps == 1 else ""
    if steps == 1 and not alone and (axis := coordinate(store, "time")) is not None and axis.shape == (1,):
        alone = next((moment.isoformat()[:19] for moment in days_of(axis) if moment), "")
    return [alone] * steps


def _part(fields: Sequence[Field], moment: str, step: int, *, several: bool, steps: int) -> str:
    names = ", ".join(field.variable.name for field in fields[:_NAMED]) if several else ""
    when = (moment or f"step {step + 1}") if steps > 1 else ""
    return " ".join(filter(None, [names, when.removesuffix("T00:00:00")]))


def _write(store: Store, fields: Sequence[Field], step: int, path: Path, moment: str) -> Layer:
    first = fields[0]
    y, x, height, width = first.grid
    place = place_of(store, first.variable, (y, x))
    bands, sensor = _bands(store, fields)
    fills = [_fill(field.variable) for field in fields]
    nodata = next((fill for fill in fills if fill is not None), None)
    tags = {key.upper(): text for key in _USUAL_TAGS if (text := store.text(key)[:200])}
    tags |= {"ACQUISITION_TIME": moment} if moment else {}
    kinds = [np.dtype(field.variable.dtype) for field in fields]
    sheet = Sheet(width, height, str(np.result_type(*kinds)), bands, place.crs, place.transform, nodata, tags)

    def read(rows: slice, columns: slice) -> NDArray[Any]:
        parts = []
        for field, fill in zip(fields, fills, strict=True):
            values = field.read(step, place, rows, columns)
            if fill is not None and fill != nodata:
                values = np.where(values == fill, np.asarray(nodata, values.dtype), values)
            parts.append(values)
        return np.concatenate(parts)

    write_layer(path, sheet, read, progress=lambda share: None)
    return Layer(path.name, sensor=sensor, remarks=[place.remark] if place.remark else [])


def _fill(variable: Variable) -> float | None:
    told = [variable.number(key) for key in ("_FillValue", "missing_value", "nodata")]
    return next((fill for fill in told if fill is not None), None)


def _bands(store: Store, fields: Sequence[Field]) -> tuple[tuple[Band, ...], Sensor | None]:
    """Return the bands of a layer, and the sensor where wavelengths say which."""
    bands = list[Band]()
    for field in fields:
        variable, count = field.variable, field.depth
        scale, offset = variable.number("scale_factor"), variable.number("add_offset")
        centres = wavelengths_of(store, variable.dims[field.others[0]], count) if len(field.others) == 1 else None
        own = variable.number("wavelength") or variable.number("radiation_wavelength")
        if centres is None and count == 1 and own:
            centres = np.array([own if own > 50 else own * 1000])
        widths = widths_of(store, count) if centres is not None else None
        for number in range(count):
            name = variable.short if count == 1 else f"{variable.short} {number + 1}"
            centre = float(centres[number]) if centres is not None else None
            width = float(widths[number]) if widths is not None else None
            bands.append(Band("", name, centre, width, scale=scale, offset=offset))
    return tuple(bands), sensor_told(fields[0].variable, bands)
