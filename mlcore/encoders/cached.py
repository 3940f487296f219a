"""Cached: an encoder whose vectors are kept in a folder, by its digest and that of the samples."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore.encoders.named import Named
from mlcore.encoders.protocol import AnyEncoder
from mlcore.samples import Sample


class Cached(Named[AnyEncoder]):
    """An encoder that looks first whether it has seen just these samples before."""

    def __init__(self, encoder: AnyEncoder, folder: Path) -> None:
        super().__init__(encoder, encoder.name)
        self.folder = folder

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim], from the folder if they are there."""
        path = self.folder / f"{_digest(self.encoder.digest, samples)}.npy"
        if path.is_file():
            kept: NDArray[np.float32] = np.load(path, allow_pickle=False)
            return kept
        made = self.encoder.embed(samples)
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            np.save(file, made, allow_pickle=False)
        partial.replace(path)  # a reader never sees half a file
        return made


def _digest(encoder: str, samples: Sequence[Sample]) -> str:
    digest = hashlib.sha256(encoder.encode())
    for sample in samples:
        digest.update(f"{sample.place} {sample.acquired} {sample.texts} {len(sample.chips)}".encode())
        for chip in sample.chips:
            known = (chip.sensor, chip.acquired, chip.bounds, chip.crs, chip.orbit, chip.incidence_deg)
            digest.update(f"{known} {chip.pixels.shape}".encode())
            digest.update(chip.pixels.astype(np.float32).tobytes() + chip.mask.tobytes())
        if sample.weather is not None:
            digest.update(f"{sample.weather.days} {sample.weather.variables}".encode())
            digest.update(sample.weather.values.tobytes())
    return digest.hexdigest()
