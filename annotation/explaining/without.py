"""Without: a sample as the published model sees it, beside the same sample with a modality or sensor left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.maps import FeatureMaps
from annotation.arrays.vectors import LARGEST, Vectors
from annotation.chips import load_samples
from annotation.errors import AnnotationError, NotReady
from annotation.learning.encoders import AnyEncoder, open_encoder
from annotation.learning.omitted import leave_out
from annotation.models import Project, Sample
from annotation.omitting import Question, ask
from annotation.tasks import task_of
from mlcore.errors import MLCoreError
from mlcore.samples import Sample as Imagery


@dataclass(frozen=True)
class SeenMaps(FeatureMaps):
    """Feature maps of samples that are looked at now and not kept."""

    made: tuple[NDArray[np.float16], ...] = ()

    def read_told(self, index: int) -> tuple[NDArray[np.bool_], NDArray[np.float16]] | None:
        """Return which channels say something, and those."""
        says = np.asarray(self.made[index].any((1, 2)))
        return says, self.made[index][says]


class SeenVectors(Vectors):
    """Vectors of samples that are looked at now and not kept, in the scale of those that are."""

    def __init__(self, project: Project, encoder: AnyEncoder, samples: Sequence[Imagery]) -> None:
        super().__init__(project, encoder.digest)
        self._made = self.scaled(encoder.embed(list(samples)))
        maps = [encoder.embed_map(sample) for sample in samples] if task_of(project).needs_maps else []
        clipped = (np.clip(np.nan_to_num(each), -LARGEST, LARGEST).astype(np.float16) for each in maps)
        self.maps = SeenMaps(self.maps.folder, made=tuple(clipped))

    def read(self) -> NDArray[np.float16]:
        """Return the vectors [n, dim]."""
        return self._made


def compare(sample_id: int, asked: str) -> None:
    """Keep what the model says of a sample with all that is known of it and without what is asked for, or why not."""
    sample = Sample.objects.select_related("tile__grid", "project", "audit").filter(pk=sample_id).first()
    if sample is None:  # deleted meanwhile
        return
    try:
        question = ask(sample, asked)
    except AnnotationError:  # no longer a question: whoever asks again is told why
        return
    try:
        question.keep({"state": "ready", "modality": asked, **_both(question)})
    except (AnnotationError, MLCoreError) as error:
        question.keep({"state": "failed", "modality": asked, "message": str(error)})


def _both(question: Question) -> dict[str, Any]:
    project, version = question.sample.project, question.version
    encoder = open_encoder(project)
    if encoder.digest != version.encoder:
        raise NotReady("The model is being changed; ask again when its new version is published.")
    _, whole = next(load_samples(project, Sample.objects.filter(pk=question.sample.pk)))
    less = leave_out(whole, question.asked)
    if len(less.chips) in (0, len(whole.chips)):
        raise NotReady(f"{question.asked} shows nothing of this tile, or nothing else does.")
    if reason := encoder.cannot_read(less):
        raise NotReady(f"Without {question.asked} the model cannot read this tile: {reason}.")
    said = (
        task_of(project)
        .learner.load(version.head_file)
        .predict(SeenVectors(project, encoder, [whole, less]), np.arange(2))
    )
    return {"model_version": version.number, **_told(question, said)}


def _told(question: Question, said: Any) -> dict[str, Any]:
    """Return both answers in words, and how far they are apart, 0..1; null where one is none."""
    project, task = question.sample.project, task_of(question.sample.project)
    side, in_use, names = question.sample.tile.grid.tile_px, project.codes_in_use(), project.class_names()
    answers = [said.content(at, tile_px=side, in_use=in_use) for at in range(len(said.rows))]
    if len(answers) != 2 or not all(answers):
        return {"with": None, "without": None, "difference": None}
    values = [value for value, _, _ in answers]
    both = [
        {"text": task.text(value, names), "label": code, "confidence": round(float(said.confidences[at]), 4)}
        for at, (value, code, _) in enumerate(answers)
    ]
    apart = task.wrongness(project, *values)
    return {"with": both[0], "without": both[1], "difference": None if apart is None else round(apart, 4)}
