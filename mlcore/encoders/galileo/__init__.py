"""Galileo, a transformer over months, space and sensors at any patch size from 1 to 8 px: our own implementation.

Tseng, Fuller, Reil, Herzog, Beukema, Bastani, Green, Shelhamer, Kerner and Rolnick 2025, "Galileo: Learning global and
local features in pretrained remote sensing models" (ICML, arXiv 2502.09356); weights and constants:
github.com/nasaharvest/galileo (MIT), data/models/nano, config/normalization.json.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mlcore.encoders import channels, published
from mlcore.encoders.foreign import Foreign
from mlcore.encoders.galileo.inputs import groups
from mlcore.encoders.galileo.network import BASE_GSD_M, LARGEST_PATCH_PX, Config, Network
from mlcore.encoders.pixels import Size
from mlcore.encoders.series import Series
from mlcore.errors import BadCheckpoint
from mlcore.model.dense import stride_of
from mlcore.samples import Chip, Sample

_GRID = 4  # patches along a tile, until they are as large as they can be
_LARGEST_TILE_PX = 64  # 8 x 8 patches; training saw up to 12 x 12. Larger tiles are averaged to it
_FINE = (2, 4, LARGEST_PATCH_PX)  # px, sides of the patches of maps: the finest of which there aren't too many
_MOST_TOKENS = 2048  # of a tile; attention over more takes seconds
_SIZES = {"embedding_size": "width", "depth": "depth", "num_heads": "heads", "mlp_ratio": "ratio"}


class Galileo(Foreign):
    """Galileo: the mean of its encoder's tokens; of those of each patch, where maps are wanted."""

    version, pixels_a_batch = "galileo 1", 8 * 64 * 64
    network: Network

    def __init__(self, network: Network, config: Config, name: str = "galileo") -> None:
        super().__init__(network, config)
        self.name, self.dim = name, config.width

    def raster(self, size: Size) -> Size:
        """Return the raster that a tile is averaged to: at most 64 px, and whole patches."""
        shrink = min(1.0, _LARGEST_TILE_PX / max(size))
        height, width = (max(1, round(side * shrink)) for side in size)
        patch = _patch((height, width))
        return -(-height // patch) * patch, -(-width // patch) * patch

    def vectors(self, series: Series) -> Tensor:
        """Return the mean of the tokens that there are, [B, dim]."""
        height, width = series.radar.shape[3:]
        patch = _patch((height, width))
        embedded: Tensor = self.network(groups(series, patch), series.months, patch, series.gsd_m or BASE_GSD_M)
        return embedded

    @property
    def map_blocks(self) -> Mapping[str, slice]:
        """Return that all of a place's features are of one kind."""
        return {"learned": slice(0, self.dim)}

    def embed_map(self, chip_or_sample: Chip | Sample) -> NDArray[np.float32]:
        """Return features of each cell of the first chip's raster, float32 [dim, h, w] (`dense.stride_of`).

        Patches of 2 px, or of 4 or 8 where dates and sensors make too many tokens, are spread over the cells; tiles
        above 64 px are averaged to that before. So borders are known to a patch, not to a pixel.

        Raises:
            BadFeatures: the sample can't be read.
        """
        sample = chip_or_sample if isinstance(chip_or_sample, Sample) else Sample((chip_or_sample,))
        ((_, series),) = self.read([sample], _mapped)
        patch = _fine(series)
        with torch.no_grad():
            coarse = self.network.places(groups(series, patch), series.months, patch, series.gsd_m or BASE_GSD_M)
        cells = [-(-side // stride_of(sample.chips[0])) for side in sample.chips[0].mask.shape]
        features: NDArray[np.float32] = functional.interpolate(coarse, size=cells, mode="bilinear")[0].numpy()
        return features


def _mapped(size: Size) -> Size:
    """Return the raster of a tile that is mapped: at most 64 px, and whole patches of any of the sizes."""
    shrink = min(1.0, _LARGEST_TILE_PX / max(size))
    height, width = (-(-max(1, round(side * shrink)) // LARGEST_PATCH_PX) * LARGEST_PATCH_PX for side in size)
    return height, width


def _fine(series: Series) -> int:
    """Return the side of the smallest patches that make no more tokens than are quickly looked at."""
    steps, _, height, width = series.radar.shape[1:]
    layers = steps * (len(channels.OPTICAL_GROUPS) + 1)
    return next((px for px in _FINE if layers * height * width // px**2 <= _MOST_TOKENS), _FINE[-1])


def _patch(size: Size) -> int:
    return min(LARGEST_PATCH_PX, -(-max(size) // _GRID))


def load(folder: Path) -> Galileo:
    """Read a published model: a folder with encoder.safetensors or encoder.pt, and config.json.

    Raises:
        BadCheckpoint: a file is missing or doesn't hold exactly Galileo's weights.
    """
    try:
        sizes = json.loads((folder / "config.json").read_text())["model"]["encoder"]
        config = Config(**{ours: int(sizes[theirs]) for theirs, ours in _SIZES.items()})
        config.check()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadCheckpoint(f"{folder} needs Galileo's config.json and encoder.pt: {error!r}.") from error
    safe = folder / "encoder.safetensors"
    network, path = Network(config), safe if safe.is_file() else folder / "encoder.pt"
    published.load_exactly(network, _joined(published.read_weights(path)), path)
    return Galileo(network, config)


def _joined(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights with query, key and value of a layer in one, as our block has them."""
    joined: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if ".attn.q." in name:
            parts = [tensors.get(name.replace(".q.", f".{part}."), tensor[:0]) for part in "qkv"]
            joined[name.replace(".q.", ".qkv.")] = torch.cat(parts)
        elif ".attn.k." not in name and ".attn.v." not in name:
            joined[name] = tensor
    return joined


def untrained(seed: int = 0) -> Galileo:
    """Return Galileo-nano with random weights: what pretraining has to beat."""
    config = Config()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = Network(config)
        network.apply(published.draw)
    return Galileo(network, config, "galileo, untrained")
