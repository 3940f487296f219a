"""Fine-tuning: the encoder learns from the project's labels, and is measured on labels that it has not seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Labels
from annotation.arrays.vectors import Vectors
from annotation.chips import load_samples
from annotation.encoders import forget_vectors, in_use
from annotation.errors import JobFailed
from annotation.improving.candidates import propose
from annotation.improving.evidence import Hits
from annotation.improving.live import Live
from annotation.improving.requests import LEAST_LABELS, METHODS
from annotation.improving.yardstick import FOLDS, Yardstick, take_yardstick
from annotation.learning.encoders import open_tunable
from annotation.models import Job, ModelVersion, Project
from annotation.soundness import check_scenes, left_out
from annotation.tasks import task_of
from mlcore.finetune import FinetuneRecipe, finetune
from mlcore.model import Encoder
from mlcore.samples import Sample as Imagery

_MOST_SECONDS = 900.0  # of one tuning


def tune(job: Job) -> str:
    """Fine-tune on all labels but audits; nested cross-validation says what that brought.

    For each of three folds of neighbouring tiles an encoder of its own is tuned, which never saw the labels held out.
    The one tuned on all labels comes first: if tuning did not help even there, three more are not worth the time.
    """
    project = job.project
    encoder = open_tunable(project)
    check_scenes(project)
    yardstick = take_yardstick(project, encoder, report=job.report)
    if not yardstick.folds:
        raise JobFailed(
            f"Fine-tuning needs {LEAST_LABELS} labels, and {task_of(project).comparable}; "
            f"there are {len(yardstick.labels)} (audits are never trained on)."
        )
    forget_vectors(project, keep=in_use(project, encoder.digest))  # of folds that a killed run left behind
    live = Live(job, ["All labels", *(f"Fold {number + 1} of {FOLDS}" for number in range(FOLDS))], unit="epoch")
    tuner = _Tuner(encoder, _load(project, yardstick.labels), job.params.get("method", METHODS[0]), project.seed, live)
    made = tuner.tune(np.arange(len(yardstick.labels)))
    if made.digest == encoder.digest:
        return "Tuning found nothing better than the encoder as it is, so there is no candidate."
    before = yardstick.held_out_hits(encoder, report=live.embedding)
    after = _nested(yardstick, tuner)
    made.card = {**encoder.card, "fine-tuned": f"on {len(yardstick.labels)} labels of this project ({tuner.method})"}
    audits = yardstick.audit_pair(encoder, made, report=live.embedding)
    comparison = yardstick.compare((before, after), audits)
    name = f"{encoder.name}, fine-tuned on {len(yardstick.labels)} labels"
    return propose(job, made, comparison, origin=ModelVersion.Origin.FINETUNE, name=name) + left_out(project)


@dataclass(frozen=True)
class _Tuner:
    """Tunes an encoder on some of the labels."""

    encoder: Encoder
    targets: "_Targets"
    method: str
    seed: int
    live: Live

    def tune(self, positions: NDArray[np.int64]) -> Encoder:
        """Return the encoder tuned on the labels at `positions`."""
        self.live.begin()
        samples = [self.targets.samples[at] for at in positions]
        labels = self.targets.take(positions)
        recipe = FinetuneRecipe(method=self.method, seed=self.seed, seconds=_MOST_SECONDS)
        return finetune(self.encoder, samples, labels, recipe=recipe, progress=_telling(self.live))


@dataclass(frozen=True)
class _Targets:
    samples: Sequence[Imagery]
    labels: Any  # as `Learner.targets` gives them

    def take(self, positions: NDArray[np.int64]) -> Any:
        """Return the labels at `positions` as fine-tuning wants them."""
        taken = self.labels[positions]
        return list(taken) if taken.dtype == object else taken


def _telling(live: Live) -> Callable[[Any], None]:
    return lambda step: live.step(step.number, step.of, step.loss, step.validation)


def _nested(yardstick: Yardstick, tuner: _Tuner) -> Hits:
    hits = np.zeros(len(yardstick.labels))
    for fold in yardstick.folds:
        made = tuner.tune(fold[0])
        hits[fold[1]] = yardstick.nested_hits(made, fold, report=tuner.live.embedding)
        if made.digest != tuner.encoder.digest:  # a fold's encoder is for measuring alone
            Vectors(yardstick.project, made.digest).delete()
    return hits


def _load(project: Project, labels: Labels) -> _Targets:
    rows = project.samples.filter(index__in=labels.rows.tolist())
    by_row = {row: imagery for row, imagery in load_samples(project, rows) if imagery.chips}
    if len(by_row) < len(labels):
        raise JobFailed("Some labelled tiles lost their imagery in this moment; start it again.")
    targets = task_of(project).learner.targets(labels)
    return _Targets([by_row[int(row)] for row in labels.rows], targets)
