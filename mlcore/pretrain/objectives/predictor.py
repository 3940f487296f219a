"""The predictor: what was hidden, from what is seen. It is thrown away after training."""

import torch
from torch import Tensor, nn

from mlcore.model.network import Config, Tokens
from mlcore.model.network.blocks import Block, Rotation

_DEPTH = 2


class Predictor(nn.Module):
    """Two blocks over the encoded visible tokens and one learned token for each hidden one, which knows its meaning."""

    def __init__(self, config: Config) -> None:
        """Make a predictor for the tokens of a network."""
        super().__init__()
        width, heads = config.width, config.heads
        self.mask = nn.Parameter(torch.zeros(width))
        self.rotation = Rotation(width // heads)
        self.blocks = nn.ModuleList(Block(width, heads, qk_norm=config.qk_norm) for _ in range(_DEPTH))
        self.norm = nn.LayerNorm(width)

    def forward(self, encoded: Tensor, tokens: Tokens, visible: Tensor) -> Tensor:
        """Return a guess for each token, [N, T, width].

        Args:
            encoded: [N, T, width], the encoder's output for the visible tokens.
            tokens: what the tokens mean and where they are; their content isn't looked at.
            visible: bool [N, T], those that the encoder was shown.
        """
        states = torch.where(visible[..., None], encoded, self.mask.to(encoded.dtype)) + tokens.meaning
        there = tokens.valid | ~tokens.valid.any(1, keepdim=True)  # attention over nothing would be NaN
        turns = self.rotation(tokens.positions)
        for block in self.blocks:
            states = block(states, there[:, None, None], turns)
        guess: Tensor = self.norm(states)
        return guess
