"""What is learned from labels: a goal for each kind of task has targets, a loss and a first guess of the head."""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import RidgeCV
from torch import Tensor
from torch.nn import functional

from mlcore.errors import BadFeatures, NotEnoughLabels, UnknownName
from mlcore.heads import Lesson, get_head
from mlcore.heads.logistic import fit_logistic

_MOST_PULL = 10.0  # of a rare class
Line = tuple[NDArray[np.float32], NDArray[np.float32]]  # weights [d, K] and bias [K] of standardised features


class Goal(Protocol):
    """Targets of N rows, and what it means to miss them."""

    @property
    def strata(self) -> NDArray[np.int64]:
        """Return [N]: rows that should be in training and in validation alike."""

    def probe(self, inputs: NDArray[np.float32], rows: NDArray[np.int64]) -> Line:
        """Fit a head on frozen features [n, d] of `rows` [n] of the targets."""

    def loss(self, said: Tensor, rows: NDArray[np.int64]) -> Tensor:
        """Return the mean loss of outputs [n, K] for `rows` [n] of the targets."""


@dataclass(frozen=True)
class Classes:
    """One class a row; rare classes weigh more."""

    places: NDArray[np.int64]  # [N], in 0..K-1
    weights: Tensor  # [K]

    @classmethod
    def of(cls, labels: NDArray[np.generic]) -> Self:
        """Read class codes int [N]."""
        codes = np.asarray(labels)
        if codes.ndim != 1 or not np.issubdtype(codes.dtype, np.integer):
            raise BadFeatures(f"Classes need one whole number a sample, got {codes.dtype} {codes.shape}.")
        classes, places = np.unique(codes, return_inverse=True)
        if len(classes) < 2:
            raise NotEnoughLabels("Label samples of at least two classes before an encoder can be fine-tuned.")
        counts = np.bincount(places)
        return cls(places, torch.from_numpy((counts.mean() / counts).clip(max=_MOST_PULL).astype(np.float32)))

    @property
    def strata(self) -> NDArray[np.int64]:
        """Return the classes."""
        return self.places

    def probe(self, inputs: NDArray[np.float32], rows: NDArray[np.int64]) -> Line:
        """Fit a calibrated logistic regression; a class that isn't among the rows is unlikely."""
        fitted, _ = fit_logistic(inputs, self.places[rows])
        weights = np.zeros((inputs.shape[1], len(self.weights)), np.float32)
        bias = np.full(len(self.weights), fitted.bias.min() - 3, np.float32)
        weights[:, fitted.classes], bias[fitted.classes] = fitted.weights, fitted.bias
        return weights / fitted.temperature, bias / fitted.temperature

    def loss(self, said: Tensor, rows: NDArray[np.int64]) -> Tensor:
        """Return the weighted cross-entropy."""
        return functional.cross_entropy(said, torch.from_numpy(self.places[rows]), self.weights)


@dataclass(frozen=True)
class Tags:
    """Any number of labels a row; entries that nobody told count neither way."""

    told: NDArray[np.float32]  # [N, L], 1, 0, or NaN

    @classmethod
    def of(cls, labels: NDArray[np.generic]) -> Self:
        """Read a table [N, L]: 1 has, 0 hasn't, negative or NaN not told."""
        told = np.asarray(labels, np.float32)
        if told.ndim != 2:
            raise BadFeatures(f"Tags need a table [N, L], got {told.shape}.")
        told = np.where(told >= 0, np.minimum(told, 1), np.nan).astype(np.float32)
        if not ((told == 1).any(0) & (told == 0).any(0)).any():
            raise NotEnoughLabels("For at least one label, tell of one sample that has it and of one that hasn't.")
        return cls(told)

    @property
    def strata(self) -> NDArray[np.int64]:
        """Return the rarest label that each row has."""
        has = self.told == 1
        order = np.where(has, has.sum(0), np.inf)
        return np.where(has.any(1), order.argmin(1), -1)

    def probe(self, inputs: NDArray[np.float32], rows: NDArray[np.int64]) -> Line:
        """Fit a calibrated yes or no for each label."""
        head = get_head("tags").fit(Lesson(inputs=inputs, targets=self.told[rows]))
        return head.weights, head.bias

    def loss(self, said: Tensor, rows: NDArray[np.int64]) -> Tensor:
        """Return the binary cross-entropy of what is known; a yes weighs more the rarer it is."""
        truth = torch.from_numpy(self.told[rows])
        known = ~truth.isnan()
        yes, no = (self.told == 1).sum(0), (self.told == 0).sum(0)
        pull = torch.from_numpy((no / np.maximum(yes, 1)).clip(1, _MOST_PULL).astype(np.float32))
        each = functional.binary_cross_entropy_with_logits(said, truth.nan_to_num(), pos_weight=pull, reduction="none")
        return (each * known).sum() / known.sum().clamp(min=1)


@dataclass(frozen=True)
class Amount:
    """One number a row."""

    values: NDArray[np.float32]  # [N], standardised

    @classmethod
    def of(cls, labels: NDArray[np.generic]) -> Self:
        """Read numbers [N]."""
        values = np.asarray(labels, np.float64)
        if values.ndim != 1 or not np.isfinite(values).all():
            raise BadFeatures(f"Amounts need one finite number a sample, got {values.shape}.")
        if len(values) < 5 or np.ptp(values) == 0:
            raise NotEnoughLabels("Measure at least 5 samples that aren't all the same before a fine-tuning.")
        return cls(((values - values.mean()) / values.std()).astype(np.float32))

    @property
    def strata(self) -> NDArray[np.int64]:
        """Return fifths of the values."""
        return np.digitize(self.values, np.quantile(self.values, [0.2, 0.4, 0.6, 0.8])).astype(np.int64)

    def probe(self, inputs: NDArray[np.float32], rows: NDArray[np.int64]) -> Line:
        """Fit a ridge regression."""
        model = RidgeCV(np.logspace(0, 5, 11)).fit(inputs, self.values[rows])
        return model.coef_[:, None].astype(np.float32), np.array([model.intercept_], np.float32)

    def loss(self, said: Tensor, rows: NDArray[np.int64]) -> Tensor:
        """Return Huber's loss: large errors pull no harder than a standard deviation."""
        return functional.huber_loss(said[:, 0], torch.from_numpy(self.values[rows]))


# By the words of `mlcore.heads.HEADS`.
GOALS: dict[str, type[Classes] | type[Tags] | type[Amount]] = {
    "classes": Classes,
    "tags": Tags,
    "amount": Amount,
    "masks": Classes,
}


def task_of(labels: object, task: str | None) -> str:
    """Return the kind of task that labels speak of, unless it is given.

    Raises:
        UnknownName: the given task can't be fine-tuned for.
    """
    if task is not None:
        if task not in GOALS:
            raise UnknownName("task", task, GOALS)
        return task
    if isinstance(labels, list | tuple) and len(labels) and np.ndim(labels[0]) == 2:
        return "masks"
    table = np.asarray(labels)
    if table.ndim == 2:
        return "tags"
    return "classes" if np.issubdtype(table.dtype, np.integer) else "amount"
