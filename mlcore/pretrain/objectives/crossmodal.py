"""Cross-modal: what one sensor says of a place against what another says of it."""

from itertools import combinations

import numpy as np
import torch
from torch import Tensor, nn

from mlcore.pretrain.contrast import info_nce
from mlcore.pretrain.objectives.passes import Passes
from mlcore.pretrain.objectives.shape import Shape, projector

_MOST_PAIRS = 3


class CrossModal(nn.Module):
    """InfoNCE between the vectors that a place gets from each of its sensors alone (CLIP's loss, arXiv 2103.00020)."""

    def __init__(self, shape: Shape) -> None:
        """Add a projector, one for all sensors: what they share is the place."""
        super().__init__()
        self.temperature = shape.temperature
        self.projector = projector(shape.vector)

    def forward(self, passes: Passes) -> Tensor:
        """Return the mean loss over pairs of sensors; 0 where the batch has only one."""
        layout = passes.tokens.layout
        kinds = np.unique(layout.kind[layout.imagery])
        device = passes.tokens.valid.device
        if len(kinds) < 2:
            return torch.zeros((), device=device)
        masks = (torch.from_numpy(layout.kind == kind).to(device) for kind in kinds)
        seen = [self.projector(passes.vectors(mask)) for mask in masks]
        pairs = list(combinations(range(len(seen)), 2))
        chosen = passes.draw.rng(5).permutation(len(pairs))[:_MOST_PAIRS]
        losses = [
            info_nce(*(seen[side] for side in pairs[index]), temperature=self.temperature, near=passes.pairs.near)
            for index in chosen.tolist()
        ]
        return torch.stack(losses).mean()
