"""The loop of fine-tuning: a head on frozen features first, then encoder and head together, as long as it helps."""

import copy
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mlcore.errors import BadFeatures, NotTunable
from mlcore.finetune.goals import GOALS, Goal, task_of
from mlcore.finetune.head import Head
from mlcore.finetune.lora import adapt, merge
from mlcore.finetune.material import Cells, Material, Tiles
from mlcore.finetune.recipe import FinetuneRecipe, Step
from mlcore.finetune.views import View
from mlcore.model import Encoder
from mlcore.model.batches import alike
from mlcore.model.encoder import StatisticsEncoder
from mlcore.samples import Sample

_HEAD_RATE = 1e-3
_FEW = 20  # labels, below which none can be spared to say when to stop
_WARMUP = 0.1  # of the run: early steps are wild, for features of little spread weigh much in the head
_CLEARLY = 0.99  # a better validation loss is at most this share of the one before

Progress = Callable[[Step], None]
Positions = NDArray[np.int64]


def finetune(
    encoder: Encoder | StatisticsEncoder,
    samples: Sequence[Sample],
    labels: Any,  # noqa: ANN401 (an array, or a list of masks)
    *,
    recipe: FinetuneRecipe = FinetuneRecipe(),  # noqa: B008 (frozen)
    progress: Progress | None = None,
) -> Encoder:
    """Return an encoder whose features suit the labels better; the same seed gives the same weights.

    A linear head is fitted on frozen features first and trained together with the encoder then (Kumar et al. 2022,
    arXiv 2202.10054): a random head would spoil what was learned before. Statistics stay beside the learned features,
    as in every encoder. Where the labels kept back don't say that it helped, the encoder comes back as it was.

    Args:
        encoder: one with weights; it isn't changed.
        samples: N labelled samples.
        labels: class codes int [N]; numbers float [N]; a table [N, L] of labels (negative or NaN = not told);
            or N masks uint8 [H, W] of class codes, 0 = not labelled.
        recipe: how to fine-tune.
        progress: called after each epoch, and once before the first.

    Raises:
        NotTunable: the encoder has no weights.
        NotEnoughLabels: fewer than two classes, or too few numbers.
        BadFeatures: labels don't fit the samples, or a sample has no chips.
        UnknownName: the recipe names a task that there isn't.
    """
    if not isinstance(encoder, Encoder):
        raise NotTunable(f"The encoder {encoder.name!r} has no weights to tune; choose one with weights, like 'nano'.")
    if not len(samples) or len(samples) != len(labels):
        raise BadFeatures(f"Fine-tuning needs a label for each sample: {len(samples)} samples, {len(labels)} labels.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        run = _Run(encoder, samples, labels, recipe)
        helped = run.go(progress)
    if not helped:
        return encoder
    note = f"{recipe.method}, {len(samples)} labels, seed {recipe.seed}"
    return replace(encoder, network=run.network.requires_grad_(False), card={**encoder.card, "fine-tuned": note})


class _Run:
    """One fine-tuning: a network, a head, and which labels say when to stop."""

    def __init__(self, encoder: Encoder, samples: Sequence[Sample], labels: Any, recipe: FinetuneRecipe) -> None:  # noqa: ANN401
        """Describe the samples and share the labels out."""
        task = task_of(labels, recipe.task)
        self.recipe, self.network, self.kinds = recipe, copy.deepcopy(encoder.network), _kinds(samples)
        self.rng = np.random.default_rng(recipe.seed)
        self.material: Material
        if task == "masks":
            self.material = cells = Cells(samples, labels, encoder.spectra, seed=recipe.seed)
            self.goal: Goal = GOALS[task].of(cells.codes)
            strata = np.zeros(len(samples), np.int64)
        else:
            self.goal = GOALS[task].of(labels)
            self.material = Tiles(samples, encoder.spectra)
            strata = self.goal.strata
        self.train, self.kept = _shared_out(strata, recipe, self.rng)

    def go(self, progress: Progress | None) -> bool:
        """Train, put the best weights into the network, and tell whether they are better than those before."""
        if float(self.network.gain) == 0:
            self.network.gain.fill_(1.0)  # an untrained network is silent until it has learned something
        began, recipe = time.perf_counter(), self.recipe
        before = self._validated(self._head())
        if isinstance(self.material, Cells):
            self.network.config = replace(self.network.config, dense=True)
        head = self._head()
        best = self._validated(head)
        if recipe.method == "lora":
            adapt(self.network, recipe.rank)
        else:
            self.network.requires_grad_(True)
        optimiser = self._optimiser(head)
        weights, since = self._weights(), 0
        self._tell(progress, 0, self._loss(head, self.train), best, began)
        for epoch in range(1, recipe.epochs + 1):
            loss = self._epoch(head, optimiser, epoch)
            said = self._validated(head)
            self._tell(progress, epoch, loss, said, began)
            since += 1
            if said is None or best is None or said < best:
                best, weights, since = said, self._weights(), 0
            late = recipe.seconds is not None and time.perf_counter() - began > recipe.seconds
            if since >= recipe.patience or late:
                break
        self.network.load_state_dict(weights)
        merge(self.network)
        after = self._validated(self._head())  # what counts is a new head on the new features, as users will fit one
        return before is None or after is None or after < _CLEARLY * before

    def _head(self) -> Head:
        self.network.eval()
        with torch.no_grad():
            parts = [(self.material.rows(some), self._said(None, some, View())) for some in self._batches(self.train)]
        return Head(self.goal, torch.cat([part[1] for part in parts]), np.concatenate([part[0] for part in parts]))

    def _said(self, head: nn.Module | None, tiles: Positions, view: View) -> Tensor:
        features = self.material.features(self.network, tiles, view)
        return features if head is None else head(features)

    def _optimiser(self, head: nn.Module) -> torch.optim.Optimizer:
        own = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        groups = [
            {"params": own, "lr": self.recipe.learning_rate, "weight_decay": 0.02},
            {"params": list(head.parameters()), "lr": _HEAD_RATE, "weight_decay": 0.02},
        ]
        for group in groups:
            group["peak"] = group["lr"]
        return torch.optim.AdamW(groups)

    def _epoch(self, head: nn.Module, optimiser: torch.optim.Optimizer, epoch: int) -> float:
        self.network.train()
        batches = list(self._batches(self.rng.permutation(self.train)))
        losses = []
        for number, at in enumerate(self.rng.permutation(len(batches))):
            step = (epoch - 1) * len(batches) + number
            share = step / (self.recipe.epochs * len(batches))
            for group in optimiser.param_groups:
                group["lr"] = group["peak"] * min(1.0, share / _WARMUP + 0.02) * 0.5 * (1 + math.cos(math.pi * share))
            said = self._said(head, batches[at], View.draw(self.rng))
            loss = self.goal.loss(said, self.material.rows(batches[at]))
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            optimiser.step()
            losses.append(loss.item())
        return float(np.mean(losses))

    def _validated(self, head: nn.Module) -> float | None:
        return self._loss(head, self.kept) if len(self.kept) else None

    def _loss(self, head: nn.Module, tiles: Positions) -> float:
        self.network.eval()
        with torch.no_grad():
            parts = [(self.material.rows(some), self._said(head, some, View())) for some in self._batches(tiles)]
            rows, said = np.concatenate([part[0] for part in parts]), torch.cat([part[1] for part in parts])
            return float(self.goal.loss(said, rows)) if len(rows) else float("nan")

    def _batches(self, tiles: Positions) -> Iterator[Positions]:
        """Yield tiles that are alike, in the order given."""
        for kind in range(self.kinds.max() + 1):
            own = tiles[self.kinds[tiles] == kind]
            for start in range(0, len(own), self.recipe.batch):
                yield own[start : start + self.recipe.batch]

    def _weights(self) -> dict[str, Tensor]:
        return {name: tensor.clone() for name, tensor in self.network.state_dict().items()}

    def _tell(
        self, progress: Progress | None, number: int, loss: float, validation: float | None, began: float
    ) -> None:
        if progress:
            progress(Step(number, self.recipe.epochs, loss, validation, time.perf_counter() - began))


def _kinds(samples: Sequence[Sample]) -> Positions:
    """Return the number of each sample's kind, [N]: those of a kind are alike and fit one batch."""
    numbers: dict[object, int] = {}
    kinds = np.zeros(len(samples), np.int64)
    for rows in alike(samples):
        key = tuple((chip.sensor, chip.pixels.shape) for chip in samples[rows[0]].chips)
        kinds[rows] = numbers.setdefault(key, len(numbers))
    return kinds


def _shared_out(
    strata: NDArray[np.int64], recipe: FinetuneRecipe, rng: np.random.Generator
) -> tuple[Positions, Positions]:
    """Return positions to train on and positions kept back, a like share of each stratum that has enough."""
    if len(strata) < _FEW:
        return np.arange(len(strata)), np.zeros(0, np.int64)
    kept = []
    for stratum in np.unique(strata):
        own = rng.permutation(np.flatnonzero(strata == stratum))
        kept.append(own[: int(len(own) * recipe.validation + rng.random()) if len(own) > 2 else 0])
    back = np.sort(np.concatenate(kept))
    return np.setdiff1d(np.arange(len(strata)), back), back
