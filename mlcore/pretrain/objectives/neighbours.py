"""Neighbours: a place and what lies beside it, or the same place on another date, against other places."""

from torch import Tensor, nn

from mlcore.pretrain.contrast import info_nce
from mlcore.pretrain.objectives.passes import Passes
from mlcore.pretrain.objectives.shape import Shape, projector


class Neighbours(nn.Module):
    """InfoNCE between neighbours in space (Tile2Vec, arXiv 1805.02855) and time (SeCo, arXiv 2103.16607)."""

    def __init__(self, shape: Shape) -> None:
        """Add a projector."""
        super().__init__()
        self.temperature = shape.temperature
        self.projector = projector(shape.vector)

    def forward(self, passes: Passes) -> Tensor:
        """Return the symmetric loss of a batch of pairs; near misses are no contrast and are left out."""
        here, there = self.projector(passes.first), self.projector(passes.second)
        return info_nce(here, there, temperature=self.temperature, near=passes.pairs.near)
