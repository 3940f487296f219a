"""Weather: which columns or variables are which quantity, in which unit, as the model reads them."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mlcore.samples import WEATHER

Convert = Callable[[float], float]  # of arrays, too


def _same(value: float) -> float:
    return value


def _celsius(value: float) -> float:
    return value + 273.15


def _fahrenheit(value: float) -> float:
    return (value - 32) / 1.8 + 273.15


def _metres(value: float) -> float:
    return value * 1000


def _joules(value: float) -> float:
    return value / 86_400


# A name in a table or file -> the model's variable, and what turns the number into its unit.
ALIASES: dict[str, tuple[str, Convert]] = {
    **{name: (name, _same) for name in WEATHER},
    "temperature": ("temperature_k", _same), "temp_k": ("temperature_k", _same), "t2m": ("temperature_k", _same),
    "2m_temperature": ("temperature_k", _same), "temperature_c": ("temperature_k", _celsius),
    "temp_c": ("temperature_k", _celsius), "tmean": ("temperature_k", _celsius), "tavg": ("temperature_k", _celsius),
    "temperature_2m_c": ("temperature_k", _celsius), "temperature_f": ("temperature_k", _fahrenheit),
    "precipitation": ("precipitation_mm", _same), "precip_mm": ("precipitation_mm", _same),
    "prcp": ("precipitation_mm", _same), "rain_mm": ("precipitation_mm", _same),
    "rainfall_mm": ("precipitation_mm", _same), "tp": ("precipitation_mm", _metres),
    "total_precipitation": ("precipitation_mm", _metres), "vpd": ("vapour_pressure_deficit_kpa", _same),
    "rh": ("relative_humidity_percent", _same), "humidity": ("relative_humidity_percent", _same),
    "ssrd": ("solar_radiation_wm2", _joules), "wind": ("wind_speed_ms", _same), "wind_speed": ("wind_speed_ms", _same),
    "ws10": ("wind_speed_ms", _same), "soil_moisture": ("soil_moisture_m3m3", _same),
    "swvl1": ("soil_moisture_m3m3", _same), "et_mm": ("evapotranspiration_mm", _same),
    "snow_depth": ("snow_depth_m", _same), "sd": ("snow_depth_m", _same),
}  # fmt: skip


class Meteorology:
    """The weather among some columns."""

    def __init__(self, columns: Sequence[str]) -> None:
        """Find the first column of each variable."""
        self.columns: dict[str, tuple[str, Convert]] = {}
        for column in columns:
            if column.lower() in ALIASES:
                name, convert = ALIASES[column.lower()]
                self.columns.setdefault(name, (column, convert))

    @property
    def names(self) -> list[str]:
        """Return the variables that are there."""
        return list(self.columns)

    @property
    def remarks(self) -> list[str]:
        """Return a sentence about which column is read as what."""
        told = [f"{column} as {name}" for name, (column, _) in self.columns.items() if column != name]
        return [f"Read: {', '.join(told)}."] if told else []

    def values(self, row: Mapping[str, Any]) -> list[float]:
        """Return a row's numbers in the model's units; NaN where there is none."""
        numbers = []
        for column, convert in self.columns.values():
            try:
                number = float(str(row.get(column, "")).replace(",", "."))
            except ValueError:
                number = math.nan
            numbers.append(convert(number) if math.isfinite(number) and -9000 < number < 1e9 else math.nan)
        return numbers
