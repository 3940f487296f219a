"""Latent targets have no shortcut: neither the statistics of a sample, nor positions, nor collapse lower the loss."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from mlcore.model import Config, Network
from mlcore.pretrain import Recipe
from mlcore.pretrain.basis import fit_basis
from mlcore.pretrain.mixing import source_of
from mlcore.pretrain.objectives.latent import patch_discrimination
from mlcore.pretrain.objectives.passes import Passes
from mlcore.pretrain.recipe import Machine
from mlcore.pretrain.source import Draw
from mlcore.pretrain.training import Run
from mlcore.samples import Chip
from tests.mlcore.chips import make_scene

SMALL = Config(name="small", rank=4, width=32, depth=1, vector=8)
RECIPE = Recipe(tile_px=32, batch=8, steps=4, weights={"latent": 1.0}, sides=(1.0,), hidden=(0.5, 0.5))
CELL = 8  # px


@dataclass
class Asked:
    """What one batch asks: hidden tokens, to be told from the others of their samples."""

    targets: Tensor  # [N, T, d]
    hidden: Tensor  # bool [N, T]
    kind: Tensor  # [T]
    positions: Tensor  # [N, T, 3]

    def loss(self, predicted: Tensor) -> float:
        """Return the loss of some answers [N, T, d]."""
        return patch_discrimination(predicted, self.targets, self.hidden, self.kind).item()

    @property
    def chance(self) -> float:
        """Return the loss of answers that say nothing."""
        return self.loss(torch.zeros_like(self.targets))


def fields(seed: int) -> Chip:
    """Return a scene in which a place is like what surrounds it: smooth fields."""
    scene = make_scene(side=192, field=4 * CELL, seed=seed)
    coarse = torch.from_numpy(scene.pixels[None, :, :: 4 * CELL, :: 4 * CELL])
    return replace(scene, pixels=functional.interpolate(coarse, scale_factor=4 * CELL, mode="bicubic")[0].numpy())


def shuffled(seed: int) -> Chip:
    """Return the same cells in a random order: all statistics are kept, but a place says nothing of another."""
    scene, across = fields(seed), 192 // CELL
    order = np.random.default_rng(seed).permutation(across**2)
    cells = scene.pixels.reshape(-1, across, CELL, across, CELL).swapaxes(2, 3).reshape(-1, across**2, CELL, CELL)
    mixed = cells[:, order].reshape(-1, across, across, CELL, CELL).swapaxes(2, 3)
    return replace(scene, pixels=np.ascontiguousarray(mixed.reshape(scene.pixels.shape)))


def begin(scene: Chip) -> Run:
    """Return a run of the latent objective alone, before its first step."""
    torch.manual_seed(0)
    source = source_of([scene], RECIPE.tile_px)
    network = Network(SMALL)
    fit_basis(network, source.examples(), seed=0)
    network.gain.fill_(1.0)
    return Run(network, source, RECIPE, Machine())


def ask(run: Run, scene: Chip) -> Asked:
    """Return a batch of a scene as the objective of a run sees it."""
    draw = Draw(7, 0, 64, RECIPE.tile_px, RECIPE.reach)
    with torch.no_grad():
        passes = Passes(run.model.network, run.model.predictor, source_of([scene], 32).pairs(draw), draw, RECIPE.hidden)
        targets = passes.targets @ run.model.objectives["latent"].frozen
        kind = torch.from_numpy(passes.tokens.layout.kind)
        return Asked(targets, passes.guess.asked, kind, passes.tokens.positions)


def from_context(asked: Asked) -> Tensor:
    """Answer with what is seen around a token, the nearer the more: what context can tell at the least."""
    away = torch.cdist(asked.positions, asked.positions) + 1e6 * asked.hidden[:, None, :]
    return (-2 * away).softmax(-1) @ asked.targets


@pytest.fixture(scope="module")
def run() -> Run:
    """Return a run on a scene with structure."""
    return begin(fields(seed=0))


@pytest.fixture(scope="module")
def asked(run: Run) -> Asked:
    """Return what it asks of another scene."""
    return ask(run, fields(seed=1))


def test_it_works(asked: Asked) -> None:
    assert asked.loss(asked.targets) < asked.chance / 2
    assert asked.loss(from_context(asked)) < asked.chance - 0.15


def test_where_places_say_nothing_of_each_other_context_is_no_better_than_chance(run: Run) -> None:
    mixed = ask(run, shuffled(seed=1))
    assert mixed.loss(mixed.targets) < mixed.chance / 2
    assert mixed.loss(from_context(mixed)) > mixed.chance


def test_the_statistics_of_a_sample_answer_nothing(asked: Asked) -> None:
    for content in (asked.targets.mean(1, keepdim=True), asked.targets.amax(1, keepdim=True), asked.targets[:, :1]):
        assert asked.loss(content.expand_as(asked.targets)) > asked.chance - 0.05


def test_the_position_alone_answers_nothing(run: Run, asked: Asked) -> None:
    known = torch.cat([ask(run, fields(seed=seed)).targets for seed in range(2, 6)])
    table = functional.normalize(known, dim=-1).mean(0)
    assert asked.loss(table.expand_as(asked.targets)) > asked.chance - 0.05
    assert asked.loss(asked.targets.roll(1, 0)) > asked.chance  # what other samples hold at the same places


def test_targets_do_not_move_when_everything_else_learns(run: Run, asked: Asked) -> None:
    learning = begin(fields(seed=0))
    before = {name: value.clone() for name, value in learning.model.named_parameters()}
    learning.go(None)
    moved = [name for name, value in learning.model.named_parameters() if not torch.equal(value, before[name])]
    assert any("predictor" in name for name in moved) and any("network" in name for name in moved)
    assert torch.equal(ask(learning, fields(seed=1)).targets, asked.targets)


def test_targets_are_spread_out_and_one_answer_for_all_is_the_worst(asked: Asked) -> None:
    unit = functional.normalize(asked.targets, dim=-1)
    assert 1 - float((unit @ unit.transpose(1, 2)).mean()) > 0.1
    collapsed = torch.ones_like(asked.targets)
    assert asked.loss(collapsed) >= asked.chance
