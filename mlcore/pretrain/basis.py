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


def fit_basis(network: Network, scenes: Sequence[Chip], *, seed: int = 0) -> None:
    """Set a network's slot means, slot scales and basis from scaled scenes (`crops.CropSampler.scenes`)."""
    rng = np.random.default_rng(seed)
    spectra = [_spectra(scene, rng) for scene in scenes]
    supported = np.array([np.abs(slots.interpolation(scene.sensor)).sum(1) > 0 for scene in scenes])
    times = supported.sum(0).clip(min=1)
    mean = sum(rows.mean(0) * has for rows, has in zip(spectra, supported, strict=True)) / times
    together = supported.T.astype(float) @ supported
    covariance = sum(np.cov(rows.T) for rows in spectra) / together.clip(min=1)
    scale = np.where(supported.any(0), np.sqrt(np.diag(covariance).clip(1e-6)), 1.0)
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    top = np.argsort(values)[::-1][: network.config.rank]
    whitened = vectors[:, top] / np.sqrt(values[top].clip(min=_FLOOR * values.max()))
    known = torch.from_numpy(supported.any(0))
    basis = torch.where(known[:, None], torch.from_numpy(whitened).float(), network.tokenizer.basis.detach())
    network.set_basis(torch.from_numpy(np.asarray(mean)), torch.from_numpy(scale), basis)


def _spectra(scene: Chip, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return spectra of random valid pixels on the lattice, level removed as in the tokenizer, [n, SLOTS]."""
    valid = np.flatnonzero(scene.mask)
    picked = rng.choice(valid, min(_PIXELS, valid.size), replace=False)
    pixels = scene.pixels.reshape(len(scene.pixels), -1)[:, picked].astype(np.float64)
    level = pixels.mean(0) if len(pixels) > 1 else pixels.mean()
    spectra: NDArray[np.float64] = (slots.interpolation(scene.sensor) @ (pixels - level)).T
    return spectra
