"""What pretraining minimises: contrast between neighbouring places, or masked reconstruction."""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from mlcore.errors import UnknownName
from mlcore.model.batches import SampleBatch
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
    """Rebuild hidden tokens from the others (MAE, arXiv 2111.06377); for longer runs than minutes."""

    def __init__(self, network: Network) -> None:
        """Add a mask token and a decoder, which are thrown away after training."""
        super().__init__()
        self.network = network
        self.mask = nn.Parameter(torch.zeros(network.config.width))
        self.decoder = nn.Linear(network.config.width, network.target_dim)

    def forward(self, pairs: Pairs) -> Tensor:
        """Return the Huber loss over hidden tokens of both views."""
        first, second = (self._loss(batch) for batch in pairs.samples)
        return (first + second) / 2

    def _loss(self, batch: SampleBatch) -> Tensor:
        tokens = self.network.tokenize(batch, around=False, targets=True)
        hidden = (torch.rand(tokens.valid.shape) < _HIDDEN_SHARE) & tokens.imagery
        content = torch.where(hidden[..., None], self.mask, tokens.content)
        encoded = self.network.encode(replace(tokens, content=content))
        wanted = functional.layer_norm(tokens.targets, (self.network.target_dim,))  # type: ignore[arg-type]
        error = functional.huber_loss(self.decoder(encoded), wanted, reduction="none").mean(-1)
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
