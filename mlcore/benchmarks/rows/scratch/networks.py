"""Two classical networks for hyperspectral patches, written here from their papers, small enough for a processor."""

import torch
from torch import Tensor, nn


class Convolutions3D(nn.Module):
    """A 3-D convolutional network over bands and space (after Hamida et al. 2018 and Li et al. 2017)."""

    def __init__(self, bands: int, classes: int) -> None:
        """Take the number of bands and of classes."""
        super().__init__()
        deep = (7, 5, 3) if bands > 100 else (5, 3, 3)
        self.layers = nn.Sequential(
            nn.Conv3d(1, 8, (deep[0], 3, 3), stride=(3, 1, 1)),
            nn.ReLU(),
            nn.Conv3d(8, 16, (deep[1], 3, 3), stride=(2, 1, 1)),
            nn.ReLU(),
            nn.Conv3d(16, 32, (deep[2], 3, 3), stride=(2, 1, 1)),
            nn.ReLU(),
        )
        self.head = nn.Sequential(nn.Dropout(0.3), nn.LazyLinear(classes))

    def forward(self, patches: Tensor) -> Tensor:
        """Return logits [N, K] of patches [N, bands, H, W]."""
        logits: Tensor = self.head(self.layers(patches[:, None]).flatten(1))
        return logits


class SpectralTransformer(nn.Module):
    """A transformer along the spectrum (after SpectralFormer, Hong et al. 2021, arXiv 2107.02988).

    Tokens are overlapping groups of neighbouring bands of the whole patch (their group-wise embedding), and the
    blocks of the first half are added to those of the second (their cross-layer fusion).
    """

    def __init__(
        self, bands: int, classes: int, *, side: int, width: int = 64, depth: int = 4, group: int = 16
    ) -> None:
        """Take the number of bands and classes and the patch's side in px."""
        super().__init__()
        self.group, self.step = min(group, bands), max(1, min(group, bands) // 2)
        tokens = (bands - self.group) // self.step + 1
        self.embed = nn.Linear(self.group * side * side, width)
        self.first = nn.Parameter(torch.zeros(1, 1, width))
        self.places = nn.Parameter(0.02 * torch.randn(1, tokens + 1, width))
        layer = [
            nn.TransformerEncoderLayer(width, 4, 2 * width, 0.1, "gelu", batch_first=True, norm_first=True)
            for _ in range(depth)
        ]
        self.blocks = nn.ModuleList(layer)
        self.fusion = nn.ModuleList(nn.Linear(2 * width, width) for _ in range(depth // 2))
        self.head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, classes))

    def forward(self, patches: Tensor) -> Tensor:
        """Return logits [N, K] of patches [N, bands, H, W]."""
        groups = patches.unfold(1, self.group, self.step).permute(0, 1, 4, 2, 3).flatten(2)
        tokens = torch.cat([self.first.expand(len(patches), -1, -1), self.embed(groups)], 1) + self.places
        early = list[Tensor]()
        half = len(self.fusion)
        for number, block in enumerate(self.blocks):
            if number >= half:
                tokens = self.fusion[number - half](torch.cat([tokens, early[number - half]], 2))
            tokens = block(tokens)
            early.append(tokens)
        logits: Tensor = self.head(tokens[:, 0])
        return logits
