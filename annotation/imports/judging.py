"""Judging: what becomes of a label out of a file, given what is said of its sample already."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from annotation import clock
from annotation.imports.ground import Place
from annotation.imports.options import Options
from annotation.imports.rows import Fate, Rows, Said, key_of, source_of
from annotation.models import Import, ImportItem, Sample
from annotation.tasks import task_of
from annotation.tasks.told import Heard

Verdict = tuple[Fate, str]


@dataclass(frozen=True)
class Claim:
    """What an item says of a sample."""

    at: str
    place: Place
    heard: Heard | None  # None: its author could not tell
    source: Any = None  # as the file tells it
    remark: str = ""
    comment: str | None = None  # that it is instead


class Judge:
    """Decides on the labels of one import, batch by batch."""

    def __init__(self, row: Import, rows: Rows) -> None:
        """Remember what the import is to do."""
        self.options, self.trust = Options(**row.options), row.trust
        self._row, self._rows = row, rows
        self._project, self._task = row.project, task_of(row.project)
        self._names = self._project.class_names()
        self._seen: dict[int, tuple[Any, str]] = {}  # value and place in the file, by sample
        self._format = str(row.report.get("format", ""))

    def decide(self, claims: Iterable[Claim]) -> None:
        """Write what becomes of each."""
        told = [(claim, source_of(claim.source, self._format, self._row.name)) for claim in claims]
        said = [Said(claim.place, claim.heard, key_of(claim.place.sample, claim.heard, who)) for claim, who in told]
        before = self._imported([each.key for each in said])
        for (claim, who), each in zip(told, said, strict=True):
            fate, message = self._fate(claim, each.key in before)
            if fate == Fate.TAKEN:
                message = claim.remark or _future(who)
            self._rows.write(claim.at, fate, message, said=each, source=json.dumps(who))

    def _imported(self, keys: list[str]) -> set[str]:
        rows = ImportItem.objects.filter(key__among=keys, of__project=self._project, of__undone_at=None)
        made = Q(annotation__isnull=False) | Q(of__model_version__isnull=False, fate=Fate.TAKEN)
        return set(rows.filter(made).exclude(of=self._row).values_list("key", flat=True))

    def _fate(self, claim: Claim, imported: bool) -> Verdict:
        place, value = claim.place, claim.heard.content.value if claim.heard else None
        if place.state == Sample.State.EMPTY:
            return Fate.OUTSIDE, "The tile is mostly without data and takes no label."
        if place.sample in self._seen:
            other, at = self._seen[place.sample]
            if other == value:
                return Fate.KNOWN, f"The file says the same at {at}."
            return Fate.CONFLICT, f"The file says another thing of this tile at {at}; that one is taken."
        self._seen[place.sample] = value, claim.at
        if imported:
            return Fate.KNOWN, "It was imported before."
        return self._beside(place, value)

    def _beside(self, place: Place, value: Any) -> Verdict:
        """Decide beside what people say of the tile."""
        if value is None and place.state == Sample.State.UNSURE:
            return Fate.KNOWN, "Nobody could tell here either."
        if value is None and self.trust == Import.Trust.REVIEW:
            return Fate.CONFLICT, "Its author could not tell, which is no suggestion."
        waits = place.is_audit and place.state in Sample.WANTED
        if waits and self.trust != Import.Trust.TRUTH:
            return Fate.CONFLICT, "The tile was drawn as an audit, which a person answers; import it as truth instead."
        if place.answer is None or place.value is None:
            return Fate.TAKEN, ""
        there = json.loads(place.value)
        if value is not None and self._task.same(there, value):
            return Fate.KNOWN, "The tile has this label."
        if self.trust == Import.Trust.TRUTH:
            return Fate.CONFLICT, "The tile has a label already, so that a model may have learnt from it: no truth."
        if self.options.replace and self.trust == Import.Trust.TRUSTED:
            return Fate.TAKEN, ""
        return Fate.CONFLICT, f"The tile is labelled {self._task.text(there, self._names) or 'otherwise'}."


def _future(source: dict[str, Any]) -> str:
    """Return a remark on a label that was made later than now."""
    try:
        when = datetime.fromisoformat(str(source.get("created_at", "")))
    except ValueError:
        return ""
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return f"It says that it was made in the future, {when:%Y-%m-%d}." if when > clock.now() else ""
