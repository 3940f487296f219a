"""Climates: weather variables in a store of arrays, as series of the places that they are told for."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.containers.axes import coordinate, days_of, role_of_dim
from mlcore.containers.container import Layer, Progress
from mlcore.containers.recording import write_series
from mlcore.containers.stores import Store, Variable
from mlcore.containers.weather import ALIASES
from mlcore.errors import FileTooLarge, UnreadableFile

_MOST = 5_000_000  # numbers


def weather_in(store: Store) -> list[Variable]:
    """Return the weather variables over time, if a store holds nothing else that changes."""
    changing = [v for v in store.variables.values() if len(v.shape) in (2, 3) and _time_axis(store, v) is not None]
    return changing if changing and all(v.short.lower() in ALIASES for v in changing) else []


def _time_axis(store: Store, variable: Variable) -> int | None:
    roles = [role_of_dim(store, dim) if dim else "" for dim in variable.dims]
    return roles.index("time") if "time" in roles else None


def peek_weather(store: Store) -> str:
    """Return in words which weather a store holds."""
    variables = weather_in(store)
    days, places = _days(store, variables[0]), _places(store, variables[0])
    if len(days) * len(places) * len(variables) > _MOST:
        raise FileTooLarge(f"{store.name} holds more than {_MOST:,} numbers of weather; cut it to your area.")
    return f"{', '.join(v.short for v in variables)} of {len(places)} places and {len(days)} days"


def unfold_weather(store: Store, folder: Path, *, progress: Progress) -> list[Layer]:
    """Write the series of each place."""
    said = peek_weather(store)
    variables = weather_in(store)
    days, places = _days(store, variables[0]), _places(store, variables[0])
    names = [ALIASES[v.short.lower()][0] for v in variables]
    values = np.stack([_values(store, v, len(days), len(places)) for v in variables], -1)  # [days, places, variables]
    by_place = {
        (float(lon), float(lat)): {day: values[at, number].tolist() for at, day in enumerate(days) if day}
        for number, (lon, lat) in enumerate(places)
    }
    sensor = write_series(folder / "weather.tif", names, by_place)
    progress(1.0)
    return [
        Layer("weather.tif", kind="series", sensor=sensor, remarks=[f"Weather: {said}; each tile gets the nearest."])
    ]


def _days(store: Store, variable: Variable) -> list[str]:
    axis = coordinate(store, variable.dims[_time_axis(store, variable) or 0])
    days = [moment.date().isoformat() if moment else "" for moment in days_of(axis)] if axis is not None else []
    if not any(days):
        raise UnreadableFile(f"{store.name} holds weather, but its times cannot be read ('days since ...').")
    return days


def _places(store: Store, variable: Variable) -> NDArray[np.float64]:
    """Return longitude and latitude of each place, in the order of the values."""
    lon, lat = (store.find(*names) for names in (("lon", "longitude"), ("lat", "latitude")))
    if lon is None or lat is None or len(lon.shape) != 1 or len(lat.shape) != 1:
        raise UnreadableFile(f"{store.name} holds weather, but not where: it needs lon and lat with one axis each.")
    x, y = lon.axis(), lat.axis()
    x = np.where(x > 180, x - 360, x)
    if len(variable.shape) == 2:
        if len(x) != len(y):
            raise UnreadableFile(f"{store.name} has {len(x)} longitudes of stations and {len(y)} latitudes.")
        return np.stack([x, y], 1)
    grid_y, grid_x = np.meshgrid(y, x, indexing="ij")
    return np.stack([grid_x.ravel(), grid_y.ravel()], 1)


def _values(store: Store, variable: Variable, days: int, places: int) -> NDArray[np.float64]:
    values: NDArray[Any] = np.asarray(variable.get((slice(None),) * len(variable.shape)), np.float64)
    axis = _time_axis(store, variable) or 0
    roles = [role_of_dim(store, dim) for dim in variable.dims]
    order = [axis, *sorted((at for at in range(values.ndim) if at != axis), key=lambda at: roles[at] != "y")]
    values = values.transpose(order)
    for fill in (variable.number("_FillValue"), variable.number("missing_value")):
        values = np.where(values == fill, np.nan, values) if fill is not None else values
    values = values * (variable.number("scale_factor") or 1.0) + (variable.number("add_offset") or 0.0)
    convert = ALIASES[variable.short.lower()][1]
    if values.size != days * places:
        raise UnreadableFile(f"{store.name} has weather in {variable.name} for other places or days.")
    return np.asarray(convert(values), np.float64).reshape(days, places)  # type: ignore[arg-type]
