"""Presto, a transformer for one pixel's months of Sentinel-1, Sentinel-2, weather and terrain: our own implementation.

Tseng, Cartuyvels, Zvonkov, Purohit, Rolnick and Kerner 2023, "Lightweight, pre-trained transformers for remote sensing
time series" (arXiv 2304.14065); weights and constants: github.com/nasaharvest/presto (MIT), data/default_model.pt.
"""

from pathlib import Path

import torch
from torch import Tensor, nn

from mlcore.encoders import channels, encodings, published
from mlcore.encoders.blocks import Block
from mlcore.encoders.foreign import Foreign
from mlcore.encoders.pixels import Size
from mlcore.encoders.series import MOST_STEPS, Series

DIM = 128
_HEADS, _RATIO, _DEPTH = 8, 4, 2
_PLACE_IN_TIME, _CHANNEL, _MONTH = 64, 32, 32
_COVERS = 10  # classes of Dynamic World and one for none: no sensor of ours gives them, the weights are only kept
_CELLS = 4  # a tile is read as 4 x 4 pixel series, whose vectors are averaged
GROUPS = {
    "S1": 2,
    "S2_RGB": 3,
    "S2_Red_Edge": 3,
    "S2_NIR_10m": 1,
    "S2_NIR_20m": 1,
    "S2_SWIR": 2,
    "ERA5": 2,
    "SRTM": 2,
    "NDVI": 1,
}
Tokens = dict[str, tuple[Tensor, Tensor]]  # group -> values [N, T, channels] and bool [N, T], what there is


class Network(nn.Module):
    """The encoder; its parameters are named as in the published checkpoint."""

    def __init__(self) -> None:
        super().__init__()
        self.eo_patch_embed = nn.ModuleDict({name: nn.Linear(count, DIM) for name, count in GROUPS.items()})
        self.dw_embed = nn.Embedding(_COVERS, DIM)
        self.latlon_embed = nn.Linear(3, DIM)
        self.blocks = nn.ModuleList(Block(DIM, _HEADS, _RATIO) for _ in range(_DEPTH))
        self.norm = nn.LayerNorm(DIM)
        order = encodings.order(MOST_STEPS, _PLACE_IN_TIME, period=1000)
        self.pos_embed = nn.Parameter(order[None], requires_grad=False)
        self.month_embed = nn.Embedding(12, _MONTH, _weight=encodings.months(_MONTH), _freeze=True)
        self.channel_embed = nn.Embedding(len(GROUPS) + 1, _CHANNEL)

    def forward(self, tokens: Tokens, months: Tensor, place: Tensor | None) -> Tensor:
        """Return one vector for each pixel series, [N, DIM]: the mean over its tokens, normalised."""
        embedded, keep = [], []
        for name, (values, there) in tokens.items():
            embedded.append(self.eo_patch_embed[name](values) + self._encoding(name, months[:, : values.shape[1]]))
            keep.append(there)
        if place is not None:
            embedded.append(self.latlon_embed(place)[:, None])
            keep.append(torch.ones(len(place), 1, dtype=torch.bool))
        mixed, kept = torch.cat(embedded, 1), torch.cat(keep, 1)
        kept[:, 0] |= ~kept.any(1)  # attention over nothing is NaN
        whole = bool(kept.all())
        for block in self.blocks:
            mixed = block(mixed, None if whole else kept)
        weights = kept[..., None].float()
        vector: Tensor = self.norm((mixed * weights).sum(1) / weights.sum(1))
        return vector

    def _encoding(self, name: str, months: Tensor) -> Tensor:
        """Return [N, T, DIM]: month, channel group and place in the series; terrain has neither first nor last."""
        count, steps = months.shape
        channel = self.channel_embed.weight[list(GROUPS).index(name)].expand(count, steps, -1)
        if name == "SRTM":
            return nn.functional.pad(channel, (_MONTH, _PLACE_IN_TIME))
        order = self.pos_embed[:, :steps].expand(count, -1, -1)
        return torch.cat([self.month_embed(months), channel, order], 2)


class Presto(Foreign):
    """Presto: a tile is read as up to 4 x 4 pixel series, and their vectors are averaged."""

    dim = DIM
    version, pixels_a_batch = "presto 1", 1024
    network: Network

    def __init__(self, network: Network, name: str = "presto") -> None:
        super().__init__(network)
        self.name = name

    def raster(self, size: Size) -> Size:
        """Return the cells of a tile, each a mean of pixels."""
        return min(size[0], _CELLS), min(size[1], _CELLS)

    def vectors(self, series: Series) -> Tensor:
        """Return the mean vector of the cells that are seen, [B, 128]."""
        tiles, _, _, height, width = series.radar.shape
        cells = height * width
        place = None if series.place is None else series.place.repeat_interleave(cells, 0)
        each = self.network(_tokens(series), series.months.repeat_interleave(cells, 0), place)
        seen = series.seen.any(2).any(1).reshape(tiles, cells, 1).float()
        seen = torch.where(seen.any(1, keepdim=True), seen, 1.0)
        mean: Tensor = (each.reshape(tiles, cells, DIM) * seen).sum(1) / seen.sum(1)
        return mean


def _tokens(series: Series) -> Tokens:
    """Return every group that the samples have, scaled as in training (presto/dataops/pipelines/s1_s2_era5_srtm.py).

    Its precipitation is in metres a day over 0.03: ERA5's monthly means, not sums.
    """
    radar, optical = _series_of_pixels(series.radar), _series_of_pixels(series.optical / 1e4)
    optical = channels.with_index(optical)
    seen = _series_of_pixels(series.seen)
    tokens: Tokens = {}
    if series.has_radar.any():
        tokens["S1"] = ((radar + 25) / 25, seen[..., 0] & torch.from_numpy(series.has_radar.all(1)))
    for name, wanted in channels.OPTICAL_GROUPS.items():
        there = torch.from_numpy(channels.has(series, wanted))
        if there.any():
            tokens[name] = (optical[..., wanted], seen[..., 1] & there)
    cells = series.radar.shape[3] * series.radar.shape[4]
    if series.weather is not None:
        scaled = (series.weather - torch.tensor([272.15, 0])) / torch.tensor([35.0, 30.0])
        rows = scaled.repeat_interleave(cells, 0)
        tokens["ERA5"] = (rows.nan_to_num(), ~rows.isnan().any(2))
    if series.terrain is not None:
        rows = (
            (series.terrain / torch.tensor([2000.0, 50.0])[:, None, None]).flatten(2).transpose(1, 2).reshape(-1, 1, 2)
        )
        tokens["SRTM"] = (rows.nan_to_num(), ~rows.isnan().any(2))
    return tokens


def _series_of_pixels(stack: Tensor) -> Tensor:
    """Return [B, T, C, h, w] as [B h w, T, C]."""
    return stack.permute(0, 3, 4, 1, 2).flatten(0, 2)


def load(path: Path) -> Presto:
    """Read the published checkpoint.

    Raises:
        BadCheckpoint: the file is missing, isn't plain weights, or doesn't hold exactly Presto's.
    """
    tensors = published.read_weights(path)
    prefix = "encoder."
    encoder = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    left = [name for name in tensors if not name.startswith((prefix, "decoder."))]
    network = Network()
    published.load_exactly(network, encoder | dict.fromkeys(left, torch.zeros(0)), path)
    return Presto(network)


def untrained(seed: int = 0) -> Presto:
    """Return Presto with random weights, drawn as its authors do: what pretraining has to beat."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = Network()
        network.apply(published.draw)
    return Presto(network, "presto, untrained")
