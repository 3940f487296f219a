"""The quantity of a project: its name, unit, range, step, and how near counts as right."""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from annotation.errors import BadAnswer, BadSettings
from annotation.tasks.content import Value

LONGEST_NAME, LONGEST_UNIT = 80, 20
_SLACK = 1e-9  # of the range: a difference of exactly the tolerance is within it, whatever the last bit says
_TELLING = re.compile(r"^[^<>\x00-\x1f\x7f]*$")
_NUMBERS = ("low", "high", "step", "tolerance")


@dataclass(frozen=True)
class Quantity:
    """What is measured; all numbers are in its unit."""

    name: str
    unit: str  # "" for a bare number
    low: float
    high: float
    step: float  # of keys and slider; amounts need not be on it
    tolerance: float  # an amount this near to the truth is right

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Read a project's options, checked.

        Raises:
            BadSettings: one is missing, unknown, of another kind or out of its range.
        """
        names = ("name", "unit", *_NUMBERS)
        if lacking := [name for name in names if name not in options and name != "unit"]:
            raise BadSettings(f"An amount needs {', '.join(names)} as options; {', '.join(lacking)} is missing.")
        if extra := sorted(set(options) - set(names)):
            raise BadSettings(f"An amount has no option {', '.join(extra)}; it has {', '.join(names)}.")
        name = _text("name", options["name"], LONGEST_NAME)
        if not name:
            raise BadSettings("Say what is measured, such as 'Fuel moisture', as the option name.")
        unit = _text("unit", options.get("unit", ""), LONGEST_UNIT)
        numbers = {each: _number(each, options[each]) for each in _NUMBERS}
        made = cls(name, unit, **numbers)
        made._check()
        return made

    def to_dict(self) -> dict[str, Any]:
        """Return it as options."""
        return asdict(self)

    def near(self, one: float, other: float) -> bool:
        """Return whether two amounts lie within the tolerance."""
        return abs(one - other) <= self.tolerance + _SLACK * (self.high - self.low)

    def words(self, amount: float) -> str:
        """Return an amount with its unit."""
        return words(amount, self.unit)

    def read(self, amount: Any) -> float:
        """Return an amount of the range.

        Raises:
            BadAnswer: it is no number, or lies outside.
        """
        number = read_number("The amount", amount)
        if not self.low <= number <= self.high:
            raise BadAnswer(f"{self.name} goes from {self.words(self.low)} to {self.words(self.high)}, not {number:g}.")
        return number

    def read_uncertainty(self, uncertainty: Any) -> float | None:
        """Return somebody's own uncertainty; None where they tell none.

        Raises:
            BadAnswer: it is no number, below 0, or wider than the range.
        """
        if uncertainty is None:
            return None
        number, widest = read_number("The uncertainty", uncertainty), self.high - self.low
        if not 0 <= number <= widest:
            raise BadAnswer(f"An uncertainty goes from 0 to {self.words(widest)}, not {number:g}.")
        return number

    def rounded(self, amount: float) -> float:
        """Return an amount of the range, a digit finer than the step: more would be noise."""
        return round(min(max(amount, self.low), self.high), 1 - math.floor(math.log10(self.step)))

    def value(self, amount: float, uncertainty: float | None = None) -> dict[str, Any]:
        """Return an amount as a value, which tells its unit wherever it goes."""
        return {"amount": amount, "uncertainty": uncertainty, "unit": self.unit}

    def _check(self) -> None:
        if self.low >= self.high:
            raise BadSettings(f"The range must rise: low is {self.low:g}, high {self.high:g}.")
        for name, number in (("step", self.step), ("tolerance", self.tolerance)):
            if not 0 < number <= self.high - self.low:
                raise BadSettings(
                    f"The {name} is above 0 and at most the range, {self.high - self.low:g}; not {number:g}."
                )


def words(amount: float, unit: str) -> str:
    """Return an amount with its unit, in six digits at most."""
    return f"{amount:.6g} {unit}".rstrip()


def read_number(what: str, number: Any) -> float:
    """Return a number that JSON can carry.

    Raises:
        BadAnswer: it is text, NaN, infinite or anything else.
    """
    if isinstance(number, str):
        raise BadAnswer(f"{what} is a JSON number with a decimal point, such as 12.5; not the text {number[:40]!r}.")
    if not isinstance(number, int | float) or isinstance(number, bool):
        raise BadAnswer(f"{what} is a number, such as 12.5; not {str(number)[:40]}.")
    try:
        real = float(number)
    except OverflowError:
        real = math.inf
    if not math.isfinite(real):
        raise BadAnswer(f"{what} must be finite, not {str(number)[:40]}; skip the tile if nobody can tell.")
    return real


def amount_of(value: Value) -> float | None:
    """Return the amount of a value; None where it has none."""
    amount = value.get("amount")
    return None if amount is None else float(amount)


def amounts_of(values: list[dict[str, Any]]) -> NDArray[np.float64]:
    """Return the amounts [n] of values."""
    return np.array([value["amount"] for value in values], np.float64)


def _text(name: str, text: Any, longest: int) -> str:
    if not isinstance(text, str) or len(text.strip()) > longest or not _TELLING.match(text):
        raise BadSettings(
            f"The option {name} is text of at most {longest} characters without <, > or control characters."
        )
    return text.strip()


def _number(name: str, number: Any) -> float:
    try:
        return read_number(f"The option {name}", number)
    except BadAnswer as error:
        raise BadSettings(str(error).partition(";")[0] + ".") from error
