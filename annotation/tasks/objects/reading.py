"""Reading of objects that somebody sends: what is no box and no point is refused by its number."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from annotation.errors import BadAnswer, UnknownClass
from annotation.tasks.thing import Thing

MOST = 1000  # objects of a tile
_LONGEST = 4  # sides of a tile, that a turned box may measure
_SIDES = ("width", "height")


@dataclass(frozen=True)
class Reader:
    """What objects of a project may be."""

    noun: str  # what people call one
    boxed: bool  # whether they have sides
    rotated: bool  # whether they may be turned
    side: int  # px of the tile
    codes: Mapping[int, str]  # classes in use, by code

    def read(self, told: Any) -> list[Thing]:
        """Return the objects of a list, in its order.

        A centre must lie in the tile. What sticks out of an upright box is cut off; a turned one stays as it is.

        Raises:
            BadAnswer: it is no list of such objects; the message names the number of the one that is wrong.
            UnknownClass: one has a class that is not in use.
        """
        if not isinstance(told, list):
            raise BadAnswer(f"Send a list of objects, an empty one for none; not {str(told)[:60]}.")
        if len(told) > MOST:
            raise BadAnswer(f"A tile holds at most {MOST:,} objects; these are {len(told):,}.")
        return [self._one(f"{self.noun} {number}", each) for number, each in enumerate(told, 1)]

    def _one(self, name: str, told: Any) -> Thing:
        if not isinstance(told, dict):
            raise BadAnswer(f"{name} is written by name, such as {self._example}; not {str(told)[:60]}.")
        wanted = ("class", "x", "y", *(_SIDES if self.boxed else ()))
        if lacks := [entry for entry in wanted if entry not in told]:
            raise BadAnswer(f"{name} lacks {', '.join(lacks)}; it is written like {self._example}.")
        if extra := sorted(set(map(str, told)) - {*wanted, "score", *(("angle",) if self.boxed else ())}):
            raise BadAnswer(f"{name} has {', '.join(extra)[:60]}, which says nothing here; {self._example} says all.")
        numbers = {entry: _number(name, entry, told.get(entry, 0.0)) for entry in self._numbers(wanted)}
        if (score := told.get("score")) is not None and not 0 <= (score := _number(name, "score", score)) <= 1:
            raise BadAnswer(f"{name} has a score of {score:g}; a score is between 0 and 1.")
        return self._placed(name, Thing(self._code(name, told["class"]), **numbers, score=score)).rounded()

    @property
    def _example(self) -> str:
        sides = ', "width": 8, "height": 5' if self.boxed else ""
        return f'{{"class": 1, "x": 10.5, "y": 20{sides}}}'

    def _numbers(self, wanted: Iterable[str]) -> list[str]:
        return [entry for entry in (*wanted, *(("angle",) if self.boxed else ())) if entry != "class"]

    def _code(self, name: str, code: Any) -> int:
        if not isinstance(code, int) or isinstance(code, bool):
            raise BadAnswer(f"{name} names its class by the code, a whole number; not {str(code)[:40]}.")
        if code not in self.codes:
            names = ", ".join(f"{each} {title}" for each, title in self.codes.items()) or "none"
            raise UnknownClass(f"{name} is of class {code}, which is not there; the classes are: {names}.")
        return code

    def _placed(self, name: str, thing: Thing) -> Thing:
        if not (0 <= thing.x <= self.side and 0 <= thing.y <= self.side):
            where = f"{thing.x:g}, {thing.y:g}"
            raise BadAnswer(f"{name} lies outside the tile: {where} is not within 0 to {self.side} px.")
        if not self.boxed:
            return thing
        if min(thing.width, thing.height) <= 0:
            raise BadAnswer(f"{name} has no area: it is {thing.width:g} x {thing.height:g} px; both must be above 0.")
        if max(thing.width, thing.height) > _LONGEST * self.side:
            raise BadAnswer(f"{name} is longer than {_LONGEST} tiles: {thing.width:g} x {thing.height:g} px.")
        if thing.angle and not self.rotated:
            raise BadAnswer(f"{name} is turned by {thing.angle:g}°, and boxes are upright here; leave its angle out.")
        placed = thing if thing.angle else _clipped(thing, self.side)
        if min(round(placed.width, 2), round(placed.height, 2)) <= 0:
            raise BadAnswer(f"{name} has no area inside the tile; draw it larger, or delete it.")
        return placed


def _clipped(thing: Thing, side: int) -> Thing:
    """Return an upright box without what sticks out of its tile."""
    left, top, right, bottom = thing.bounds()
    if left >= 0 and top >= 0 and right <= side and bottom <= side:
        return thing
    left, top, right, bottom = max(left, 0.0), max(top, 0.0), min(right, side), min(bottom, side)
    return replace(thing, x=(left + right) / 2, y=(top + bottom) / 2, width=right - left, height=bottom - top)


def _number(name: str, entry: str, number: Any) -> float:
    if not isinstance(number, int | float) or isinstance(number, bool):
        raise BadAnswer(f"{name}: {entry} is a number, such as 12.5; not {str(number)[:40]!r}.")
    try:
        real = float(number)
    except OverflowError:
        real = math.inf
    if not math.isfinite(real):
        raise BadAnswer(f"{name}: {entry} must be finite, not {str(number)[:40]}.")
    return real
