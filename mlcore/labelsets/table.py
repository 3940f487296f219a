"""Tables: CSV with coordinates or names of files, and Collect Earth Online's plots and samples."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import shapely
from shapely.errors import GEOSException

from mlcore.errors import BadGeoreference, UnreadableFile
from mlcore.labelsets.collect_earth import question_of
from mlcore.labelsets.columns import class_column, number_in, plain, saying
from mlcore.labelsets.ground import Placing
from mlcore.labelsets.items import Book, Item, Wishes
from mlcore.labelsets.package import Package

TITLE = "CSV with coordinates or file names (Collect Earth Online, too)"
_LONGITUDES = ("lon", "longitude", "long", "lng", "x", "easting", "samplelon", "centerlon", "plotlon")
_LATITUDES = ("lat", "latitude", "y", "northing", "samplelat", "centerlat", "plotlat")
_GEOMETRIES = ("wkt", "geometry", "geom", "samplegeom", "plotgeom")
_FILES = ("file", "filename", "image", "imagename", "path", "filepath", "imageid", "chip", "tile", "name", "imagepath")
_PLACES = {*_LONGITUDES, *_LATITUDES, *_GEOMETRIES}
_DECIMAL = re.compile(r"^\s*[-+]?\d+,\d+\s*$")
_LONGEST_CELL = 2**20


def suits(package: Package) -> bool:
    """Return whether it holds one table with a header of several columns."""
    names = package.ending(".csv", ".tsv")
    if len(names) != 1:
        return False
    head = package.start(names[0]).decode("utf-8-sig", errors="replace").partition("\n")[0]
    return any(separator in head for separator in ",;\t")


def read(package: Package, wishes: Wishes, book: Book) -> Iterator[Item]:
    """Yield an item a row."""
    (name,) = package.ending(".csv", ".tsv")
    csv.field_size_limit(_LONGEST_CELL)
    placing = Placing(None, wishes, book)
    encoding = package.encoding(name)
    if encoding == "cp1252":
        book.note("The table is not in UTF-8; it is read as Windows-1252 (Latin-1).")
    head = package.start(name).decode(encoding, errors="replace").partition("\n")[0]
    separator = max(",;\t", key=head.count)
    with package.open(name) as file:
        lines = io.TextIOWrapper(file, encoding, errors="replace", newline="")
        rows = csv.DictReader(lines, delimiter=separator)
        try:
            columns = [column for column in rows.fieldnames or [] if column]
            question = question_of(columns, _PLACES, wishes, book)
            column = question.name if question else _class_column(columns, wishes, book)
            for row in rows:
                told: dict[str, Any] = {key: value for key, value in row.items() if isinstance(key, str)}
                if separator != ",":
                    told = {key: _with_point(value) for key, value in told.items()}
                told = question.answered(told) if question else told
                yield {"at": f"line {rows.line_num}", **_item(told, column, placing, book)}
        except csv.Error as error:
            raise UnreadableFile(f"{name} is no table ({error}) at line {rows.line_num}; write it again.") from error


def _with_point(value: Any) -> Any:
    """Return a number that has a decimal comma with a point instead."""
    return value.replace(",", ".") if isinstance(value, str) and _DECIMAL.match(value) else value


def _class_column(columns: list[str], wishes: Wishes, book: Book) -> str:
    """Return the column with the class."""
    offered = [column for column in columns if plain(column) not in _PLACES]
    column = class_column(offered, wishes, book)
    named = [each for each in offered if plain(each) in _FILES]
    if column in named and len(named) == 1:  # it names the file, and so not the class
        others = [each for each in offered if each not in named]
        return class_column(others, wishes, book)
    return column


def _item(row: dict[str, Any], column: str, placing: Placing, book: Book) -> Item:
    item = saying(row, column, book)
    if "fault" in item:
        return item
    by_name = {plain(name): value for name, value in row.items() if name != column}
    try:
        if shape := _shape(by_name):
            return {**item, "shape": placing.shape(shape)}
    except (BadGeoreference, GEOSException) as error:
        return {"fault": str(error)}
    file = next((by_name[name] for name in _FILES if by_name.get(name)), None)
    if file:
        return {**item, "file": str(file)}
    return {"fault": "It has neither coordinates nor the name of a file."}


def _shape(by_name: dict[str, Any]) -> Any:
    for name in _GEOMETRIES:
        if text := by_name.get(name):
            return shapely.from_wkt(str(text))
    x, y = (
        next((number for name in names if (number := number_in(by_name.get(name))) is not None), None)
        for names in (_LONGITUDES, _LATITUDES)
    )
    return None if x is None or y is None else shapely.Point(x, y)
