"""The encoder: four stages of the network, each averaged over what is valid, of every chip that can be shown."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mlcore.encoders import published
from mlcore.encoders.lite.network import WIDTHS, Network
from mlcore.encoders.lite.pictures import pictures, side_of, why_not_shown
from mlcore.encoders.protocol import VectorsOnly
from mlcore.errors import BadFeatures
from mlcore.model.dense import stride_of
from mlcore.samples import Chip, Sample

_VERSION = "lite0 1"
_AT_ONCE = 32  # pictures
_MAPPED = (4, 8, 16)  # strides whose features are spread over a map: the coarsest says what, not where
_LARGEST_MAP = 512  # px a side of a picture that is mapped
_LEFT_OUT = ("num_batches_tracked", "_conv_head.", "_bn1.", "_fc.")


class Lite(VectorsOnly):
    """EfficientNet-lite0 on a true-colour view, or on VV, VH and their difference; chips of a sample are averaged."""

    dim = sum(WIDTHS.values())

    def __init__(self, network: Network, name: str = "lite0") -> None:
        """Take a built network."""
        self.network, self.name = network.eval().requires_grad_(False), name
        self._print = published.fingerprint(self.network)

    @property
    def digest(self) -> str:
        """Return what identifies its vectors."""
        return hashlib.sha256(_VERSION.encode() + self._print).hexdigest()

    @property
    def blocks(self) -> Mapping[str, slice]:
        """Return which columns come from which stage."""
        return _slices(tuple(WIDTHS))

    @property
    def map_blocks(self) -> Mapping[str, slice]:
        """Return which features of a place come from which stage."""
        return _slices(_MAPPED)

    def cannot_read(self, sample: Sample) -> str:
        """Say why a sample can't be read, or return '': a chip must have red, green and blue, or VV or VH."""
        if not sample.chips:
            return f"{self.name} needs imagery; this sample has none"
        reasons = [why_not_shown(chip) for chip in sample.chips]
        return "" if "" in reasons else f"{self.name} can't read it: {'; '.join(dict.fromkeys(reasons))}"

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim]; one without a valid px is 0.

        Raises:
            BadFeatures: a sample can't be read.
        """
        owners, shown = list[int](), list[Chip]()
        for row, sample in enumerate(samples):
            if reason := self.cannot_read(sample):
                raise BadFeatures(f"Sample {row}: {reason}.")
            readable = [chip for chip in sample.chips if not why_not_shown(chip)]
            owners += [row] * len(readable)
            shown += readable
        vectors, counts = np.zeros((len(samples), self.dim), np.float32), np.zeros(len(samples), np.float32)
        for rows in _alike(shown):
            made, seen = self._vectors([shown[row] for row in rows])
            owner = [owners[row] for row in rows]
            np.add.at(vectors, owner, made * seen[:, None])
            np.add.at(counts, owner, seen)
        return (vectors / np.maximum(counts, 1)[:, None]).astype(np.float32)

    def embed_map(self, chip_or_sample: Chip | Sample) -> NDArray[np.float32]:
        """Return features of each cell of the first chip's raster, float32 [C, h, w] (`dense.stride_of`).

        Three stages, each spread over the cells: borders are known to 4 px of the picture, which is no smaller than
        the chip up to 512 px.

        Raises:
            BadFeatures: the first chip can't be read.
        """
        chip = chip_or_sample.chips[0] if isinstance(chip_or_sample, Sample) else chip_or_sample
        if reason := why_not_shown(chip):
            raise BadFeatures(f"{self.name} can't map it: {reason}.")
        cells = [-(-side // stride_of(chip)) for side in chip.mask.shape]
        side = min(max(2 * max(cells), side_of(chip)), _LARGEST_MAP)
        with torch.no_grad():
            scales = self.network(pictures([chip], side)[0])
        spread = [functional.interpolate(scales[stride], cells, mode="bilinear") for stride in _MAPPED]
        features: NDArray[np.float32] = torch.cat(spread, 1)[0].numpy()
        return features

    def _vectors(self, chips: Sequence[Chip]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the vectors of chips of one sensor and size, and which of them (1 or 0) have a valid px."""
        with torch.no_grad():
            picture, mask = pictures(chips, side_of(chips[0]))
            parts = [_mean(raster, mask) for raster in self.network(picture).values()]
        seen: NDArray[np.float32] = (mask.amax((1, 2, 3)) > 0).float().numpy()
        return torch.cat(parts, 1).numpy(), seen


def _mean(raster: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of [B, C, h, w] over the cells, each weighed by how much of it is valid."""
    weights = functional.adaptive_avg_pool2d(mask, (raster.shape[2], raster.shape[3]))
    mean: Tensor = (raster * weights).sum((2, 3)) / weights.sum((2, 3)).clamp(min=1e-6)
    return mean


def _alike(chips: Sequence[Chip]) -> list[list[int]]:
    """Return rows of chips of one sensor and size, some at a time."""
    kinds: dict[object, list[int]] = {}
    for row, chip in enumerate(chips):
        kinds.setdefault((chip.sensor, chip.mask.shape), []).append(row)
    return [rows[start : start + _AT_ONCE] for rows in kinds.values() for start in range(0, len(rows), _AT_ONCE)]


def _slices(strides: Sequence[int]) -> dict[str, slice]:
    ends = np.cumsum([WIDTHS[stride] for stride in strides]).tolist()
    return {f"stride {stride}": slice(end - WIDTHS[stride], end) for stride, end in zip(strides, ends, strict=True)}


def load(path: Path) -> Lite:
    """Read the published weights, as they are or converted.

    Raises:
        BadCheckpoint: the file is missing, isn't plain weights, or doesn't hold exactly EfficientNet-lite0's.
    """
    network = Network()
    published.load_exactly(network, needed(published.read_weights(path)), path)
    return Lite(network)


def needed(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights below the last stage: neither its classifier, nor how often it was trained."""
    kept = {name: tensor for name, tensor in tensors.items() if not name.startswith(_LEFT_OUT[1:])}
    counters = {name: torch.tensor(0) for name in Network().state_dict() if name.endswith(_LEFT_OUT[0])}
    return {**kept, **counters}


def untrained(seed: int = 0) -> Lite:
    """Return the network with random weights: what its pretraining has to beat."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Lite(Network(), "lite0, untrained")
