"""Latent targets: tell a hidden token's own content from that of its sample's other tokens."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from mlcore.pretrain.objectives.passes import Passes
from mlcore.pretrain.objectives.shape import Shape

_SAME = 0.999  # cosine above which two targets are the same thing: water, nodata, a flat roof


def patch_discrimination(
    predicted: Tensor, targets: Tensor, hidden: Tensor, kind: Tensor, *, temperature: float = 0.1
) -> Tensor:
    """Return how badly hidden tokens are told apart by what was predicted for them; 0 at best.

    -log exp(q_i . k_i / t) / sum_{j in N(i)} exp(q_i . k_j / t) over the hidden tokens of one modality of one sample
    (PatchDisc: Galileo, arXiv 2502.09356). Targets that equal the token's own are no contrast.

    Args:
        predicted: [N, T, d].
        targets: [N, T, d], frozen projections of the tokens' own content, which know no position.
        hidden: bool [N, T]; only these are asked for.
        kind: [T], the modality of each token.
        temperature: t.
    """
    with torch.autocast(predicted.device.type, enabled=False):
        queries, keys = (functional.normalize(rows.float(), dim=-1) for rows in (predicted, targets.detach()))
        likeness = keys @ keys.transpose(1, 2)
        itself = torch.eye(len(kind), dtype=torch.bool, device=kind.device)
        contrast = hidden[:, None, :] & (kind[:, None] == kind[None, :]) & (likeness <= _SAME)
        logits = (queries @ keys.transpose(1, 2) / temperature).masked_fill(~(contrast | itself), -torch.inf)
        losses = logits.logsumexp(-1) - logits.diagonal(dim1=1, dim2=2)
        asked = hidden & contrast.any(-1)
        return per_sample_mean(losses, asked)


def per_sample_mean(losses: Tensor, asked: Tensor) -> Tensor:
    """Return the mean over samples of the mean over their asked tokens, [N, T] each: batches join without weights."""
    counts = asked.sum(1)
    means = torch.where(asked, losses, 0.0).sum(1) / counts.clamp(min=1)
    mean: Tensor = means.mean()
    return mean


class Latent(nn.Module):
    """Patch discrimination against a frozen random projection of the tokens' raw content.

    Such targets ('exit 0': Galileo, arXiv 2502.09356) need no second network and can't collapse.
    """

    frozen: Tensor

    def __init__(self, shape: Shape) -> None:
        """Add the frozen projection and a learned one."""
        super().__init__()
        self.ask = nn.Linear(shape.width, shape.width)
        self.register_buffer("frozen", torch.randn(shape.values, shape.width) / shape.values**0.5)

    def forward(self, passes: Passes) -> Tensor:
        """Return the loss of the hidden tokens of a batch."""
        guess = passes.guess
        kind = torch.from_numpy(passes.tokens.layout.kind).to(guess.asked.device)
        return patch_discrimination(self.ask(guess.predicted), passes.targets @ self.frozen, guess.asked, kind)
