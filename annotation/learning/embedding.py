"""Embedding: turn every sample that has no vector yet into one, with the project's frozen encoder."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from annotation.arrays.labels import Rows
from annotation.arrays.vectors import LARGEST, Vectors
from annotation.chips import load_samples
from annotation.encoders import forget_vectors
from annotation.jobs import advance, hold
from annotation.learning.encoders import AnyEncoder, open_encoder
from annotation.learning.publishing import suggest_unasked
from annotation.learning.spectra import learn_spectra
from annotation.models import Job, Project, Sample
from annotation.models.jobs import JobKind
from annotation.soundness import check_scenes, left_out
from annotation.tasks import task_of
from mlcore.samples import Sample as Imagery

Batch = list[tuple[int, Imagery]]  # row and imagery
Report = Callable[[float, str], None]  # progress 0..1, message

_BATCH_SAMPLES = 128
_BATCH_VALUES = 16_000_000  # bands x pixels: 64 MB


def embed(job: Job) -> str:
    """Embed the samples that have no vector; what an earlier, killed run stored is kept."""
    project = job.project
    check_scenes(project)
    learnt = learn_spectra(project)
    encoder = open_encoder(project)

    def told(progress: float, message: str) -> None:
        job.report(progress, message)
        advance(job)  # the vectors so far stay

    built = build(project, encoder, report=told)
    if learnt:
        forget_vectors(project, keep=[encoder.digest])  # made before there were spectra; nothing rests on them
    _ask_for_refit(project, encoder)
    suggested = suggest_unasked(project, encoder.digest)
    told = f" and suggested a label for {suggested}." if suggested else "."
    return f"Embedded {built.tiles} tiles{told}{built.unread}{left_out(project)}"


def _ask_for_refit(project: Project, encoder: AnyEncoder) -> None:
    """Ask for a round of what is embedded; without any vector there is nothing to rank."""
    if embedded := int(Vectors(project, encoder.digest).present.sum()):
        samples = project.samples.exclude(state=Sample.State.EMPTY).count()
        Job.ask(project, JobKind.REFIT, sees=f"{embedded} vectors of {encoder.digest}, {samples} samples")


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


def build(project: Project, encoder: AnyEncoder, *, report: Report, rows: Rows | None = None) -> Built:
    """Store the vectors of an encoder that are missing, of `rows` or of all samples that it can read.

    A job has its scenes checked first, once (`check_scenes`).
    """
    vectors = Vectors(project, encoder.digest)
    with hold(project.pk, f"vectors {vectors.digest}"):
        missing = _missing(project, vectors, rows)
        built = Built()
        for batch in _batches(project, missing):
            if kept := built.readable(encoder, batch):
                _store(project, encoder, vectors, kept)
            built.tiles += len(kept)
            done = built.tiles + built.reasons.total()
            report(done / len(missing), f"Embedded {built.tiles} of {len(missing)} tiles.")
    return built


def _missing(project: Project, vectors: Vectors, rows: Rows | None) -> list[int]:
    samples = project.samples.exclude(state=Sample.State.EMPTY).order_by("index")
    if rows is not None:
        samples = samples.filter(index__in=rows.tolist())
    return [int(row) for row in vectors.missing(np.fromiter(samples.values_list("index", flat=True), np.int64))]


def _batches(project: Project, indices: list[int]) -> Iterator[Batch]:
    batch: Batch = []
    values = 0
    for start in range(0, len(indices), 10_000):
        samples = project.samples.filter(index__in=indices[start : start + 10_000])
        for index, imagery in load_samples(project, samples):
            if not imagery.chips:  # its scene was removed in the meantime
                continue
            batch.append((index, imagery))
            values += sum(chip.pixels.size for chip in imagery.chips)
            if len(batch) >= _BATCH_SAMPLES or values >= _BATCH_VALUES:
                yield batch
                batch, values = [], 0
    if batch:
        yield batch


def _store(project: Project, encoder: AnyEncoder, vectors: Vectors, batch: Batch) -> None:
    if task_of(project).needs_maps:
        for index, imagery in batch:
            features = np.nan_to_num(encoder.embed_map(imagery))
            vectors.maps.write(index, np.clip(features, -LARGEST, LARGEST).astype(np.float16))
    made = encoder.embed([imagery for _, imagery in batch])
    rows = [index for index, _ in batch]
    vectors.write(rows, made, blocks=encoder.blocks.values(), map_blocks=encoder.map_blocks.values())
