"""CSV: one row a sample, for spreadsheets and data frames."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from annotation.exports.format import Format, Group
from annotation.exports.snapshot import Snapshot
from annotation.exports.table import columns_of, row_of

ABOUT = (
    "samples.csv: one row a sample, in UTF-8; 'lon' and 'lat' are the middle of its tile, 'transform' makes pixels "
    "coordinates of 'crs'. Lists are JSON. A text that a spreadsheet would take for a formula (=, +, -, @) begins with "
    "an apostrophe."
)
ABOUT_CLASSES = " classes.csv: the classes with their definitions."
_CLASS = ("code", "name", "colour", "hotkey", "definition", "retired", "merged_into")
_FORMULA = frozenset("=+-@\t\r'")


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write samples.csv."""
    columns = list(columns_of(snapshot))
    with (folder / "samples.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        for record in snapshot.everything():
            table.writerow(_cells(map(row_of(snapshot, record).get, columns)))
    if not snapshot.classes:
        return ABOUT
    with (folder / "classes.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(_CLASS)
        table.writerows(_cells(map(item.get, _CLASS)) for item in snapshot.classes)
    return ABOUT + ABOUT_CLASSES


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
