"""Embedding: turn every sample that has no vector yet into one, with the project's frozen encoder."""

from collections.abc import Callable, Iterator

import numpy as np

from annotation.arrays.vectors import LARGEST, Vectors
from annotation.chips import load_samples
from annotation.encoders import forget_vectors
from annotation.jobs import hold
from annotation.learning.encoders import AnyEncoder, open_encoder
from annotation.learning.publishing import suggest_unasked
from annotation.learning.snapshot import Rows
from annotation.learning.spectra import learn_spectra
from annotation.models import Job, Project, Sample
from annotation.models.jobs import JobKind
from annotation.models.projects import TaskKind
from annotation.soundness import check_scenes, left_out
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
    done = build(project, encoder, report=job.report)
    if learnt:
        forget_vectors(project, keep=[encoder.digest])  # made before there were spectra; nothing rests on them
    Job.request(project, JobKind.REFIT)
    suggested = suggest_unasked(project, encoder.digest)
    told = f" and suggested a label for {suggested}." if suggested else "."
    return f"Embedded {done} tiles{told}{left_out(project)}"


def build(project: Project, encoder: AnyEncoder, *, report: Report, rows: Rows | None = None) -> int:
    """Store the vectors of an encoder that are missing, of `rows` or of all samples; return how many.

    A job has its scenes checked first, once (`check_scenes`).
    """
    vectors = Vectors(project, encoder.digest)
    with hold(project.pk, f"vectors {vectors.digest}"):
        missing = _missing(project, vectors, rows)
        done = 0
        for batch in _batches(project, missing):
            _store(project, encoder, vectors, batch)
            done += len(batch)
            report(done / len(missing), f"Embedded {done} of {len(missing)} tiles.")
    return done


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
    if project.task == TaskKind.SEGMENTATION:
        for index, imagery in batch:
            features = np.nan_to_num(encoder.embed_map(imagery))
            vectors.maps.write(index, np.clip(features, -LARGEST, LARGEST).astype(np.float16))
    made = encoder.embed([imagery for _, imagery in batch])
    rows = [index for index, _ in batch]
    vectors.write(rows, made, blocks=encoder.blocks.values(), map_blocks=encoder.map_blocks.values())
