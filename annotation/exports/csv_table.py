"""CSV: one row a sample, for spreadsheets and data frames."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shapely.geometry import shape

from annotation.exports import objects
from annotation.exports.format import Format, Group
from annotation.exports.snapshot import Snapshot
from annotation.exports.table import columns_of, row_of

ABOUT = (
    "samples.csv: one row a sample, in UTF-8; 'lon' and 'lat' are the middle of its tile, 'transform' makes pixels "
    "coordinates of 'crs'. Lists are JSON. A text that a spreadsheet would take for a formula (=, +, -, @) begins with "
    "an apostrophe."
)
ABOUT_CLASSES = " classes.csv: the classes in their order, with groups and definitions."
_CLASS = ("code", "name", "group", "colour", "hotkey", "definition", "retired", "merged_into")
_FORMULA = frozenset("=+-@\t\r'")


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write samples.csv."""
    columns = list(columns_of(snapshot))
    with (folder / "samples.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        for record in snapshot.everything():
            table.writerow(_cells(map(row_of(snapshot, record).get, columns)))
    about = ABOUT + (_write_objects(snapshot, folder) if snapshot.task.names_objects else "")
    if not snapshot.classes:
        return about
    with (folder / "classes.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(_CLASS)
        table.writerows(_cells(map(item.get, _CLASS)) for item in snapshot.classes)
    return about + ABOUT_CLASSES


def _write_objects(snapshot: Snapshot, folder: Path) -> str:
    """Write objects.csv: one row an object, with what is known of its tile."""
    columns = [*columns_of(snapshot), *(name for name in objects.COLUMNS if name not in columns_of(snapshot)), "wkt"]
    with (folder / "objects.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        for record in snapshot:
            shared, cell = row_of(snapshot, record), snapshot.cell(record)
            for told, thing in objects.object_rows(snapshot, record):
                geometry = objects.on_ground(objects.on_lattice(thing, cell), cell, own_crs=False)
                text = shape(geometry).wkt if geometry else None
                table.writerow(_cells(map({**shared, **told, "wkt": text}.get, columns)))
    return objects.ABOUT.format(what="row of objects.csv, with its outline in degrees as 'wkt',")


def _cells(values: Iterable[Any]) -> list[Any]:
    """Return the values of a row, none of which a spreadsheet would work out."""
    row = list(values)
    for at, value in enumerate(row):
        if value.__class__ is str:
            if value[:1] in _FORMULA:
                row[at] = f"'{value}"
        elif value is True or value is False:
            row[at] = "true" if value else "false"
    return row


FORMAT = Format(
    group=Group.TABLES,
    title="CSV",
    text="One row a sample with class, author and place: for spreadsheets and data frames.",
    lacks=("what is painted", "outlines of tiles", "earlier versions and other people's answers"),
    write=write,
)
