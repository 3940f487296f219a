"""Low-rank adaptation: linear layers learn a small difference, which is added to their weights in the end."""

import torch
from torch import Tensor, nn

ADAPTED = ("qkv", "proj", "mlp.0", "mlp.2", "vector")  # what names of adapted layers end in


class LowRank(nn.Module):
    """A linear layer W x + B A x / rank (Hu et al. 2021, arXiv 2106.09685, eq. 3, alpha = 1 a rank); B starts at 0."""

    def __init__(self, layer: nn.Linear, rank: int) -> None:
        """Freeze a layer and put a difference of at most `rank` beside it."""
        super().__init__()
        rank = min(rank, layer.in_features, layer.out_features)
        self.layer = layer.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(rank, layer.in_features) / layer.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(layer.out_features, rank))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the adapted layer's outputs [..., out] of inputs [..., in]."""
        adapted: Tensor = self.layer(inputs) + (inputs @ self.down.T) @ self.up.T
        return adapted

    def merged(self) -> nn.Linear:
        """Return one plain layer that computes the same."""
        with torch.no_grad():
            self.layer.weight += self.up @ self.down
        return self.layer


def adapt(network: nn.Module, rank: int) -> None:
    """Freeze a network, and let the layers named in ADAPTED learn a difference."""
    network.requires_grad_(False)
    for name, layer in list(network.named_modules()):
        if isinstance(layer, nn.Linear) and name.endswith(ADAPTED):
            _put(network, name, LowRank(layer, rank))


def merge(network: nn.Module) -> None:
    """Add all differences to their layers: the network's parameters have the old names and shapes again."""
    for name, layer in list(network.named_modules()):
        if isinstance(layer, LowRank):
            _put(network, name, layer.merged())


def _put(network: nn.Module, name: str, layer: nn.Module) -> None:
    parent, _, own = name.rpartition(".")
    setattr(network.get_submodule(parent), own, layer)
