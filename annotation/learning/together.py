"""Together: the embedding of many tiles in parts, by any number of workers, resumed wherever one of them was killed."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from numpy.typing import NDArray

from annotation.arrays.labels import Rows
from annotation.arrays.shares import drop_share, drop_shares, keep_share, read_share
from annotation.arrays.vectors import Vectors
from annotation.jobs import hold
from annotation.learning.encoders import AnyEncoder
from annotation.learning.filling import BATCH_SAMPLES, Built, Report, batches, fill, made_of, missing_rows
from annotation.models import Job, Part
from annotation.models.jobs import JobKind
from annotation.models.parts import PartQuerySet

PART_TILES = 1024
PAUSE_SECONDS = 0.5  # while others do the last parts


def build_together(
    job: Job, encoder: AnyEncoder, *, key: str, report: Report, rows: Rows | None = None, without: str = ""
) -> Built:
    """Store the vectors that are missing; of many tiles in parts, for which other workers are asked as well.

    Args:
        key: under which they open the same encoder.
        rows: of samples that are meant, instead of all.
        without: a modality or sensor that they leave out of what it is shown.
    """
    project, vectors = job.project, Vectors(job.project, encoder.digest)
    with hold(project.pk, f"vectors {vectors.digest}"):
        missing = missing_rows(project, vectors, rows)
        parts = Part.objects.filter(project=project, encoder=encoder.digest)
        if len(missing) <= PART_TILES:
            parts.delete()
            return fill(project, encoder, missing, report=report)
        return _Together(job, encoder, vectors, parts, report, len(missing)).build(missing, key, without)


@dataclass
class _Together:
    """One embedding in parts, as the job sees it that was asked for it."""

    job: Job
    encoder: AnyEncoder
    vectors: Vectors
    parts: PartQuerySet
    report: Report
    total: int
    built: Built = field(default_factory=Built)

    def build(self, missing: Sequence[int], key: str, without: str) -> Built:
        """Make parts, do them with whoever helps, and join them as they come."""
        self._plan(self._begin(missing))
        self._ask_for_help({"key": key, **({"without": without} if without else {})})
        while self.parts.exists():
            part = self.parts.take(self.job)
            if part is not None:
                do_part(part, self.job, self.encoder, self._tell)
            if not self._join() and part is None:
                time.sleep(PAUSE_SECONDS)
            self._tell()
        self.job.project.jobs.filter(kind=JobKind.PART, state=Job.State.QUEUED).delete()
        drop_shares(self.vectors)
        return self.built

    def _begin(self, missing: Sequence[int]) -> Sequence[int]:
        """Settle the scale by a first batch that the encoder can read, and return the rows that are left."""
        while missing and not self.vectors.is_begun:
            self._add(fill(self.job.project, self.encoder, missing[:BATCH_SAMPLES], report=lambda *_: None))
            missing = missing[BATCH_SAMPLES:]
            self._tell()
        return missing

    def _add(self, built: Built) -> None:
        self.built.tiles += built.tiles
        self.built.reasons.update(built.reasons)

    def _plan(self, missing: Sequence[int]) -> None:
        """Keep the parts of a run that was killed, and cut what is in none of them into further ones."""
        left = set(missing)
        for part in self.parts.all():
            if left.issuperset(part.rows):
                left.difference_update(part.rows)
            else:  # some of it is there by now, or gone
                part.delete()
        rows, project = sorted(left), self.job.project
        cut = [rows[start : start + PART_TILES] for start in range(0, len(rows), PART_TILES)]
        Part.objects.bulk_create(Part(project=project, encoder=self.encoder.digest, rows=some) for some in cut)

    def _ask_for_help(self, opened: dict[str, Any]) -> None:
        project = self.job.project
        wanted = min(self.parts.count(), settings.EMBED_TOGETHER) - 1
        for _ in range(wanted - project.jobs.filter(kind=JobKind.PART).under_way().count()):
            Job.request(project, JobKind.PART, encoder=self.encoder.digest, **opened)

    def _tell(self) -> None:
        """Report the work of all."""
        tiles = self.built.tiles + (self.parts.aggregate(tiles=Sum("tiles"))["tiles"] or 0)
        held = self.parts.filter(state=Part.State.TAKEN).values("holder").distinct().count()
        workers = f" {held} workers are at it." if held > 1 else ""
        done = (tiles + self.built.reasons.total()) / self.total
        self.report(done, f"Embedded {tiles} of {self.total} tiles.{workers}")

    def _join(self) -> int:
        """Join the parts that are done, each in one step; return how many."""
        return sum(self._join_one(part) for part in self.parts.filter(state=Part.State.DONE))

    @transaction.atomic
    def _join_one(self, part: Part) -> bool:
        # locked, so that one whose imagery changes at this moment is forgotten before or after, never in between
        if not self.parts.filter(pk=part.pk, takes=part.takes, state=Part.State.DONE).select_for_update().exists():
            return False
        share = read_share(part, self.vectors)
        if share is None:
            return not part.put_back()
        rows, stored = share
        if len(rows):
            self.vectors.write_scaled(rows.tolist(), stored)
        self._add(Built(len(rows), part.reasons))
        transaction.on_commit(lambda: drop_share(part, self.vectors))
        part.delete()
        return True


def do_part(part: Part, job: Job, encoder: AnyEncoder, tell: Callable[[], None]) -> bool:
    """Embed the tiles of a part that was taken into a file; False when it was taken away meanwhile."""
    project, vectors, built = job.project, Vectors(job.project, encoder.digest), Built()
    rows: list[int] = []
    made: list[NDArray[np.float16]] = []
    for batch in batches(project, part.rows):
        if kept := built.readable(encoder, batch):
            made.append(vectors.scaled(made_of(project, encoder, vectors, kept)))
            rows.extend(row for row, _ in kept)
        built.tiles += len(kept)
        part.tiles, part.reasons = built.tiles, dict(built.reasons)
        if not part.tell():
            return False
        tell()
    keep_share(part, vectors, rows, made)
    return part.tell(done=True)
