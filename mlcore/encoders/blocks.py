"""The transformer block that the published encoders share: pre-norm attention and a two-layer perceptron."""

from torch import Tensor, nn
from torch.nn import functional


class Attention(nn.Module):
    """Multi-head self-attention (Vaswani et al. 2017) with one projection for query, key and value."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, tokens: Tensor, keep: Tensor | None = None) -> Tensor:
        """Return mixed tokens [B, N, width]; tokens where `keep` [B, N] is False are not looked at."""
        batch, count, width = tokens.shape
        query, key, value = self.qkv(tokens).view(batch, count, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        seen = None if keep is None else keep[:, None, None, :]
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        projected: Tensor = self.proj(mixed.transpose(1, 2).reshape(batch, count, width))
        return projected


class Perceptron(nn.Module):
    """Two linear layers with GELU between them."""

    def __init__(self, width: int, ratio: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, ratio * width)
        self.fc2 = nn.Linear(ratio * width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return tokens [B, N, width]."""
        mixed: Tensor = self.fc2(functional.gelu(self.fc1(tokens)))
        return mixed


class Block(nn.Module):
    """One layer; its parameters are named as in the published checkpoints."""

    def __init__(self, width: int, heads: int, ratio: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = Perceptron(width, ratio)

    def forward(self, tokens: Tensor, keep: Tensor | None = None) -> Tensor:
        """Return tokens [B, N, width]."""
        tokens = tokens + self.attn(self.norm1(tokens), keep)
        mixed: Tensor = tokens + self.mlp(self.norm2(tokens))
        return mixed
