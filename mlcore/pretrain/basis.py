"""The closed-form start of the spectral basis: principal components of the scenes' spectra on the slot lattice.

At small scale the closed-form tokens are most of what works, so training starts from them and not from noise.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from mlcore.model import slots
from mlcore.model.network import Network
from mlcore.samples import Chip

_PIXELS = 20_000
_FLOOR = 1e-3  # of the largest variance: weaker components are noise that whitening would blow up


def fit_basis(network: Network, chips: Sequence[Chip], *, seed: int = 0) -> None:
    """Set a network's slot means, slot scales and basis from chips as they come; every sensor counts alike."""
    rng = np.random.default_rng(seed)
    sensors = list(dict.fromkeys(chip.sensor for chip in chips))
    spectra = [_spectra([chip for chip in chips if chip.sensor == sensor], rng) for sensor in sensors]
    supported = np.array([np.abs(slots.interpolation(sensor)).sum(1) > 0 for sensor in sensors])
    times = supported.sum(0).clip(min=1)
    mean = sum(rows.mean(0) * has for rows, has in zip(spectra, supported, strict=True)) / times
    together = supported.T.astype(float) @ supported
    covariance = sum(np.atleast_2d(np.cov(rows.T)) for rows in spectra) / together.clip(min=1)
    scale = np.where(supported.any(0), np.sqrt(np.diag(covariance).clip(1e-6)), 1.0)
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    top = np.argsort(values)[::-1][: network.config.rank]
    whitened = vectors[:, top] / np.sqrt(values[top].clip(min=_FLOOR * values.max()))
    known = torch.from_numpy(supported.any(0))
    basis = torch.where(known[:, None], torch.from_numpy(whitened).float(), network.tokenizer.basis.detach())
    network.set_basis(torch.from_numpy(np.asarray(mean)), torch.from_numpy(scale), basis)


def _spectra(chips: Sequence[Chip], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return spectra of random valid pixels on the lattice, level removed as in the tokenizer, [n, SLOTS]."""
    sensor = chips[0].sensor
    each = max(2, _PIXELS // len(chips))
    pixels = np.concatenate([_some(chip, each, rng) for chip in chips], 1).astype(np.float64)
    level = pixels.mean(0) if len(pixels) > 1 else pixels.mean()
    spectra: NDArray[np.float64] = (slots.interpolation(sensor) @ (pixels - level)).T
    return spectra


def _some(chip: Chip, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return scaled random valid pixels, [bands, n]."""
    valid = np.flatnonzero(chip.mask)
    picked = rng.choice(valid, min(count, valid.size), replace=False)
    return slots.scaled(chip.pixels.reshape(len(chip.pixels), -1)[:, picked], chip.sensor.quantity)
