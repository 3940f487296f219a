"""Cards: what is known of an encoder's training, from its weights and the notes that lie beside them."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from mlcore.encoders.contents import Contents

_LONGEST = 500  # characters of an entry
_MOST = 10
_MOST_READ = 65536  # characters of a note
_NOTES = "card.json"  # the operator's own words
_TEXTS = ("README.md", "README.txt", "SOURCE.txt")
_LICENCES = ("LICENSE", "LICENSE.txt", "LICENCE", "LICENCE.txt")
_ENTRY = re.compile(r"(?:[-*] )?([A-Za-z][A-Za-z ]{1,30}): +(\S.*)")
_WORDS = {"license": "licence", "name": ""}  # how others call an entry -> how we do, or '' for none


def read_card(file: Path, contents: Contents, known: Mapping[str, str]) -> dict[str, str]:
    """Return what the family says, then a file's own card, then the notes beside it; later ones count more.

    A 'title' is what people shall call it.
    """
    card = {**known, **_own(contents)}
    if len([path for path in file.parent.iterdir() if path.suffix == file.suffix]) == 1 or file.stem == "encoder":
        card |= _licence(file.parent) | _told(file.parent) | _json(_text(file.parent, (_NOTES,)))
    return {name[:40]: value[:_LONGEST] for name, value in islice(card.items(), _MOST) if value}


def lies_in(path: Path, folder: Path) -> bool:
    """Return whether a path stays in a folder when links are followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _own(contents: Contents) -> dict[str, str]:
    return _json(contents.metadata.get("card", ""))


def _json(text: str) -> dict[str, str]:
    try:
        entries = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    plain = entries.items() if isinstance(entries, dict) else ()
    return {str(name): str(value) for name, value in plain if isinstance(value, str | int | float)}


def _told(folder: Path) -> dict[str, str]:
    """Return lines such as 'Licence: MIT' of a text beside the weights."""
    entries: dict[str, str] = {}
    for line in _text(folder, _TEXTS).splitlines():
        if match := _ENTRY.fullmatch(line.strip()):
            name = match[1].lower().strip()
            entries.setdefault(_WORDS.get(name, name), match[2])
    entries.pop("", None)
    return entries


def _licence(folder: Path) -> dict[str, str]:
    first = next((line.strip() for line in _text(folder, _LICENCES).splitlines() if line.strip()), "")
    return {"licence": first} if first else {}


def _text(folder: Path, names: Sequence[str]) -> str:
    """Return the beginning of the first of some files that is there, and not a link out of the folder; else ''."""
    for name in names:
        path = folder / name
        if path.is_file() and lies_in(path, folder):
            with path.open(encoding="utf-8", errors="replace") as file:
                return file.read(_MOST_READ)
    return ""
