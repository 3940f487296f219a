"""Rows of frozen encoders: ours, and those of others, through one registry of backbones."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataSet, Task
from mlcore.benchmarks.learners import Features
from mlcore.benchmarks.rows.row import EMBED_CHUNK, Kind, difference, taken_apart
from mlcore.model import load_encoder

_VERSION = "encoders 1"


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
                found.append(difference(self.backbone.embed(both.earlier), self.backbone.embed(both.later)))
            else:
                found.append(self.backbone.embed(samples))
        return np.concatenate(found).astype(np.float32)
