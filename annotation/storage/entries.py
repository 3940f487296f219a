"""Entries: files of the store as a listing tells them, and which of them a pattern means."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """A finished file."""

    path: Path  # where it lies, or would lie once it is fetched
    size: int  # bytes
    modified: float  # seconds since 1970, by the clock of the store


@lru_cache(maxsize=64)
def matcher(pattern: str) -> re.Pattern[str]:
    """Return what tells which paths a pattern means: * is any name, ** any number of folders and a name."""
    parts = ["(?:[^/]+/)*[^/]+" if part == "**" else _of_name(part) for part in pattern.split("/")]
    return re.compile("/".join(parts))


def _of_name(part: str) -> str:
    return "".join("[^/]*" if piece == "*" else re.escape(piece) for piece in re.split(r"(\*)", part))


def is_hidden(name: str) -> bool:
    """Return whether a file is half written, or the store's own: some name on the way to it begins with a dot."""
    return name.startswith(".") or "/." in name
