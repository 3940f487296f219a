"""What pretraining minimises: one file for each objective, one entry for each in the table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mlcore.errors import look_up
from mlcore.model.network import Network
from mlcore.pretrain.objectives.crossmodal import CrossModal
from mlcore.pretrain.objectives.latent import Latent
from mlcore.pretrain.objectives.neighbours import Neighbours
from mlcore.pretrain.objectives.passes import Passes
from mlcore.pretrain.objectives.predictor import Predictor
from mlcore.pretrain.objectives.reconstruction import Pixels, Spectra
from mlcore.pretrain.objectives.shape import Shape
from mlcore.pretrain.objectives.views import Views
from mlcore.pretrain.recipe import Recipe
from mlcore.pretrain.source import Draw, Pairs

OBJECTIVES: dict[str, Callable[[Shape], nn.Module]] = {
    "latent": Latent,
    "pixels": Pixels,
    "spectra": Spectra,
    "views": Views,
    "neighbours": Neighbours,
    "crossmodal": CrossModal,
}
_GUESSING = {"latent", "pixels", "spectra"}


@dataclass(frozen=True)
class Outcome:
    """What a batch came to."""

    loss: Tensor  # fp32, weighted sum
    parts: Mapping[str, Tensor]  # the loss of each objective
    tokens: int  # that went through the encoder


class Mixture(nn.Module):
    """A network together with its objectives: a batch in, one loss out."""

    def __init__(self, network: Network, recipe: Recipe) -> None:
        """Add what the recipe's objectives need; all of it but the network is thrown away after training.

        Raises:
            UnknownName: the recipe names an objective that doesn't exist.
        """
        super().__init__()
        self.network, self.recipe = network, recipe
        config = network.config
        shape = Shape(config.width, config.heads, config.vector, network.target_dim, recipe.temperature)
        self.objectives = nn.ModuleDict({name: get_objective(name)(shape) for name in sorted(recipe.weights)})
        guesses = bool(_GUESSING & set(recipe.weights))
        self.predictor = Predictor(config) if guesses else None

    def forward(self, pairs: Pairs, draw: Draw) -> Outcome:
        """Return the weighted loss of a batch, fp32, and what it is made of."""
        passes = Passes(self.network, self.predictor, pairs, draw, self.recipe.hidden)
        losses = {name: objective(passes).float() for name, objective in self.objectives.items()}
        total = torch.stack([self.recipe.weights[name] * loss for name, loss in losses.items()]).sum()
        return Outcome(total, {name: loss.detach() for name, loss in losses.items()}, passes.count)


def get_objective(name: str) -> Callable[[Shape], nn.Module]:
    """Return the objective called `name`.

    Raises:
        UnknownName: no such objective; the message lists those there are.
    """
    return look_up(OBJECTIVES, name, "pretraining objective")
