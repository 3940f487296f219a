"""What a row of the table is: features that see no label, or a model that is trained for each split."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

import numpy as np

from mlcore.benchmarks.datasets.dataset import DataSet, Rows, Task
from mlcore.benchmarks.learners import Features, Predictions
from mlcore.samples import Sample

EMBED_CHUNK = 512


class Kind(StrEnum):
    """What sort of rows there are; the bars compare frozen ones."""

    HANDMADE = "hand-made"
    FOREIGN = "foreign"
    OURS = "ours"
    TRAINED = "trained on the labels"


@runtime_checkable
class FrozenRow(Protocol):
    """Features of every place of a data set."""

    name: str
    title: str
    kind: Kind

    def heads(self, task: Task) -> tuple[str, ...]:
        """Return the heads that are fitted on the features."""

    def refusal(self, data: DataSet, view: str) -> str:
        """Return why this row can't read an input, '' if it can."""

    def digest(self, data: DataSet, view: str) -> str:
        """Return what identifies the features: weights, settings and the code's version."""

    def saw_test(self, data: DataSet) -> bool:
        """Return whether test pixels were among what the features were learned from."""

    def features(self, data: DataSet, view: str) -> Features:
        """Return [N, d] float32, row = place."""

    def blocks(self, data: DataSet, view: str, width: int) -> tuple[slice, ...]:
        """Return which of the `width` features are of one kind each."""


@runtime_checkable
class TrainedRow(Protocol):
    """A model that is trained on the labels of each split anew."""

    name: str
    title: str
    kind: Kind

    def refusal(self, data: DataSet, view: str) -> str:
        """Return why this row can't do an input, '' if it can."""

    def digest(self, data: DataSet, view: str) -> str:
        """Return what identifies the model before training, and its recipe."""

    def saw_test(self, data: DataSet) -> bool:
        """Return whether test pixels were among what the model was pretrained on."""

    def predict(self, data: DataSet, view: str, parts: tuple[Rows, Rows], seed: int) -> Predictions:
        """Train on the first part and return predictions for the second."""


Row = FrozenRow | TrainedRow


@dataclass(frozen=True)
class Both:
    """The two dates of samples of change, taken apart."""

    earlier: list[Sample]
    later: list[Sample]


def taken_apart(samples: list[Sample]) -> Both:
    """Return each sample's first and last chip as samples of their own."""
    ends = (0, -1)
    earlier, later = (
        [Sample((sample.chips[end],), place=sample.place, acquired=sample.chips[end].acquired) for sample in samples]
        for end in ends
    )
    return Both(earlier, later)


def difference(earlier: Features, later: Features) -> Features:
    """Return [N, 2 d]: the signed and the absolute difference of two dates' features, for every row alike."""
    gap = later - earlier
    return np.concatenate([gap, np.abs(gap)], 1)
