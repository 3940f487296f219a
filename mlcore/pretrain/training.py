"""The training loop: scenes in memory in, an encoder and its losses out."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from mlcore.model import Config, Encoder, Network
from mlcore.pretrain.basis import fit_basis
from mlcore.pretrain.crops import CropSampler
from mlcore.pretrain.objectives import get_objective
from mlcore.samples import Chip


@dataclass(frozen=True)
class Recipe:
    """How to train; the defaults take a minute or two on two cores for 64 px tiles."""

    tile_px: int = 64
    batch: int = 128  # pairs
    steps: int = 300
    minutes: float | None = None  # stop earlier than `steps`
    objective: str = "neighbours"
    reach: float = 0.5  # of a tile side: how far a neighbour may be
    rate: float = 1e-3
    seed: int = 0


@dataclass(frozen=True)
class Step:
    """What one step of training did."""

    number: int
    loss: float
    seconds: float  # since the start
    samples: int  # crops seen since the start


def pretrain(
    scenes: Sequence[Chip],
    recipe: Recipe = Recipe(),  # noqa: B008 (frozen)
    *,
    config: Config = Config(),  # noqa: B008 (frozen)
    progress: Callable[[Step], None] | None = None,
) -> tuple[Encoder, list[Step]]:
    """Train an encoder on scenes without labels; the same seed gives the same weights on the same machine.

    Args:
        scenes: whole scenes, or large windows of them, of any sensors.
        recipe: how to train.
        config: the shape of the network.
        progress: called after each step.

    Raises:
        EmptyRaster: a scene has no valid pixel.
        UnknownName: the recipe names an objective that doesn't exist.
    """
    torch.manual_seed(recipe.seed)
    sampler = CropSampler(scenes, seed=recipe.seed, reach=recipe.reach)
    network = Network(config)
    fit_basis(network, sampler.scenes, seed=recipe.seed)
    objective = get_objective(recipe.objective)(network)
    steps = _train(objective, sampler, recipe, progress)
    network.gain.fill_(1.0)
    return Encoder(network=network.requires_grad_(False)), steps


def _train(
    objective: nn.Module, sampler: CropSampler, recipe: Recipe, progress: Callable[[Step], None] | None
) -> list[Step]:
    optimiser = torch.optim.AdamW(objective.parameters(), lr=recipe.rate, betas=(0.9, 0.95), weight_decay=0.02)
    started, done = time.perf_counter(), list[Step]()
    objective.train()
    for number in range(recipe.steps):
        share = max(number / recipe.steps, _elapsed_minutes(started) / recipe.minutes if recipe.minutes else 0)
        if share >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * min(1, (number + 1) / 20) * 0.5 * (1 + math.cos(math.pi * share))
        # Every third batch shows smaller crops, so that the weights serve more than one tile size.
        side = recipe.tile_px if number % 3 else max(1, recipe.tile_px // 2)
        loss = objective(sampler.pairs(recipe.batch, side))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(objective.parameters(), 1.0)
        optimiser.step()
        seconds = time.perf_counter() - started
        done.append(Step(number + 1, loss.item(), seconds, (number + 1) * 2 * recipe.batch))
        if progress:
            progress(done[-1])
    return done


def _elapsed_minutes(started: float) -> float:
    return (time.perf_counter() - started) / 60
