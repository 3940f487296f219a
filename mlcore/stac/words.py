"""Words of an item: texts, numbers and moments as a stranger wrote them, made plain, or left out."""

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

LONGEST = 200  # characters


def text(value: object, longest: int = LONGEST) -> str:
    """Return a text without markup and control characters; '' of anything else."""
    if not isinstance(value, str):
        return ""
    return "".join(c for c in value if c.isprintable() and c not in "<>").strip()[:longest]


def number(value: object, low: float = -1e30, high: float = 1e30) -> float | None:
    """Return a finite number within bounds; None of anything else."""
    if isinstance(value, str) and value.strip().lower().lstrip("-") in ("nan", "inf"):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and low <= value <= high else None


def moment(value: object) -> datetime | None:
    """Return a moment in UTC; None of what is none."""
    try:
        told = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        return None
    if told is None or not 1900 <= told.year <= 2200:
        return None
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)


def mappings(value: object, most: int) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list, at most so many."""
    for each in value[:most] if isinstance(value, list) else []:
        if isinstance(each, dict):
            yield each


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object; an empty one of anything else."""
    return value if isinstance(value, dict) else {}
