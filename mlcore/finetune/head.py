"""The linear head that teaches an encoder: fitted on frozen features first, trained together with it then."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mlcore.finetune.goals import Goal
from mlcore.heads.columns import standardisation


class Head(nn.Module):
    """Standardised features, then one linear layer."""

    mean: Tensor
    inverse: Tensor

    def __init__(self, goal: Goal, features: Tensor, rows: NDArray[np.int64]) -> None:
        """Fit on frozen features [n, d] of `rows` [n] of a goal's targets."""
        super().__init__()
        mean, scale = standardisation(features.numpy(), few=True)
        inverse = np.where(scale > 0, 1 / np.maximum(scale, 1e-12), 0)
        self.register_buffer("mean", torch.from_numpy(mean.astype(np.float32)))
        self.register_buffer("inverse", torch.from_numpy(inverse.astype(np.float32)))
        weights, bias = goal.probe(((features - self.mean) * self.inverse).numpy(), rows)
        self.line = nn.Linear(*weights.shape)
        with torch.no_grad():
            self.line.weight.copy_(torch.from_numpy(np.ascontiguousarray(weights.T)))
            self.line.bias.copy_(torch.from_numpy(np.ascontiguousarray(bias)))

    def forward(self, features: Tensor) -> Tensor:
        """Return outputs [n, K] of features [n, d]."""
        said: Tensor = self.line((features - self.mean) * self.inverse)
        return said
