"""Comments: what people wrote of tiles in another project, judged, taken in, and taken back with the import."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q

from annotation.comments import MOST_ON_A_TILE
from annotation.imports.judging import Claim, Verdict
from annotation.imports.rows import Fate, Rows, Said, key_of_comment, source_of
from annotation.models import Comment, Import, ImportItem, Sample
from annotation.models.blindness import would_be_blind

BATCH = 2000
_WAITS = "The tile is an audit that waits for its label: take the comment in when it has one."
_FULL = f"The tile has {MOST_ON_A_TILE} comments, and takes no more."


class Letters:
    """Decides on the comments of one import, batch by batch."""

    def __init__(self, row: Import, rows: Rows) -> None:
        """Begin with none."""
        self._row, self._rows = row, rows
        self._format = str(row.report.get("format", ""))
        self._counts: Counter[int] = Counter()  # on each tile, those that are to come among them
        self._seen: set[str] = set()

    def decide(self, claims: Iterable[Claim]) -> None:
        """Write what becomes of each."""
        told = [(claim, source_of(claim.source, self._format, self._row.name)) for claim in claims]
        if not told:
            return
        keys = [key_of_comment(claim.place.sample, claim.comment or "", who) for claim, who in told]
        before = self._before([claim.place.sample for claim, _ in told], keys)
        for (claim, who), key in zip(told, keys, strict=True):
            fate, message = self._fate(claim, key in before or key in self._seen)
            self._seen.add(key)
            said = Said(claim.place, None, key, comment=claim.comment or "")
            self._rows.write(claim.at, fate, message, said=said, source=json.dumps(who))

    def _before(self, samples: list[int], keys: list[str]) -> set[str]:
        """Return the keys of what stands there, or was taken in before even if somebody has deleted it since."""
        here = Comment.objects.filter(sample__in=samples)
        own = {
            key_of_comment(sample, text, {"created_at": at.isoformat()})
            for sample, text, at in here.values_list("sample", "text", "created_at")
        }
        new = {sample for sample in samples if sample not in self._counts}
        counts = here.filter(sample__in=new).values_list("sample").annotate(Count("pk")).order_by()
        self._counts.update(dict(counts))
        rows = ImportItem.objects.filter(key__in=keys, of__project=self._row.project, fate=Fate.TAKEN)
        taken = rows.filter(of__undone_at=None, of__taken_at__isnull=False).exclude(of=self._row)
        return own | set(taken.values_list("key", flat=True))

    def _fate(self, claim: Claim, known: bool) -> Verdict:
        place = claim.place
        try:
            Comment._meta.get_field("text").clean(claim.comment, None)
        except ValidationError as error:
            return Fate.BROKEN, " ".join(error.messages)
        if known:
            return Fate.KNOWN, "The tile has this comment, or had it."
        if would_be_blind(place.state, audit=place.is_audit) and self._row.trust != Import.Trust.TRUTH:
            return Fate.CONFLICT, _WAITS
        if self._counts[place.sample] >= MOST_ON_A_TILE:
            return Fate.CONFLICT, _FULL
        self._counts[place.sample] += 1
        return Fate.TAKEN, ""


def take_comments(row: Import) -> int:
    """Write the comments of an import that are not written yet; return how many it has made."""
    waiting = row.items.filter(fate=Fate.TAKEN, written=None).exclude(comment="").order_by("id")
    last = 0
    while batch := list(waiting.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        with transaction.atomic():
            samples = Sample.objects.filter(pk__in=[item.sample_id for item in batch]).order_by("pk")
            there = set(samples.select_for_update(no_key=True).values_list("pk", flat=True))
            Comment.objects.bulk_create(
                _comment(row, item, item.sample_id)
                for item in batch
                if item.sample_id is not None and item.sample_id in there
            )
    return Comment.objects.filter(item__of=row).count()


def _comment(row: Import, item: ImportItem, sample: int) -> Comment:
    """Return a comment of whoever imports it, as labels are; the item tells who wrote it."""
    told: dict[str, Any] = item.source
    settler = row.requested_by if told.get("settled") else None
    return Comment(
        sample_id=sample, author=row.requested_by, text=item.comment, flags=bool(told.get("flags")),
        settled_by=settler, item=item,
    )  # fmt: skip


def drop_comments(row: Import) -> None:
    """Delete the comments of an import."""
    Comment.objects.filter(item__of=row).delete()


def count_comments(row: Import) -> int:
    """Return how many comments an import is to make."""
    return row.items.filter(~Q(comment=""), fate=Fate.TAKEN).count()
