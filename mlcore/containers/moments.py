"""Moments: dates and times as tables write them, in the one order that fits all of them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

_NUMERIC = re.compile(r"^\s*(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_COMPACT = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})\s*$")
_EPOCH = re.compile(r"^\s*1\d{9}(\d{3})?(\.\d+)?\s*$")  # seconds or milliseconds since 1970


class Moments:
    """How the dates of one table are to be read."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Find out whether day or month comes first: one above 12 tells."""
        pairs = [(int(match[1]), int(match[2])) for text in texts if (match := _NUMERIC.match(text))]
        self.month_first = any(second > 12 for _, second in pairs) and not any(first > 12 for first, _ in pairs)
        self.unsure = bool(pairs) and not any(max(pair) > 12 for pair in pairs)

    @property
    def remarks(self) -> list[str]:
        """Return a sentence where the order was not told."""
        return ["Its dates are taken for day/month/year: nothing in them tells."] if self.unsure else []

    def read(self, text: str) -> str:
        """Return a moment in ISO 8601; '' where it cannot be read."""
        try:
            if match := _NUMERIC.match(text):
                first, second, year, hour, minute, second_of = (int(part or 0) for part in match.groups())
                month, day = (first, second) if self.month_first else (second, first)
                return datetime(year, month, day, hour, minute, second_of).isoformat()
            if match := _COMPACT.match(text):
                return datetime(int(match[1]), int(match[2]), int(match[3])).isoformat()
            if _EPOCH.match(text):
                seconds = float(text) / (1000 if float(text) > 1e11 else 1)
                return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()[:19]
            return datetime.fromisoformat(text.strip()).replace(tzinfo=None).isoformat()[:19] if text.strip() else ""
        except (ValueError, OverflowError):
            return ""
