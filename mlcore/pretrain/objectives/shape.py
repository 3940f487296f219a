"""Shape: the sizes that objectives need of a network, and the projector that contrasts share."""

from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class Shape:
    """The sizes of a network's outputs, and what a recipe says about contrasts."""

    width: int  # of a token
    heads: int
    vector: int  # of a sample
    values: int  # of a token's raw targets
    temperature: float


def projector(vector: int) -> nn.Sequential:
    """Return the small network between vectors and a contrast; it is thrown away after training (arXiv 2002.05709)."""
    return nn.Sequential(nn.Linear(vector, 2 * vector), nn.ReLU(), nn.Linear(2 * vector, vector))
