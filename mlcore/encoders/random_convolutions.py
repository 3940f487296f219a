"""Random convolutions: how much tiles answer to patches drawn from the imagery itself. Nothing is trained.

Rolf et al. 2021, "A generalizable and accessible approach to machine learning with global satellite imagery" (MOSAIKS,
Nature Communications 12), after Coates and Ng 2012: whitened random patches as filters, rectified, averaged.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mlcore.encoders.layout import chips_in_turn, without_chips
from mlcore.encoders.protocol import VectorsOnly
from mlcore.model import slots
from mlcore.samples import Chip, Sample

_FILTERS = 256  # shared among the chips of a sample, each with a positive and a negative answer
_LEAST_FILTERS = 16
_PATCH_PX = 3
_COMPONENTS = 12  # spectra are first projected to so many principal components: 200 bands x 9 px can't be whitened
_POOL_CHIPS, _POOL_PATCHES = 256, 4096
_RIDGE = 0.1  # of the whitening, in units of the mean variance: noise isn't blown up
_PIXELS_A_BATCH = 64 * 64 * 32


@dataclass(frozen=True)
class _Filters:
    """What turns one sensor's chips into answers."""

    mean: Tensor  # [bands]
    components: Tensor  # [c, bands], to unit spread
    kernels: Tensor  # [k, c, side, side]

    def answers(self, chips: Sequence[Chip]) -> NDArray[np.float32]:
        """Return [N, 2 k]: the mean rectified answer to each filter and to its negative."""
        responses = np.zeros((len(chips), 2 * len(self.kernels)), np.float32)
        step = max(1, _PIXELS_A_BATCH // chips[0].mask.size)
        for rows in _alike(chips, step):
            channels = torch.einsum("cb,nbhw->nchw", self.components, _centred([chips[r] for r in rows], self.mean))
            answers = functional.conv2d(channels, self.kernels)
            both = torch.cat([answers.relu().mean((2, 3)), (-answers).relu().mean((2, 3))], 1)
            responses[rows] = both.numpy()
        return responses


class RandomConvolutions(VectorsOnly):
    """Filters are drawn, seeded, from the first samples of each kind that it is shown, and then kept."""

    name = "random-convolutions"

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.dim = 2 * _FILTERS  # less where a sample's chips don't share the filters evenly
        self._kept: dict[object, list[_Filters]] = {}

    @property
    def digest(self) -> str:
        """Return what identifies its recipe; its vectors depend on the first samples too."""
        return hashlib.sha256(f"random-convolutions 1 {self.seed} {_FILTERS}".encode()).hexdigest()

    def cannot_read(self, sample: Sample) -> str:
        """Say that a sample has no imagery, or return ''."""
        return without_chips(self.name, sample)

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim].

        Raises:
            BadFeatures: samples differ in their sensors.
        """
        turns = chips_in_turn(self.name, samples)
        if not turns:
            return np.zeros((0, self.dim), np.float32)
        kind = tuple((chips[0].sensor, _side(chips)) for chips in turns)
        if kind not in self._kept:
            rng, share = np.random.default_rng(self.seed), max(_LEAST_FILTERS, _FILTERS // len(turns))
            self._kept[kind] = [_drawn(chips, share, rng) for chips in turns]
        with torch.no_grad():
            parts = [filters.answers(chips) for filters, chips in zip(self._kept[kind], turns, strict=True)]
        vectors = np.concatenate(parts, 1)
        self.dim = vectors.shape[1]
        return vectors


def _side(chips: Sequence[Chip]) -> int:
    return int(min(_PATCH_PX, *(side for chip in chips for side in chip.mask.shape)))


def _drawn(chips: Sequence[Chip], count: int, rng: np.random.Generator) -> _Filters:
    """Return filters made of random patches of some chips."""
    side = _side(chips)
    some = [chips[row] for row in rng.permutation(len(chips))[:_POOL_CHIPS]]
    bands = len(some[0].sensor.bands)
    pixels = torch.cat([_scaled([chip])[0].flatten(1).T[torch.from_numpy(chip.mask.ravel())] for chip in some])
    pixels = pixels if len(pixels) else torch.zeros(1, bands)
    mean = pixels.mean(0)
    components = _principal(pixels - mean)
    patches = [_patches(chip, mean, components, side, rng) for chip in some]
    pool = torch.cat(patches)[:_POOL_PATCHES]
    kernels = _whitened(pool)[torch.from_numpy(rng.choice(len(pool), count, replace=len(pool) < count))]
    return _Filters(mean, components, kernels.view(count, len(components), side, side))


def _patches(chip: Chip, mean: Tensor, components: Tensor, side: int, rng: np.random.Generator) -> Tensor:
    channels = torch.einsum("cb,nbhw->nchw", components, _centred([chip], mean))
    patches = functional.unfold(channels, side)[0].T
    each = -(-_POOL_PATCHES // _POOL_CHIPS)
    return patches[torch.from_numpy(rng.permutation(len(patches))[:each])]


def _principal(pixels: Tensor) -> Tensor:
    """Return [c, bands]: the strongest principal directions, scaled so that each component has unit spread."""
    spread, directions = torch.linalg.eigh(pixels.T @ pixels / len(pixels))
    kept = spread.argsort(descending=True)[:_COMPONENTS]
    kept = kept[spread[kept] > 1e-6 * spread.max().clamp(min=1e-12)]
    kept = kept if len(kept) else spread.argsort(descending=True)[:1]
    whitening: Tensor = (directions[:, kept] / spread[kept].clamp(min=1e-12).sqrt()).T.contiguous()
    return whitening


def _whitened(patches: Tensor) -> Tensor:
    """Return patches [n, d] whitened (ZCA) and then of unit length; as filters, their answers are whitened too."""
    centred = patches - patches.mean(0)
    spread, directions = torch.linalg.eigh(centred.T @ centred / len(patches))
    scale = 1 / (spread.clamp(min=0) + _RIDGE * spread.mean().clamp(min=1e-12)).sqrt()
    white = centred @ (directions * scale) @ directions.T
    filters: Tensor = functional.normalize(white, dim=1) @ (directions * scale) @ directions.T
    return filters


def _scaled(chips: Sequence[Chip]) -> Tensor:
    pixels = np.stack([chip.pixels for chip in chips])
    return torch.from_numpy(slots.scaled(pixels, chips[0].sensor.quantity))


def _centred(chips: Sequence[Chip], mean: Tensor) -> Tensor:
    """Return pixels [N, bands, H, W] less the mean; invalid ones are 0, the mean itself."""
    mask = torch.from_numpy(np.stack([chip.mask for chip in chips]))
    return (_scaled(chips) - mean[:, None, None]) * mask[:, None]


def _alike(chips: Sequence[Chip], step: int) -> list[list[int]]:
    """Return rows of chips of one size, at most `step` together."""
    sizes: dict[tuple[int, ...], list[int]] = {}
    for row, chip in enumerate(chips):
        sizes.setdefault(chip.mask.shape, []).append(row)
    return [rows[start : start + step] for rows in sizes.values() for start in range(0, len(rows), step)]
