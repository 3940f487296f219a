"""Acquisition: when and how a scene was taken, as far as it is known, checked before it is stored."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError

LONGEST = 200  # characters
LONGEST_ADDRESS = 2000
SOURCE = ("item", "collection", "href", "licence")
ORBITS = ("ascending", "descending")


def moment_of(moment: date | None) -> tuple[datetime | None, bool]:
    """Return a moment in UTC and whether only its day is known; one without a zone is taken for UTC."""
    if moment is None:
        return None, True
    if isinstance(moment, datetime):
        return (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)), False
    return datetime.combine(moment, time(), UTC), True


def day_of(moment: date | None) -> date | None:
    """Return the day of a moment in UTC."""
    utc, _ = moment_of(moment)
    return utc.date() if utc else None


def parse_moment(text: str) -> date:
    """Read 'YYYY-MM-DD', or that with a time in ISO 8601.

    Raises:
        ValueError: it is neither; the message says what is.
    """
    try:
        text = text.strip()
        return date.fromisoformat(text) if len(text) <= len("YYYY-MM-DD") else datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no date YYYY-MM-DD, nor a date with time YYYY-MM-DDTHH:MM:SSZ.") from None


def check_details(details: Any) -> None:
    """Refuse details of an acquisition that have no place, or cannot be."""
    if not isinstance(details, dict):
        raise ValidationError(f"Write details by name: {', '.join(DETAILS)}.")
    for name, value in details.items():
        if name not in DETAILS:
            raise ValidationError(f"There is no detail {name!r}; there are {', '.join(DETAILS)}.")
        says, fits = DETAILS[name]
        if not fits(value):
            raise ValidationError(f"{name} is {says}, not {str(value)[:40]!r}.")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable() and not set("<>") & set(value)


def _is_angle(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and 0 <= value <= 90


def _are_ids(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_text(name) and _is_text(text) for name, text in value.items())


def _is_share(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and 0 <= value <= 100


def _is_source(value: Any) -> bool:
    return isinstance(value, dict) and all(
        name in SOURCE and isinstance(text, str) and 0 < len(text) <= LONGEST_ADDRESS and _is_text(text[:LONGEST])
        and text.isprintable() and not set("<>") & set(text)
        for name, text in value.items()
    )  # fmt: skip


DETAILS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "orbit": (" or ".join(ORBITS), lambda value: value in ORBITS),
    "incidence_deg": ("an angle of 0 to 90 degrees", _is_angle),
    "level": (f"a processing level such as L2A, of 1 to {LONGEST} characters", _is_text),
    "cloud_cover": ("a share of 0 to 100 per cent", _is_share),
    "source": (f"what a catalogue says of where it comes from: {', '.join(SOURCE)}, all texts", _is_source),
    "provider_ids": ("a list of provider: id, both texts", _are_ids),
}
