"""Omitted: embed every sample once more without each modality or sensor, in projects that compare them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.db.models import Exists, OuterRef, Q
from numpy.typing import NDArray

from annotation.arrays.labels import Rows
from annotation.arrays.vectors import Vectors
from annotation.arrays.without import digest_without
from annotation.learning.encoders import AnyEncoder
from annotation.learning.together import build_together
from annotation.models import Coverage, Job, Project
from mlcore.samples import Chip, Sample


@dataclass(frozen=True)
class Omitting:
    """An encoder that is shown samples without a modality or sensor."""

    encoder: AnyEncoder
    omitted: str

    @property
    def name(self) -> str:
        """Return what tables would call it."""
        return f"{self.encoder.name} without {self.omitted}"

    @property
    def dim(self) -> int:
        """Return the length of its vectors."""
        return self.encoder.dim

    @property
    def digest(self) -> str:
        """Return under which its vectors are kept."""
        return digest_without(self.encoder.digest, self.omitted)

    @property
    def card(self) -> Mapping[str, str]:
        """Return what is known of its training."""
        return self.encoder.card

    @property
    def blocks(self) -> Mapping[str, slice]:
        """Return which columns of a vector are of one kind."""
        return self.encoder.blocks

    @property
    def map_blocks(self) -> Mapping[str, slice]:
        """Return which features of a place are of one kind."""
        return self.encoder.map_blocks

    def cannot_read(self, sample: Sample) -> str:
        """Say why it can't read what is left of a sample; '' if it can."""
        less = leave_out(sample, self.omitted)
        if len(less.chips) in (0, len(sample.chips)):
            return f"{self.omitted} shows nothing of them, or nothing else does"
        return self.encoder.cannot_read(less)

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim]."""
        return self.encoder.embed([leave_out(sample, self.omitted) for sample in samples])

    def embed_map(self, chip_or_sample: Chip | Sample) -> NDArray[np.float32]:
        """Return features of each place."""
        if isinstance(chip_or_sample, Sample):
            return self.encoder.embed_map(leave_out(chip_or_sample, self.omitted))
        return self.encoder.embed_map(chip_or_sample)


def leave_out(sample: Sample, asked: str) -> Sample:
    """Return a sample without the chips of a modality or sensor."""
    kept = tuple(chip for chip in sample.chips if asked not in (chip.sensor.modality.value, chip.sensor.code))
    dates = {chip.acquired for chip in kept}
    return replace(sample, chips=kept, acquired=dates.pop() if len(dates) == 1 else None)


def embed_without(job: Job, encoder: AnyEncoder) -> dict[str, int]:
    """Store what is missing without each modality or sensor; return how many tiles have such a vector, by its name.

    One more pass over the tiles that it shows, for each; in the scale of the usual vectors, which are there.
    """
    project, usual = job.project, Vectors(job.project, encoder.digest)
    if not (project.compare_modalities and usual.is_begun):
        return {}
    counts = {}
    for name in project.scenes.omittable():
        less = Omitting(encoder, name)
        vectors = Vectors(project, less.digest)
        vectors.scale_as(usual)
        build_together(job, less, key=project.encoder, report=job.report, rows=rows_with(project, name), without=name)
        counts[name] = int(vectors.present.sum())
    return counts


def rows_with(project: Project, name: str) -> Rows:
    """Return the samples that a modality or sensor shows, and something else as well."""
    of_it = Q(scene__sensor__modality=name) | Q(scene__sensor__code=name)
    seen = Coverage.objects.filter(tile=OuterRef("tile"), scene__fault="")
    both = Q()
    for scenes in (seen.filter(of_it), seen.exclude(of_it)):
        of_epoch = [Exists(scenes.filter(scene__epochs=OuterRef(epoch))) for epoch in ("epoch", "later_epoch")]
        both &= Q(Exists(scenes), epoch=None) | Q(*of_epoch, _connector=Q.OR)
    return np.fromiter(project.samples.filter(both).values_list("index", flat=True), np.int64)
