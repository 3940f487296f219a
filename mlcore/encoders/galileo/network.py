"""Galileo's architecture, with its parameters named as in the published checkpoints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from mlcore.encoders import channels, encodings
from mlcore.encoders.blocks import Block
from mlcore.encoders.galileo.patches import resized
from mlcore.encoders.series import MOST_STEPS

LARGEST_PATCH_PX = 8
BASE_GSD_M = 10.0

# Channels by group, in the order of the published channel encodings; the kinds differ in which encodings they get.
SPACE_TIME = {name: len(members) for name, members in {"S1": [0, 1], **channels.OPTICAL_GROUPS}.items()}
SPACE = {"SRTM": 2, "DW": 9, "WC": 5}
TIME = {"ERA5": 2, "TC": 3, "VIIRS": 1}
STATIC = {"LS": 1, "location": 3, "DW_static": 9, "WC_static": 5}


@dataclass(frozen=True)
class Config:
    """The sizes in a published config.json."""

    width: int = 128
    depth: int = 4
    heads: int = 8
    ratio: int = 4

    def check(self) -> None:
        """Refuse sizes that no encoder has, before anything is made of them.

        Raises:
            ValueError: it names the size.
        """
        if not 16 <= self.width <= 4096 or self.width % 16:
            raise ValueError(f"an embedding_size of {self.width}")
        if self.heads < 1 or self.width % self.heads:
            raise ValueError(f"{self.heads} heads for an embedding_size of {self.width}")
        if not 1 <= self.depth <= 64 or not 1 <= self.ratio <= 16:
            raise ValueError(f"a depth of {self.depth} with an mlp_ratio of {self.ratio}")


@dataclass(frozen=True)
class Tokens:
    """One group's inputs for a batch, and which of its tokens exist."""

    values: Tensor  # [B, T, C, H, W] space-time, [B, C, H, W] space, [B, T, C] time, [B, C] static
    there: Tensor  # bool [B, T, h, w], [B, h, w], [B, T] or [B]


class Patches(nn.Module):
    """Linear patches of any size from 1 to 8 px, by resizing the kernel (Beyer et al. 2023, FlexiViT, equation 4)."""

    def __init__(self, count: int, width: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(count, width, LARGEST_PATCH_PX, LARGEST_PATCH_PX)

    def forward(self, pixels: Tensor, patch: int) -> Tensor:
        """Return [N, width, H / patch, W / patch] of pixels [N, channels, H, W]."""
        patches: Tensor = functional.conv2d(pixels, resized(self.proj.weight, patch), self.proj.bias, stride=patch)
        return patches


class Network(nn.Module):
    """The encoder; its parameters are named as in the published checkpoint, with query, key and value in one."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width, quarter = config.width, config.width // 4
        self.quarter = quarter
        order = encodings.halves(torch.arange(MOST_STEPS), quarter)
        self.pos_embed = nn.Parameter(order, requires_grad=False)
        self.month_embed = nn.Embedding(12, quarter, _weight=encodings.months(quarter), _freeze=True)
        self.s_t_channel_embed = nn.Parameter(torch.zeros(len(SPACE_TIME), quarter))
        self.sp_channel_embed = nn.Parameter(torch.zeros(len(SPACE), quarter))
        self.t_channel_embed = nn.Parameter(torch.zeros(len(TIME), quarter))
        self.st_channel_embed = nn.Parameter(torch.zeros(len(STATIC), quarter))
        self.space_time_embed = nn.ModuleDict({name: Patches(count, width) for name, count in SPACE_TIME.items()})
        self.space_embed = nn.ModuleDict({name: Patches(count, width) for name, count in SPACE.items()})
        self.time_embed = nn.ModuleDict({name: nn.Linear(count, width) for name, count in TIME.items()})
        self.static_embed = nn.ModuleDict({name: nn.Linear(count, width) for name, count in STATIC.items()})
        self.blocks = nn.ModuleList(Block(width, config.heads, config.ratio) for _ in range(config.depth))
        self.norm = nn.LayerNorm(width)

    def forward(self, groups: Mapping[str, Tokens], months: Tensor, patch: int, gsd_m: float) -> Tensor:
        """Return one vector for each sample, [B, width]: the mean of its normalised tokens."""
        tokens, keep = self._tokens(groups, months, patch, gsd_m)
        mean: Tensor = (tokens * keep).sum(1) / keep.sum(1)
        return mean

    def places(self, groups: Mapping[str, Tokens], months: Tensor, patch: int, gsd_m: float) -> Tensor:
        """Return [B, width, h, w]: at each patch the mean of its own normalised tokens; 0 where there is none."""
        tokens, _ = self._tokens(groups, months, patch, gsd_m)
        parts = torch.split(tokens, [group.there[0].numel() for group in groups.values()], 1)
        total: Tensor = torch.zeros(())
        seen: Tensor = torch.zeros(())
        for (name, group), part in zip(groups.items(), parts, strict=True):
            if name in SPACE_TIME or name in SPACE:
                there = group.there if name in SPACE_TIME else group.there[:, None]  # [B, T, h, w]
                own = part.reshape(*there.shape, -1) * there[..., None]
                total, seen = total + own.sum(1), seen + there.sum(1)[..., None]
        return (total / seen.clamp(min=1)).movedim(-1, 1)

    def _tokens(self, groups: Mapping[str, Tokens], months: Tensor, patch: int, gsd_m: float) -> tuple[Tensor, Tensor]:
        """Return the normalised tokens of all groups, [B, n, width], and 1 for those that there are, [B, n, 1]."""
        embedded = [self._embedded(name, group, months, patch, gsd_m) for name, group in groups.items()]
        tokens = torch.cat([part for part, _ in embedded], 1)
        keep = torch.cat([there for _, there in embedded], 1)
        keep[:, 0] |= ~keep.any(1)  # attention over nothing is NaN
        whole = bool(keep.all())
        for block in self.blocks:
            tokens = block(tokens, None if whole else keep)
        return self.norm(tokens), keep[..., None].float()

    def _embedded(self, name: str, group: Tokens, months: Tensor, patch: int, gsd_m: float) -> tuple[Tensor, Tensor]:
        """Return a group's tokens with their encodings [B, n, width], and which exist [B, n].

        The four quarters of an encoding are: channel group, place in the series, month, place on the raster.
        """
        empty = torch.zeros(self.quarter)
        if name in SPACE_TIME:
            batch, steps = group.values.shape[:2]
            embedded = self.space_time_embed[name](group.values.flatten(0, 1), patch).permute(0, 2, 3, 1)
            embedded = embedded.unflatten(0, (batch, steps))
            channel = self.s_t_channel_embed[list(SPACE_TIME).index(name)]
            when = torch.cat([self.pos_embed[:steps].expand(batch, -1, -1), self.month_embed(months)], 2)
            parts = [channel, when[:, :, None, None], self._on_raster(embedded.shape[2:4], patch, gsd_m)]
        elif name in SPACE:
            embedded = self.space_embed[name](group.values, patch).permute(0, 2, 3, 1)
            channel = self.sp_channel_embed[list(SPACE).index(name)]
            parts = [channel, empty, empty, self._on_raster(embedded.shape[1:3], patch, gsd_m)]
        elif name in TIME:
            embedded = self.time_embed[name](group.values)
            channel = self.t_channel_embed[list(TIME).index(name)]
            order = self.pos_embed[: embedded.shape[1]]
            parts = [channel, order, self.month_embed(months), empty]
        else:
            embedded = self.static_embed[name](group.values)
            parts = [self.st_channel_embed[list(STATIC).index(name)], empty, empty, empty]
        encoded = embedded + torch.cat([part.expand(*embedded.shape[:-1], -1) for part in parts], -1)
        there = group.there if group.there.ndim > 1 else group.there[:, None]
        return encoded.flatten(1, -2) if embedded.ndim > 2 else encoded[:, None], there.flatten(1)

    def _on_raster(self, size: Sequence[int], patch: int, gsd_m: float) -> Tensor:
        """Return [h, w, width / 4]: column in the first half, row in the second, in units of 10 m."""
        step = patch * gsd_m / BASE_GSD_M
        rows = encodings.halves(torch.arange(size[0]) * step, self.quarter // 2)
        columns = encodings.halves(torch.arange(size[1]) * step, self.quarter // 2)
        return torch.cat([columns.expand(size[0], -1, -1), rows[:, None].expand(-1, size[1], -1)], -1)
