"""What pretraining minimises: contrast between neighbouring places, or masked reconstruction."""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from mlcore.errors import UnknownName
from mlcore.model.network import Network
from mlcore.pretrain.crops import Pairs

_TEMPERATURE = 0.2
_HIDDEN_SHARE = 0.6


class Neighbours(nn.Module):
    """InfoNCE between a place and its neighbour, against other places of the scene (Tile2Vec, arXiv 1805.02855)."""

    def __init__(self, network: Network) -> None:
        """Add a projector, which is thrown away after training."""
        super().__init__()
        self.network = network
        vector = network.config.vector
        self.projector = nn.Sequential(nn.Linear(vector, 2 * vector), nn.ReLU(), nn.Linear(2 * vector, vector))

    def forward(self, pairs: Pairs) -> Tensor:
        """Return the symmetric loss of a batch of pairs; near misses are no contrast and are left out."""
        here, there = (functional.normalize(self.projector(self.network(batch)), dim=1) for batch in pairs.samples)
        similarity = (here @ there.T / _TEMPERATURE).masked_fill(pairs.near, -torch.inf)
        same = torch.arange(len(similarity))
        return (functional.cross_entropy(similarity, same) + functional.cross_entropy(similarity.T, same)) / 2


class Masked(nn.Module):
    """Rebuild hidden cells from the others (MAE, arXiv 2111.06377); for longer runs than minutes: see the benchmark."""

    def __init__(self, network: Network) -> None:
        """Add a decoder, which is thrown away after training."""
        super().__init__()
        self.network = network
        self.decoder = nn.Linear(network.config.width, 2 * network.config.rank)

    def forward(self, pairs: Pairs) -> Tensor:
        """Return the Huber loss over hidden cells of both views."""
        return (self._loss(pairs, first=True) + self._loss(pairs, first=False)) / 2

    def _loss(self, pairs: Pairs, *, first: bool) -> Tensor:
        batch = pairs.first if first else pairs.second
        cells = self.network.cells(batch)
        # What a cell knows of its neighbours would give hidden ones away.
        own = cells.inputs[..., : 2 * self.network.config.rank].detach()
        alone = torch.zeros_like(cells.inputs)
        alone[..., : own.shape[-1]] = cells.inputs[..., : own.shape[-1]]
        cells = replace(cells, inputs=alone)
        hidden = (torch.rand(cells.valid.shape) < _HIDDEN_SHARE) & cells.valid
        tokens = self.network.mix(self.network.tokens(cells, batch, hidden=hidden), cells.valid)
        target = functional.layer_norm(own, own.shape[-1:])
        error = functional.huber_loss(self.decoder(tokens), target, reduction="none").mean(-1)
        return (error * hidden).sum() / hidden.sum().clamp(min=1)


OBJECTIVES: dict[str, Callable[[Network], nn.Module]] = {"neighbours": Neighbours, "masked": Masked}


def get_objective(name: str) -> Callable[[Network], nn.Module]:
    """Return the objective called `name`.

    Raises:
        UnknownName: no such objective; the message lists those there are.
    """
    try:
        return OBJECTIVES[name]
    except KeyError:
        raise UnknownName("pretraining objective", name, OBJECTIVES) from None
