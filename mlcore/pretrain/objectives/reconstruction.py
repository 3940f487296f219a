"""Masked 3-D reconstruction with more than one target: single tokens, and the sum over a place's spectral groups."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from mlcore.pretrain.objectives.latent import per_sample_mean
from mlcore.pretrain.objectives.passes import Passes
from mlcore.pretrain.objectives.shape import Shape


def token_loss(predicted: Tensor, targets: Tensor, hidden: Tensor) -> Tensor:
    """Return the Huber loss of hidden tokens, each target normalised by its own mean and spread.

    (x - mean) / std per token, as in MAE (arXiv 2111.06377); Huber for the few wild pixels.

    Args:
        predicted, targets: [N, T, values].
        hidden: bool [N, T].
    """
    with torch.autocast(predicted.device.type, enabled=False):
        wanted = functional.layer_norm(targets.float(), targets.shape[-1:])
        errors = functional.huber_loss(predicted.float(), wanted, reduction="none").mean(-1)
        return per_sample_mean(errors, hidden)


def spectral_loss(predicted: Tensor, targets: Tensor, hidden: Tensor, place: Tensor, *, angle: float = 0.1) -> Tensor:
    """Return the error of the sum over each place's hidden spectral groups, and the angle between its spectra.

    sum_s || sum_g (p_sg - x_sg) ||^2 / G^2 + a (1 - cos(p_s, x_s)): the multi-target loss of SpectralGPT (arXiv
    2311.07113), divided by the square of the number of groups and taken on standardised targets, so that
    its size depends neither on the sensor's scale nor on its number of bands. The angle is that of the spectral angle
    mapper (Kruse et al. 1993), over the hidden groups of a place.

    Args:
        predicted, targets: [N, T, values].
        hidden: bool [N, T].
        place: [T], number of the place (chip, date and cell) that a token's group belongs to.
        angle: a.
    """
    with torch.autocast(predicted.device.type, enabled=False):
        wanted = standardised(targets.float(), hidden)
        guessed, share = predicted.float() * hidden[..., None], hidden.float()
        places = int(place.max()) + 1
        groups = _summed(share[..., None], place, places)[..., 0]
        errors = _summed(guessed - wanted, place, places).square().mean(-1) / groups.clamp(min=1).square()
        dot, here, there = (_summed(x.sum(-1, keepdim=True), place, places)[..., 0] for x in _products(guessed, wanted))
        cosine = dot / (here.clamp(min=1e-6) * there.clamp(min=1e-6)).sqrt()
        return per_sample_mean(errors + angle * (1 - cosine), groups > 0)


def standardised(targets: Tensor, hidden: Tensor) -> Tensor:
    """Return targets [N, T, values] with mean 0 and spread 1 over the hidden tokens of each sample, 0 elsewhere."""
    weight = hidden[..., None].float()
    count = weight.sum((1, 2), keepdim=True).clamp(min=1) * targets.shape[-1]
    mean = (targets * weight).sum((1, 2), keepdim=True) / count
    variance = ((targets - mean).square() * weight).sum((1, 2), keepdim=True) / count
    return (targets - mean) / (variance + 1e-4).sqrt() * weight


def _products(guessed: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return guessed * wanted, guessed.square(), wanted.square()


def _summed(values: Tensor, place: Tensor, places: int) -> Tensor:
    """Add up values [N, T, d] by place, [N, places, d]."""
    total = torch.zeros(len(values), places, values.shape[-1], device=values.device)
    return total.index_add(1, place, values)


class Pixels(nn.Module):
    """Each hidden token's own pixels, normalised by token."""

    def __init__(self, shape: Shape) -> None:
        """Add a linear decoder."""
        super().__init__()
        self.decoder = nn.Linear(shape.width, shape.values)

    def forward(self, passes: Passes) -> Tensor:
        """Return the loss of the hidden tokens of a batch."""
        return token_loss(self.decoder(passes.guess.predicted), passes.targets, passes.guess.asked)


class Spectra(nn.Module):
    """The sum over each place's hidden spectral groups."""

    def __init__(self, shape: Shape) -> None:
        """Add a linear decoder."""
        super().__init__()
        self.decoder = nn.Linear(shape.width, shape.values)

    def forward(self, passes: Passes) -> Tensor:
        """Return the loss of the hidden places of a batch."""
        layout, guess = passes.tokens.layout, passes.guess
        names = np.stack([layout.source, layout.cell], 1)
        place = torch.from_numpy(np.unique(names, axis=0, return_inverse=True)[1].reshape(-1)).to(guess.asked.device)
        return spectral_loss(self.decoder(guess.predicted), passes.targets, guess.asked, place)
