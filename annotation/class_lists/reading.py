"""Reading: a list of classes out of a table, JSON or pasted lines, with what is wrong with each line of it."""

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from annotation.errors import BadSettings
from annotation.projects import plain_text

MOST_TEXT, MOST_LINES = 400_000, 1000  # characters; lines
FIELDS = ("name", "colour", "definition", "group", "hotkey", "code")
_HEADS = {  # what tables call the fields
    **dict.fromkeys(("name", "class", "class name", "label", "category", "title"), "name"),
    **dict.fromkeys(("colour", "color", "rgb", "hex"), "colour"),
    **dict.fromkeys(("definition", "description", "meaning", "about"), "definition"),
    **dict.fromkeys(("group", "supercategory", "parent"), "group"),
    **dict.fromkeys(("hotkey", "key", "shortcut"), "hotkey"),
    **dict.fromkeys(("code", "id", "value", "class id", "number"), "code"),
    **dict.fromkeys(("retired", "merged into"), "gone"),
}
_HEX, _SHORT_HEX = re.compile(r"#?[0-9a-fA-F]{6}"), re.compile(r"#[0-9a-fA-F]{3}")
_NO = ("", "0", "false", "no", "none", "null")


@dataclass
class Line:
    """What one line of a list says of a class."""

    number: int  # of the line in the text; of JSON, of the entry
    said: dict[str, str] = field(default_factory=dict)  # by FIELDS
    fault: str = ""  # why it cannot be understood
    gone: bool = False  # whether it says that the class is out of use


def read(text: str) -> list[Line]:
    """Return the lines of a list that say something.

    Raises:
        BadSettings: it is too long, no list of classes, or there is nothing in it.
    """
    if len(text) > MOST_TEXT:
        raise BadSettings(f"The list has more than {MOST_TEXT:,} characters, and no list of classes is that long.")
    text = text.lstrip("\ufeff").replace("\0", "\ufffd")
    lines = _of_json(text) if text.lstrip()[:1] in ("[", "{") else _of_text(text)
    if len(lines) > MOST_LINES:
        raise BadSettings(f"The list has {len(lines):,} lines; {MOST_LINES:,} are the most. Is it a list of classes?")
    if not lines:
        raise BadSettings("There is no class in the list. Write one a line, or give a table or JSON with names.")
    return [_tidied(line) for line in lines]


def _of_json(text: str) -> list[Line]:
    """Read an own class table, a list of names or of classes, or the categories of COCO."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadSettings(f"The list begins like JSON and is none: {error}."[:300]) from error
    if isinstance(told, dict):
        told = next((told[key] for key in ("classes", "categories") if key in told), told)
    if isinstance(told, dict):  # {"1": "Water"}
        told = [{"code": key, "name": name} for key, name in told.items()]
    if not isinstance(told, list):
        raise BadSettings("The JSON has no list of classes: give a list of names, `classes`, or COCO's `categories`.")
    return [_entry(number, each) for number, each in enumerate(told[: MOST_LINES + 1], 1)]


def _entry(number: int, each: Any) -> Line:
    if isinstance(each, str):
        return Line(number, {"name": each})
    if not isinstance(each, dict):
        return Line(number, fault="This entry is neither a name nor a class with a name.")
    said, gone = {}, False
    for head, value in each.items():
        known = _HEADS.get(_plain(head))
        if known == "gone":
            gone |= _plain(value) not in _NO
        elif known and known not in said and (text := _text(known, value)):
            said[known] = text
    return Line(number, said, gone=gone)


def _text(known: str, value: Any) -> str:
    if known == "colour" and isinstance(value, list):
        parts = [part for part in value[:3] if isinstance(part, int) and 0 <= part <= 255]
        return "#" + bytes(parts).hex() if len(parts) == 3 else str(value)
    return "" if value is None or isinstance(value, (dict, list)) else str(value)


def _of_text(text: str) -> list[Line]:
    """Read a table with or without a header, or a name a line."""
    separator = _separator(text)
    if separator is None:
        rows = [(number, [line]) for number, line in enumerate(text.splitlines(), 1)]
    else:
        rows = list(_rows(text, separator))
    rows = [(number, [_unquoted(cell) for cell in cells]) for number, cells in rows if any(map(str.strip, cells))]
    heads = [_HEADS.get(_plain(cell)) for cell in rows[0][1]] if rows else []
    if "name" in heads:
        return [_headed(number, heads, cells) for number, cells in rows[1:]]
    return [_guessed(number, cells) for number, cells in rows]


def _separator(text: str) -> str | None:
    """Return what separates columns: what the header, or every line, has; None where a line is a name."""
    lines = [line for line in text.splitlines() if line.strip()]
    for separator in ("\t", ";", ","):
        first = [_HEADS.get(_plain(cell)) for cell in lines[0].split(separator)] if lines else []
        if len(first) > 1 and "name" in first:
            return separator
        if lines and all(separator in line for line in lines):
            return separator
    return None


def _rows(text: str, separator: str) -> Iterable[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadSettings(f"Line {begins} is no line of a table: {error}.") from error


def _headed(number: int, heads: list[str | None], cells: list[str]) -> Line:
    said = {head: cell for head, cell in zip(heads, cells, strict=False) if head and cell.strip()}
    gone = _plain(said.pop("gone", "")) not in _NO
    return Line(number, said, gone=gone)


def _guessed(number: int, cells: list[str]) -> Line:
    """Take a colour, a number and a single character for what they look like, and texts for name, definition, group."""
    said: dict[str, str] = {}
    texts = iter(("name", "definition", "group"))
    for cell in filter(None, (cell.strip() for cell in cells)):
        if _SHORT_HEX.fullmatch(cell) or (cell.startswith("#") and _HEX.fullmatch(cell)):
            known = "colour"
        elif len(cells) > 1 and cell.isascii() and cell.isdigit():
            known = "code"
        elif len(cells) > 1 and "name" in said and len(cell) == 1:
            known = "hotkey"
        else:
            known = next(texts, "")
        if not known or known in said:
            return Line(number, said, fault=f"It is not clear what {cell[:40]!r} is: give the table a header.")
        said[known] = cell
    return Line(number, said)


def _unquoted(cell: str) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@'") else cell


def _tidied(line: Line) -> Line:
    sound = {name: text.encode(errors="replace").decode() for name, text in line.said.items()}
    said = {name: plain_text(text) if name == "definition" else " ".join(text.split()) for name, text in sound.items()}
    if colour := said.get("colour"):
        if _SHORT_HEX.fullmatch(colour):
            colour = "#" + "".join(2 * letter for letter in colour[1:])
        said["colour"] = "#" + colour.removeprefix("#").lower() if _HEX.fullmatch(colour) else colour
    if "hotkey" in said:
        said["hotkey"] = said["hotkey"].lower()
    return Line(line.number, said, line.fault, line.gone)


def _plain(words: Any) -> str:
    return " ".join(str(words).replace("_", " ").split()).casefold()
