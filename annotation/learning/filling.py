"""Filling: samples are read in batches, and an encoder turns them into vectors."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Rows
from annotation.arrays.vectors import LARGEST, Vectors
from annotation.chips import load_samples
from annotation.learning.encoders import AnyEncoder
from annotation.models import Project, Sample
from annotation.tasks import task_of
from mlcore.samples import Sample as Imagery

Batch = list[tuple[int, Imagery]]  # row and imagery
Report = Callable[[float, str], None]  # progress 0..1, message

BATCH_SAMPLES = 128
_BATCH_VALUES = 16_000_000  # bands x pixels: 64 MB


@dataclass
class Built:
    """How many tiles got a vector, and what kept others from one."""

    tiles: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def readable(self, encoder: AnyEncoder, batch: Batch) -> Batch:
        """Return the samples that an encoder can read, and remember why it can't read the others."""
        kept: Batch = []
        for row, imagery in batch:
            if reason := encoder.cannot_read(imagery):
                self.reasons[reason] += 1
            else:
                kept.append((row, imagery))
        return kept

    @property
    def unread(self) -> str:
        """Return a sentence about tiles that the encoder can't read; '' without any."""
        return "".join(
            f" Without the model's help: {count} tiles, {reason}." for reason, count in self.reasons.most_common(1)
        )


def missing_rows(project: Project, vectors: Vectors, rows: Rows | None = None) -> list[int]:
    """Return those of `rows`, or of all samples', that have no vector."""
    samples = project.samples.exclude(state=Sample.State.EMPTY).order_by("index")
    if rows is not None:
        samples = samples.filter(index__in=rows.tolist())
    return [int(row) for row in vectors.missing(np.fromiter(samples.values_list("index", flat=True), np.int64))]


def batches(project: Project, indices: Sequence[int]) -> Iterator[Batch]:
    """Yield the imagery of rows, as much at a time as memory takes."""
    batch: Batch = []
    values = 0
    for start in range(0, len(indices), 10_000):
        samples = project.samples.filter(index__in=indices[start : start + 10_000])
        for index, imagery in load_samples(project, samples):
            if not (imagery.chips or imagery.texts):  # its scene was removed in the meantime
                continue
            batch.append((index, imagery))
            values += sum(chip.pixels.size for chip in imagery.chips)
            if len(batch) >= BATCH_SAMPLES or values >= _BATCH_VALUES:
                yield batch
                batch, values = [], 0
    if batch:
        yield batch


def made_of(project: Project, encoder: AnyEncoder, vectors: Vectors, batch: Batch) -> NDArray[np.float32]:
    """Return the vectors of a batch; the maps that its task learns from are stored at once, each a file."""
    if task_of(project).needs_maps:
        for index, imagery in batch:
            features = np.nan_to_num(encoder.embed_map(imagery))
            vectors.maps.write(index, np.clip(features, -LARGEST, LARGEST).astype(np.float16))
    return encoder.embed([imagery for _, imagery in batch])


def fill(project: Project, encoder: AnyEncoder, missing: Sequence[int], *, report: Report) -> Built:
    """Make the vectors of rows here and now, and store them batch by batch."""
    vectors, built = Vectors(project, encoder.digest), Built()
    for batch in batches(project, missing):
        if kept := built.readable(encoder, batch):
            made = made_of(project, encoder, vectors, kept)
            rows = [index for index, _ in kept]
            vectors.write(rows, made, blocks=encoder.blocks.values(), map_blocks=encoder.map_blocks.values())
        built.tiles += len(kept)
        done = built.tiles + built.reasons.total()
        report(done / len(missing), f"Embedded {built.tiles} of {len(missing)} tiles.")
    return built
