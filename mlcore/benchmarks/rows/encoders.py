"""Rows of frozen encoders: ours, and those of others, through one registry of backbones."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataSet, Task
from mlcore.benchmarks.learners import Features
from mlcore.benchmarks.rows.row import EMBED_CHUNK, Kind, difference, taken_apart
from mlcore.model import load_encoder
from mlcore.samples import Sample

_VERSION = "encoders 2"


@dataclass
class EncoderRow:
    """A backbone by its spec; weights are read when they are first needed."""

    name: str
    title: str
    kind: Kind
    spec: str
    tasks: tuple[Task, ...] = field(default=tuple(Task))

    @cached_property
    def backbone(self) -> Any:
        """Return the loaded backbone."""
        return load_encoder(self.spec)

    def heads(self, task: Task) -> tuple[str, ...]:
        """Return the heads that every frozen row has."""
        return {Task.LABELS: ("linear",), Task.AMOUNT: ("svr", "forest")}.get(task, ("linear", "svm"))

    def refusal(self, data: DataSet, view: str) -> str:
        """Return what the backbone says against the first sample."""
        if data.task not in self.tasks:
            return f"not asked for {data.task.value}"
        return ""

    def digest(self, data: DataSet, view: str) -> str:
        """Return the backbone's digest."""
        return f"{_VERSION} {self.backbone.digest}"

    def saw_test(self, data: DataSet) -> bool:
        """Return whether the model's card names a file of this data set."""
        card = getattr(self.backbone, "card", {})
        seen = " ".join(str(value) for value in card.values())
        return any(name in seen for name in data.files)

    def features(self, data: DataSet, view: str) -> Features:
        """Return the vectors; for change, the differences between the two dates' vectors."""
        found = []
        for start in range(0, len(data), EMBED_CHUNK):
            samples = data.inputs[view](np.arange(start, min(start + EMBED_CHUNK, len(data))))
            if data.task is Task.CHANGE:
                both = taken_apart(samples)
                found.append(difference(self._seen(data, both.earlier), self._seen(data, both.later)))
            else:
                found.append(self._seen(data, samples))
        return np.concatenate(found).astype(np.float32)

    def _seen(self, data: DataSet, samples: list[Sample]) -> Features:
        """Return vectors; where the label is that of the middle pixel: the pixel's own beside its surroundings'."""
        around: Features = self.backbone.embed(samples)
        if not data.centred:
            return around
        alone: Features = self.backbone.embed([_middle(sample, int(data.places.side)) for sample in samples])
        return np.concatenate([alone, around], 1)


def _middle(sample: Sample, side: int) -> Sample:
    """Return the middle px of the lattice, which are several px of a finer chip."""
    chips = []
    for chip in sample.chips:
        scale = chip.mask.shape[0] // side
        inner = slice(side // 2 * scale, (side // 2 + 1) * scale)
        chips.append(replace(chip, pixels=chip.pixels[:, inner, inner], mask=chip.mask[inner, inner]))
    return replace(sample, chips=tuple(chips))
