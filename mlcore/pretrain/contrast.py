"""InfoNCE between rows of two views, over the batches of all processes."""

import torch
from torch import Tensor
from torch.nn import functional

from mlcore.pretrain.parallel import current, gathered


def info_nce(here: Tensor, there: Tensor, *, temperature: float, near: Tensor | None = None) -> Tensor:
    """Return how badly rows of one view find their partners in the other, both ways; 0 at best.

    -log exp(a_i . b_i / t) / sum_j exp(a_i . b_j / t) with unit vectors (InfoNCE, van den Oord et al.,
    arXiv 1807.03748, equation 4; symmetric as in CLIP, arXiv 2103.00020). In fp32 whatever autocast says:
    similarities divided by a small temperature lose what bf16 rounds away.

    Args:
        here, there: [N, d], row i of one belongs to row i of the other; other rows are contrasts.
        temperature: t; smaller makes hard contrasts count more.
        near: bool [N, N * processes], True where a row is too alike to be a contrast; never a row's own partner.
    """
    with torch.autocast(here.device.type, enabled=False):
        first, second = (functional.normalize(rows.float(), dim=1) for rows in (here, there))
        own = current().rank * len(first) + torch.arange(len(first), device=first.device)
        losses = [
            _one_way(first, gathered(second), own, temperature, near),
            _one_way(second, gathered(first), own, temperature, near),
        ]
        return (losses[0] + losses[1]) / 2


def _one_way(queries: Tensor, keys: Tensor, own: Tensor, temperature: float, near: Tensor | None) -> Tensor:
    similarity = queries @ keys.T / temperature
    if near is not None:
        similarity = similarity.masked_fill(near, -torch.inf)
    return functional.cross_entropy(similarity, own)
