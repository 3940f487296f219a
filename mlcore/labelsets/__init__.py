"""Label sets: files of labels of many formats become items, one after another; called in quarantine only.

A format is a module with TITLE, `suits(package) -> bool` and `read(package, wishes, book)`, which yields items; a new
one is a copy of its sibling plus its line in FORMATS. The first that suits is taken, so the particular come first.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, cast

import orjson

from mlcore.errors import FileTooLarge, UnreadableFile, look_up
from mlcore.labelsets import coco, cvat, folders, geojson, label_studio, own, raster, table, vector, voc, yolo
from mlcore.labelsets.items import Book, Item, Wishes
from mlcore.labelsets.package import Package

__all__ = ["FORMATS", "Book", "Item", "Package", "Wishes", "read_labels", "recognise"]

MOST_ITEMS = 5_000_000
_MOST_WHOLE = 2**63
_EACH = 2000  # items between two signs of life


class Format(Protocol):
    """What understands one kind of file."""

    TITLE: str

    def suits(self, package: Package) -> bool:
        """Return whether a package is of this format."""

    def read(self, package: Package, wishes: Wishes, book: Book) -> Iterator[Item]:
        """Yield what it says."""


FORMATS: dict[str, Format] = {
    name: cast(Format, module)
    for name, module in {
        "own": own,
        "geojson": geojson,
        "label_studio": label_studio,
        "coco": coco,
        "vector": vector,
        "cvat": cvat,
        "voc": voc,
        "yolo": yolo,
        "csv": table,
        "raster": raster,
        "folders": folders,
    }.items()
}


def read_labels(file: Path, target: Path, wishes: Wishes, *, progress: Callable[[float], None]) -> dict[str, Any]:
    """Write a file's items to `target`, one JSON object a line, and return what is to be said of all of them.

    Raises:
        UnreadableFile, UnsafeFile, FileTooLarge: it is damaged, hostile, or too much.
        UnknownName: there is no such format.
    """
    package, book = Package(file, wishes.name, most_bytes=wishes.most_bytes), Book(measured=wishes.measured)
    kind = wishes.format or recognise(package)
    number = 0
    with target.open("wb") as out:
        for item in look_up(FORMATS, kind, "label format").read(package, wishes, book):
            number += 1
            if number > MOST_ITEMS:
                raise FileTooLarge(f"{wishes.name} holds more than {MOST_ITEMS:,} labels; split it.")
            book.count(item)
            out.write(_line(item) + b"\n")
            if number % _EACH == 0:
                progress(number / (number + 100_000))
    told: dict[str, Any] = _clean({"format": kind, "items": number, **asdict(book)})
    return told


def _line(item: Item) -> bytes:
    """Return an item as JSON that a database takes: no NUL is in it, nor half a letter."""
    try:
        line = orjson.dumps(item)
    except TypeError:
        line = orjson.dumps(_clean(item))
    return orjson.dumps(_clean(item)) if b"\\u0000" in line else line


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", " ").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_clean(str(name)): _clean(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(each) for each in value]
    return str(value) if isinstance(value, int) and abs(value) >= _MOST_WHOLE else value


def recognise(package: Package) -> str:
    """Return the first format that suits.

    Raises:
        UnreadableFile: none does.
    """
    for name, module in FORMATS.items():
        if module.suits(package):
            return name
    titles = ", ".join(module.TITLE for module in FORMATS.values())
    raise UnreadableFile(f"{package.name} is of no format that labels are read from; these are: {titles}.")
