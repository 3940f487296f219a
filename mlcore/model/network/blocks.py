"""Transformer blocks, and rotary positions on physical coordinates."""

import math
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn
from torch.nn import functional

_LAYER_SCALE = 0.1
_SPACE = (4.0, 256.0)  # shortest and longest period, in cells
_TIME = (2.0, 120.0)  # in months


class Block(nn.Module):
    """Pre-norm attention and MLP, each scaled by a small learned factor (LayerScale, arXiv 2103.17239)."""

    def __init__(self, width: int, heads: int, *, qk_norm: bool = False) -> None:
        """Make a block for tokens of `width`; `qk_norm` keeps attention calm in large models (arXiv 2302.05442)."""
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.norm_qk = nn.RMSNorm(width // heads) if qk_norm else nn.Identity()
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.scale1, self.scale2 = (nn.Parameter(torch.full((width,), _LAYER_SCALE)) for _ in range(2))

    def forward(self, tokens: Tensor, mask: Tensor | None, turns: tuple[Tensor, Tensor]) -> Tensor:
        """Let tokens look at each other.

        Args:
            tokens: [N, T, width].
            mask: bool [N, 1, 1, T], True where a token may be looked at; None: everywhere.
            turns: cosines and sines of `Rotation`.
        """
        count, length, width = tokens.shape
        heads = self.qkv(self.norm1(tokens)).view(count, length, 3, self.heads, width // self.heads)
        together = heads.permute(2, 0, 3, 1, 4)
        query, key = rotated(self.norm_qk(together[:2]), turns).to(together.dtype)
        seen = functional.scaled_dot_product_attention(query, key, together[2], attn_mask=mask)
        tokens = tokens + self.scale1 * self.proj(seen.transpose(1, 2).reshape(count, length, width))
        mixed: Tensor = tokens + self.scale2 * self.mlp(self.norm2(tokens))
        return mixed


class Rotation(nn.Module):
    """Axial rotary positions (RoPE, arXiv 2104.09864): each pair of a head's numbers turns along x, y or time.

    Attention then depends on distances alone, of any size and shape of tile; no table of positions is learned.
    """

    frequencies: Tensor

    def __init__(self, head_width: int) -> None:
        """Share a head's pairs among the axes: about three eighths to x, as many to y, the rest to time."""
        super().__init__()
        pairs = head_width // 2
        space = (pairs - pairs // 4) // 2
        table = torch.zeros(3, pairs)
        for axis, (start, count, periods) in enumerate(
            [(0, space, _SPACE), (space, space, _SPACE), (2 * space, pairs - 2 * space, _TIME)]
        ):
            table[axis, start : start + count] = _ladder(count, *periods)
        self.register_buffer("frequencies", table, persistent=False)

    def forward(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Return cosines and sines [N, 1, T, head_width / 2] of positions [N, T, 3]: x, y in cells, t in months."""
        with full_precision(positions):
            angles = (positions.float() @ self.frequencies.float())[:, None]
            return angles.cos(), angles.sin()


def full_precision(like: Tensor) -> AbstractContextManager[object]:
    """Return a context without autocast on a tensor's device; the meta device knows none."""
    return nullcontext() if like.is_meta else torch.autocast(like.device.type, enabled=False)


def rotated(heads: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    """Turn the pairs (first half, second half) of the last axis, [..., T, head_width]."""
    cosine, sine = turns
    first, second = heads.chunk(2, -1)
    return torch.cat([first * cosine - second * sine, first * sine + second * cosine], -1)


def _ladder(count: int, shortest: float, longest: float) -> Tensor:
    """Return `count` angular frequencies with periods from the shortest to the longest, evenly in their logarithm."""
    if count < 2:
        return torch.full((count,), 2 * math.pi / math.sqrt(shortest * longest))
    return 2 * math.pi / torch.logspace(math.log10(shortest), math.log10(longest), count)
