"""Columns: which property or column of a table names the class, and who said it, when and how sure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mlcore.errors import UnreadableFile
from mlcore.labelsets.items import Book, Item, Wishes

# in the order of how likely each is the class; compared without case and punctuation
CLASS_NAMES = (
    "label", "class", "classname", "labelname", "category", "categoryname", "landcover", "lulc", "lccode", "type",
    "name", "classid", "labelid", "code", "dn", "value",
)  # fmt: skip
AMOUNT_NAMES = ("amount", "value", "measurement")
_SOURCE = {
    "author": ("author", "annotator", "user", "username", "interpreter", "email", "createdby"),
    "created_at": ("createdat", "created", "date", "timestamp", "collectiontime", "updatedat"),
    "confidence": ("confidence", "score", "probability"),
    "seconds": ("seconds", "leadtime", "analysisduration"),
    "share": ("share",),
    "split": ("split", "subset", "fold", "partition"),
}
_FORMULA = re.compile(r"^[=+\-@\t\r]")


def plain(name: str) -> str:
    """Return a column's name without case and punctuation."""
    return re.sub(r"[\W_]+", "", str(name).casefold())


def class_column(columns: Iterable[str], wishes: Wishes, book: Book) -> str:
    """Return the column with the class, and tell which others there are; '' where none seems to be it.

    Raises:
        UnreadableFile: the one that is asked for is not there.
    """
    names = [str(column) for column in columns]
    book.columns = names[:100]
    if wishes.column:
        if wishes.column not in names:
            raise UnreadableFile(f"There is no column {wishes.column!r}; there are: {', '.join(names[:20])}.")
        book.column = wishes.column
        return wishes.column
    by_name = {plain(name): name for name in reversed(names)}
    likely = AMOUNT_NAMES if wishes.measured else CLASS_NAMES
    book.column = next((by_name[each] for each in likely if each in by_name), "")
    return book.column


def saying(row: Mapping[str, Any], column: str, book: Book) -> Item:
    """Return what a row says of a whole place: its class, or its amount, and who says so."""
    by_name = {plain(name): value for name, value in row.items()}
    told = row.get(column) if column else None
    item: Item = {"source": _source(by_name)}
    if not column:
        return {**item, "fault": f"No column names {'an amount' if book.measured else 'a class'}: say which."}
    if told is None or str(told).strip() == "":
        return {**item, "fault": f"The column {column!r} is empty."}
    if not book.measured:
        return {**item, "whole": [class_key(told, by_name, book)]}
    amount = number_in(told)
    if amount is None:
        return {**item, "fault": f"{str(told)[:60]!r} in the column {column!r} is no number."}
    doubt, unit = number_in(by_name.get("uncertainty")), by_name.get("unit")
    more = {"uncertainty": doubt, "unit": str(unit) if unit else None}
    return {**item, "amount": amount, **{name: value for name, value in more.items() if value is not None}}


def class_key(text: Any, by_name: Mapping[str, Any], book: Book) -> str:
    """Return the key of a class that is called so, or by its code."""
    if isinstance(text, float) and text.is_integer():
        text = int(text)
    name = str(text).strip()
    if _FORMULA.match(name):
        book.note("A class begins as a formula of a spreadsheet does; it is read as plain text, and never worked out.")
    code = int(name) if name.isdecimal() and len(name) < 6 else None
    colour = str(by_name.get("colour") or by_name.get("color") or "")
    return book.key(name, code=code, colour=colour if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else "")


def number_in(value: Any) -> float | None:
    """Return a number, also out of text; None where it is none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _source(by_name: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, columns in _SOURCE.items():
        value = next((by_name[each] for each in columns if by_name.get(each) not in (None, "")), None)
        if value is not None:
            told[name] = value if isinstance(value, int | float) else str(value)
    return told
