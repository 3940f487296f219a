"""Items: what a file of labels says, one statement after another, in words that all formats share.

An item is JSON: `at` says where it stands in the file; `fault` why it cannot be understood. It speaks of a `tile` (as
exports of ours name it), of a `file` of `size` [width, height], of a `shape` (GeoJSON, longitude and latitude), or of
a `cell` [lattice, column, row]. It says classes of the `whole`, by the keys of the book, those that are `unsure`, an
`amount` with `uncertainty` and `unit`, or `areas`: each a `key` with `counts` and `size` [height, width] (run lengths
as in COCO), `rings` or a `point` in pixels of the file, or `lonlat` (GeoJSON). `objects` are boxes or points in pixels
of the tile, as values have them, their `class` a key. Of exports of ours `drawn` are the shapes whose pixels the areas
are: each a `key` with a `polygon` in pixels of the tile. A `comment` is no label. `source` tells who said it, when and
how.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import FileTooLarge

Item = dict[str, Any]

MOST_CLASSES = 1000
_LONGEST_NAME = 120
_SAID = {"definition": 2000, "group": 80}  # of a class in words: the most characters


@dataclass
class Wishes:
    """What whoever imports says of a file."""

    name: str = "file"  # as people call it
    most_bytes: int = 2**34  # that it may unpack to
    format: str = ""  # a key of FORMATS; recognised when empty
    column: str = ""  # or property, with the class; the likeliest when empty
    crs: str = ""  # of coordinates, where the file does not say
    swapped: bool = False  # the file gives latitude first
    measured: bool = False  # amounts are wanted, not classes
    lattices: list[dict[str, Any]] = field(default_factory=list)  # id, crs, transform, tile_px, range of a GridSpec


@dataclass
class Book:
    """What a file says on the whole: its classes, remarks and questions, in the order in which they came up."""

    classes: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)  # that could name the class
    column: str = ""  # the one that was taken
    measured: bool = False  # amounts are wanted, not classes
    crs_missing: bool = False  # coordinates are no degrees, and the file names no CRS
    swapped: bool = False  # they would lie on the project with latitude and longitude exchanged
    elsewhere: dict[str, Any] | None = None  # nothing lies on the project: `crs`, and `km` to its middle, or no place

    def key(self, name: Any, *, code: int | None = None, colour: str = "", key: str = "", **said: Any) -> str:
        """Return the key of a class by the name that the file gives it, and enter it with what is said of it.

        Raises:
            FileTooLarge: no list of classes is that long.
        """
        shown = " ".join(str(name).split())[:_LONGEST_NAME]
        key = key or shown
        if key not in self.classes:
            if len(self.classes) >= MOST_CLASSES:
                raise FileTooLarge(
                    f"The file names more than {MOST_CLASSES} classes, the last {shown!r}: is another column the class?"
                )
            self.classes[key] = {"name": shown, "code": code, "colour": colour, "count": 0}
            told = {field: str(said.get(field) or "")[:most] for field, most in _SAID.items()}
            self.classes[key] |= {field: text for field, text in told.items() if text}
        return key

    def count(self, item: Item) -> None:
        """Count the classes that an item names."""
        objects = (each["class"] for each in item.get("objects", ()))
        for key in {*item.get("whole", ()), *(area["key"] for area in item.get("areas", ())), *objects}:
            self.classes[key]["count"] += 1

    def note(self, text: str) -> None:
        """Remark on something once."""
        if text not in self.notes and len(self.notes) < 50:
            self.notes.append(text)


def run_lengths(area: NDArray[np.bool_]) -> list[int]:
    """Return COCO's run lengths of an area: down the columns, first how many pixels lie outside."""
    flat = area.ravel(order="F")
    changes = np.flatnonzero(np.diff(flat)) + 1
    edges = np.concatenate(([0], changes, [flat.size]))
    lengths: list[int] = np.diff(edges).tolist()
    return [0, *lengths] if flat[0] else lengths


def areas_of(pixels: NDArray[Any], keys: dict[int, str]) -> list[dict[str, Any]]:
    """Return the areas [H, W] of each class code that has a key."""
    present = [code for code in np.unique(pixels).tolist() if code in keys]
    size = list(pixels.shape)
    return [{"key": keys[code], "size": size, "counts": run_lengths(pixels == code)} for code in present]
