"""Stores: named arrays with words about them, as HDF5, NetCDF and Zarr files hold them."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import UnreadableFile

MOST_ARRAYS = 20_000
LONGEST_AXIS = 5_000_000  # numbers of an axis that are read at once
Part = tuple[slice | int, ...]


@dataclass(frozen=True)
class Variable:
    """One array of numbers."""

    name: str  # with its groups, 'group/name'
    shape: tuple[int, ...]
    dtype: str
    dims: tuple[str, ...]  # names of its axes; '' where nobody says
    attributes: Mapping[str, Any]  # plain numbers, texts and lists of numbers
    get: Callable[[Part], NDArray[Any]]

    @property
    def short(self) -> str:
        """Return the name without groups."""
        return self.name.rpartition("/")[2]

    def text(self, key: str) -> str:
        """Return an attribute as text; '' where there is none."""
        return text_of(self.attributes.get(key))

    def number(self, key: str) -> float | None:
        """Return an attribute as a number; None where it is none."""
        return number_of(self.attributes.get(key))

    def axis(self) -> NDArray[np.float64]:
        """Return all numbers of a short array with one axis, scaled.

        Raises:
            UnreadableFile: it has too many.
        """
        if len(self.shape) != 1 or self.shape[0] > LONGEST_AXIS:
            raise UnreadableFile(f"{self.name} is no axis of at most {LONGEST_AXIS:,} numbers.")
        values = np.asarray(self.get((slice(None),)), np.float64)
        return values * (self.number("scale_factor") or 1.0) + (self.number("add_offset") or 0.0)


@dataclass(frozen=True)
class Store:
    """What a file holds."""

    name: str  # of the file, for people
    variables: Mapping[str, Variable]
    attributes: Mapping[str, Any]
    skipped: list[str] = field(default_factory=list)  # arrays that hold no numbers

    def find(self, *endings: str) -> Variable | None:
        """Return the first variable whose name ends so, whatever its case."""
        lower = {name.lower(): variable for name, variable in self.variables.items()}
        for ending in endings:
            for name, variable in lower.items():
                if name == ending.lower() or name.endswith("/" + ending.lower()):
                    return variable
        return None

    def text(self, *keys: str) -> str:
        """Return the first attribute of the file that there is, as text."""
        return next((text for key in keys if (text := text_of(self.attributes.get(key)))), "")


def text_of(value: Any) -> str:
    """Return a value of an attribute as text; '' where it is none."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, np.ndarray | list | tuple) and len(value) == 1:
        return text_of(value[0])
    return str(value).strip()[:100_000] if isinstance(value, str | int | float | np.generic) else ""


def number_of(value: Any) -> float | None:
    """Return a value of an attribute as a finite number; None where it is none."""
    if isinstance(value, np.ndarray | list | tuple):
        value = value[0] if len(value) == 1 else None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


_UNITS = re.compile(r"(nm|nano|[uµμ]m\b|micro)", re.IGNORECASE)


def nanometres(variable: Variable) -> NDArray[np.float64] | None:
    """Return an axis of wavelengths in nm; None where its numbers cannot be some."""
    if len(variable.shape) != 1 or not 1 <= variable.shape[0] <= 4096:
        return None
    values = variable.axis()
    unit = _UNITS.search(variable.text("units") or variable.text("unit"))
    micro = bool(unit) and not unit[0].lower().startswith("n") if unit else bool(np.nanmax(values) < 50)
    return values * 1000 if micro else values
