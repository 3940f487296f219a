"""Rows of networks that start from nothing: trained for a fixed number of steps on each split's labels."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from mlcore.benchmarks.datasets.dataset import DataSet, Rows, Task
from mlcore.benchmarks.learners import Predictions
from mlcore.benchmarks.rows.row import Kind

_BATCH, _RATE = 32, 1e-3
_FEWEST_BANDS = 16
_POOL = 512
_TESTED_AT_ONCE = 256


@dataclass
class ScratchRow:
    """A network by how it is made: of bands, classes and the patch's side."""

    name: str
    title: str
    make: Callable[[int, int, int], nn.Module]
    sets: tuple[str, ...]  # it takes long: where it is measured
    steps: int = 150
    kind: Kind = Kind.TRAINED

    def refusal(self, data: DataSet, view: str) -> str:
        """Return why this network isn't trained on an input, '' if it is."""
        sample = data.inputs[view](np.zeros(1, np.int64))[0]
        if data.task is not Task.CLASSES or data.name not in self.sets:
            return "networks from scratch are trained on some sets only"
        if len(sample.chips) > 1 or len(sample.chips[0].sensor.bands) < _FEWEST_BANDS:
            return "it reads one cube of many bands"
        return ""

    def digest(self, data: DataSet, view: str) -> str:
        """Return the recipe."""
        return f"scratch 1 {self.name} {self.steps} {_BATCH} {_RATE}"

    def saw_test(self, data: DataSet) -> bool:
        """Return False: it sees training patches only."""
        return False

    def predict(self, data: DataSet, view: str, parts: tuple[Rows, Rows], seed: int) -> Predictions:
        """Train on the first part's patches and return codes for the second's; the same seed gives the same codes."""
        torch.manual_seed(seed)
        rng = np.random.default_rng(seed)
        mean, spread = _scaling(data, view)
        train = (_patches(data, view, parts[0]) - mean) / spread
        classes, targets = np.unique(data.targets[parts[0]], return_inverse=True)
        network = self.make(train.shape[1], len(classes), train.shape[2])
        _train(network, train, torch.from_numpy(targets), rng, steps=self.steps)
        with torch.no_grad():
            chosen = [
                network((_patches(data, view, parts[1][start : start + _TESTED_AT_ONCE]) - mean) / spread).argmax(1)
                for start in range(0, len(parts[1]), _TESTED_AT_ONCE)
            ]
        predicted: NDArray[np.int64] = classes[torch.cat(chosen).numpy()]
        return predicted


def _patches(data: DataSet, view: str, rows: Rows) -> Tensor:
    return torch.from_numpy(np.stack([sample.chips[0].pixels for sample in data.inputs[view](rows)]))


def _scaling(data: DataSet, view: str) -> tuple[Tensor, Tensor]:
    """Return mean and spread of each band over a part of the pool: no labels are needed for that."""
    pool = _patches(data, view, np.random.default_rng(0).permutation(len(data))[:_POOL])
    spread, mean = torch.std_mean(pool, (0, 2, 3), keepdim=True)
    return mean, spread.clamp(min=1e-6)


def _train(network: nn.Module, patches: Tensor, targets: Tensor, rng: np.random.Generator, *, steps: int) -> None:
    network(patches[:2])  # layers that wait for their first input
    optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, steps)
    network.train()
    for _ in range(steps):
        picked = torch.from_numpy(rng.integers(0, len(patches), _BATCH))
        seen = torch.rot90(patches[picked], int(rng.integers(4)), (2, 3))
        seen = seen.flip(3) if rng.integers(2) else seen
        loss = functional.cross_entropy(network(seen), targets[picked], label_smoothing=0.05)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    network.eval()
