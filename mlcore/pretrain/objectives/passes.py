"""What one batch shows the network; each encoding is computed once, when an objective first asks for it."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from mlcore.model.batches import SampleBatch
from mlcore.model.network import Network, Tokens
from mlcore.pretrain.masks import hide
from mlcore.pretrain.objectives.predictor import Predictor
from mlcore.pretrain.source import Draw, Pairs


@dataclass(frozen=True)
class Guess:
    """What was hidden, and what the predictor made of the rest."""

    asked: Tensor  # bool [N, T], hidden tokens that exist
    predicted: Tensor  # [N, T, width]


class Passes:
    """The encodings of one batch."""

    def __init__(
        self, network: Network, predictor: Predictor | None, pairs: Pairs, draw: Draw, hidden: tuple[float, float]
    ) -> None:
        """Take a batch and the share of tokens to hide; nothing is computed yet."""
        self.network, self.predictor = network, predictor
        self.pairs, self.draw, self.shares = pairs, draw, hidden
        self.count = 0  # tokens that went through the encoder

    @cached_property
    def first(self) -> Tensor:
        """Return the vectors of the first view, [N, vector]."""
        return self._whole(self.pairs.first)

    @cached_property
    def second(self) -> Tensor:
        """Return the vectors of the second view, [N, vector]."""
        return self._whole(self.pairs.second)

    def _whole(self, batch: SampleBatch) -> Tensor:
        tokens = self.network.tokenize(batch)
        self.count += tokens.valid.numel()
        return self.network.pool(self.network.encode(tokens), tokens.imagery)

    @cached_property
    def tokens(self) -> Tokens:
        """Return the tokens of the first view that know nothing of the cells around them, which would tell on them."""
        return self.network.tokenize(self.pairs.first, around=False, targets=True)

    @property
    def targets(self) -> Tensor:
        """Return the raw content of the tokens, [N, T, numbers], on a basis that is never trained.

        Raises:
            ValueError: the tokens were made without.
        """
        if self.tokens.targets is None:
            raise ValueError("These tokens were made without targets.")
        return self.tokens.targets.detach()

    def drawn(self, purpose: int) -> Tensor:
        """Draw which tokens are hidden, bool [N, T]; each purpose has its own draw."""
        hidden = hide(self.tokens.layout, self.draw.count, self.draw.rng(purpose), shares=self.shares)
        return torch.from_numpy(hidden[self.draw.rows]).to(self.tokens.valid.device)

    def vectors(self, visible: Tensor) -> Tensor:
        """Return the vectors of the first view when only `visible` tokens, bool [T] or [N, T], are shown."""
        visible = visible & self.tokens.valid
        self.count += int(visible.sum())
        return self.network.pool(self.network.encode(self.tokens, visible), visible & self.tokens.imagery)

    @cached_property
    def guess(self) -> Guess:
        """Hide tokens and predict them from the others.

        Raises:
            ValueError: there is no predictor.
        """
        if self.predictor is None:
            raise ValueError("This objective needs a predictor.")
        tokens, hidden = self.tokens, self.drawn(2)
        visible = tokens.valid & ~hidden
        self.count += int(visible.sum())
        asked = tokens.imagery & hidden & visible.any(1, keepdim=True)
        return Guess(asked, self.predictor(self.network.encode(tokens, visible), tokens, visible))
