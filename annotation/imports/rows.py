"""Rows: fates of items, written to the database by the ten thousand."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from annotation.imports.ground import Place
from annotation.models import Annotation, Import, ImportItem
from annotation.tasks.told import Heard

Fate = ImportItem.Fate
_COLUMNS = (
    "of_id", "at", "fate", "message", "sample_id", "base", "verdict", "label_id", "value", "mask", "share", "source",
    "comment", "key",
)  # fmt: skip
_COPY = f"COPY annotation_importitem ({', '.join(_COLUMNS)}) FROM STDIN"
_LONGEST_SOURCE = 300  # characters of one entry
_EMPTY = "{}"
OWN = "own"  # exports of ours, whose versions of all people are kept


@dataclass(frozen=True)
class Said:
    """A label that an item would be."""

    place: Place
    heard: Heard | None  # None: its author could not tell
    key: str
    comment: str = ""  # that it is instead

    @property
    def verdict(self) -> str:
        """Return the kind of answer."""
        return Annotation.Verdict.LABEL if self.heard or self.comment else Annotation.Verdict.UNSURE


class Rows:
    """The rows of one import, streamed into the table batch by batch; counts fates on the way."""

    def __init__(self, row: Import) -> None:
        """Begin with none."""
        self.fates: Counter[str] = Counter()
        self._of, self._waiting = row.pk, list[tuple[Any, ...]]()

    def write(self, at: str, fate: Fate, message: str = "", *, said: Said | None = None, source: str = _EMPTY) -> None:
        """Note what becomes of an item."""
        self.fates[fate] += 1
        place, heard = (said.place, said.heard) if said else (None, None)
        content = heard.content if heard else None
        self._waiting.append(
            (
                self._of,
                at[:300],
                str(fate),
                message[:500],
                place.sample if place else None,
                place.answer if place else None,
                str(said.verdict) if said else "label",
                content.label.pk if content and content.label else None,
                heard.text if heard else _EMPTY,
                content.mask if content else "",
                heard.share if heard else None,
                source,
                said.comment if said else "",
                said.key if said else "",
            )
        )

    def flush(self) -> None:
        """Write what was noted."""
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for values in self._waiting:
                copy.write_row(values)
        self._waiting = []


def key_of(sample: int, heard: Heard | None, source: Mapping[str, Any]) -> str:
    """Return the hash of what is said of a sample, and by whom and when: an equal one was imported before."""
    text = f"{sample}|{heard.text if heard else 'unsure'}|{source.get('author', '')}|{source.get('created_at', '')}"
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def key_of_comment(sample: int, text: str, source: Mapping[str, Any]) -> str:
    """Return the hash of a comment by when it was written: its writer may have another name in each export."""
    told = f"{sample}|comment|{text}|{source.get('created_at', '')}"
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()


def source_of(told: Any, format_name: str, file: str) -> dict[str, Any]:
    """Return what is kept of who said it: plain entries, none of them long."""
    entries = told.items() if isinstance(told, dict) else ()
    kept = {str(name)[:40]: _short(value) for name, value in entries if isinstance(value, str | int | float | bool)}
    nested = {"history": list, "imported": dict} if isinstance(told, dict) and format_name == OWN else {}
    more = {name: told[name] for name, kind in nested.items() if isinstance(told.get(name), kind)}
    return {**kept, **more, "format": format_name, "file": file}


def _short(value: Any) -> Any:
    return value[:_LONGEST_SOURCE] if isinstance(value, str) else value
