"""Turns a network's vector so that its leading numbers tell most: few bands are then told by few of them.

An orthogonal turn changes no distance and no cosine, so that the losses stay what they were.
"""

from dataclasses import replace

import torch

from mlcore.model.network import Network
from mlcore.pretrain.recipe import Recipe
from mlcore.pretrain.source import Draw, Source

_BATCHES = 24
_PAIRS = 64


def order_vector(network: Network, source: Source, recipe: Recipe) -> None:
    """Turn the vector onto its principal directions over crops that training did not draw, strongest first.

    Args:
        network: trained; it is changed in place.
        source: what it was trained on.
        recipe: how it was trained.
    """
    spread = torch.zeros(network.config.vector, network.config.vector, dtype=torch.float64)
    with torch.no_grad():
        for number in range(_BATCHES):
            vectors = _vectors(network, source, recipe, number).double()
            away = vectors - vectors.mean(0)
            spread += away.T @ away / away.square().sum().clamp(min=1e-12)  # every batch, and so sensor, counts alike
        directions = torch.linalg.eigh(spread)[1].flip(1)
        signs = directions.gather(0, directions.abs().argmax(0, keepdim=True)).sign()
        turn = (directions * signs).T.float()
        network.vector.weight.copy_(turn @ network.vector.weight)
        network.vector.bias.copy_(turn @ network.vector.bias)


def _vectors(network: Network, source: Source, recipe: Recipe, number: int) -> torch.Tensor:
    draw = Draw(recipe.seed, recipe.steps * recipe.accumulate + number, _PAIRS, recipe.tile_px, recipe.reach)
    side = max(1, round(recipe.tile_px * recipe.sides[number % len(recipe.sides)]))
    vectors: torch.Tensor = network(source.pairs(replace(draw, side=side)).first)
    return vectors
