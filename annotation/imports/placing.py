"""Placing: items of a file find their samples, and become labels or reasons why not."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import orjson
from django.db import transaction

from annotation import storage
from annotation.errors import AnnotationError
from annotation.imports.comments import Letters
from annotation.imports.gathering import Gathering
from annotation.imports.ground import Spot
from annotation.imports.judging import Claim, Judge
from annotation.imports.pooling import Part
from annotation.imports.rows import Fate, Rows
from annotation.imports.speaking import speaks, spot_of
from annotation.imports.terms import NOWHERE, Item, Samples, Terms, Unplaced
from annotation.models import Import

Report = Callable[[float, str], None]

BATCH = 2000


@transaction.atomic
def place(row: Import, report: Report) -> dict[str, int]:
    """Write what would become of each item of a file that was read, instead of what was written before; count fates."""
    row.items.all().delete()
    rows = Rows(row)
    placer = _Placer(row, rows)
    total, done = max(int(row.report.get("items", 0)), 1), 0
    for batch in _batches(row):
        placer.place(batch)
        rows.flush()
        done += len(batch)
        report(0.5 + 0.4 * done / total, f"Placing {done:,} of {total:,} items")
    for count in placer.finish():
        rows.flush()
        report(0.95, f"Putting {count:,} tiles together")
    return dict(rows.fates)


def _batches(row: Import) -> Iterator[list[Item]]:
    with storage.refresh(row.items_file).open("rb") as lines:
        while batch := [orjson.loads(line) for line in islice(lines, BATCH)]:
            yield batch


class _Placer:
    """Places the items of one import."""

    def __init__(self, row: Import, rows: Rows) -> None:
        self._terms, self._rows = Terms(row), rows
        self._judge, self._letters = Judge(row, rows), Letters(row, rows)
        self._gathering = Gathering(self._terms)

    def place(self, items: list[Item]) -> None:
        """Place a batch: what speaks of one tile at once, and shapes later, when all are known."""
        outlines = [(item.get("tile") or {}).get("outline") for item in items]
        pairs: list[tuple[Item, Spot]] = []
        for item, spot in zip(items, self._terms.ground.beneath(outlines), strict=True):
            with_spot = self._settled(item, partial(self._spot, item, spot))
            pairs += [(item, with_spot)] if with_spot else []
        samples = self._terms.ground.samples(spot for _, spot in pairs)
        settled = (self._settled(item, partial(self._claim, item, spot, samples)) for item, spot in pairs)
        claims: list[Claim] = [claim for claim in settled if claim]
        self._judge.decide(claim for claim in claims if claim.comment is None)
        self._letters.decide(claim for claim in claims if claim.comment is not None)

    def finish(self) -> Iterator[int]:
        """Place what was gathered, some tiles at a time; yield how many."""
        for tiles in self._gathering.batches(BATCH):
            samples = self._terms.ground.samples(spot for spot, _ in tiles)
            claims = [self._together(spot, parts, samples) for spot, parts in tiles]
            self._judge.decide(claim for claim in claims if claim)
            yield len(tiles)
        for at, fate, message in self._gathering.left():
            self._rows.write(at, fate, message)
        yield 0

    def _together(self, spot: Spot, parts: list[Part], samples: Samples) -> Claim | None:
        """Return what the shapes on a tile say of it; what becomes of those that say nothing is told one by one."""
        at = {"at": self._gathering.named(parts)}
        claim: Claim | None = self._settled(at, partial(self._gathering.claim, spot, parts, samples), quiet=True)
        return claim

    def _spot(self, item: Item, beneath: Spot | None) -> Spot | None:
        """Return the tile that an item speaks of; None for shapes, which may lie on many."""
        if fault := item.get("fault"):
            raise Unplaced(Fate.BROKEN, fault)
        if self._gathering.takes(item):
            self._gathering.add(item)
            return None
        return beneath or spot_of(item, self._terms.ground)

    def _claim(self, item: Item, spot: Spot, samples: Samples) -> Claim:
        place = samples.get((spot, self._terms.about(item.get("tile") or {})))
        if place is None:
            raise Unplaced(Fate.OUTSIDE, NOWHERE)
        if "comment" in item:
            return Claim(str(item["at"]), place, None, item.get("source"), comment=str(item["comment"]))
        heard = self._terms.hear(speaks(item, spot, self._terms), item.get("verdict", "label"))
        return Claim(str(item["at"]), place, heard, item.get("source"))

    def _settled(self, item: Item, step: Callable[[], Any], *, quiet: bool = False) -> Any:
        """Return what a step gives; where it fails, the item's fate is written and None returned.

        What `quiet` steps say of fate is left to whoever gathered the shapes, which are counted one by one.
        """
        try:
            return step()
        except Unplaced as error:
            if not quiet:
                self._rows.write(str(item.get("at", "")), error.fate, str(error))
        except AnnotationError as error:
            self._rows.write(str(item.get("at", "")), Fate.BROKEN, str(error))
        return None
