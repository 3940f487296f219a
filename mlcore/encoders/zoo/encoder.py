"""An encoder of somebody else's library: it reads the chips that fit its contract."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib import import_module
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mlcore.encoders.layout import chips_in_turn, without_chips
from mlcore.encoders.protocol import VectorsOnly
from mlcore.encoders.published import fingerprint
from mlcore.encoders.zoo.contract import Contract, Recipe
from mlcore.errors import BadFeatures, NotInstalled
from mlcore.samples import Chip, Sample
from mlcore.sensors import Sensor

_BATCH = 16
Prepare = Callable[[Tensor], Tensor]  # [n, C, h, w] to what the network takes


class ZooEncoder(VectorsOnly):
    """A frozen encoder, its answer averaged over places; each of its inputs is read from the first chip that fits."""

    def __init__(self, library: str, network: Any, recipe: Recipe, *, dim: int, prepare: Prepare | None = None) -> None:
        """Take a built network; `prepare` stands in for bringing tiles to the recipe's side."""
        self.name, self.dim = recipe.encoder, dim
        self.network, self.recipe = network.eval().requires_grad_(False), recipe
        self.prepare = prepare or self._to_side
        told = f"{library} 2 {asdict(recipe)}"
        self.digest = hashlib.sha256(told.encode() + fingerprint(network)).hexdigest()

    def cannot_read(self, sample: Sample) -> str:
        """Say what is missing, or return ''."""
        if reason := without_chips(self.name, sample):
            return reason
        if self._readable([chip.sensor for chip in sample.chips]):
            return ""
        reasons = [self.recipe.inputs[0].missing(chip.sensor) for chip in sample.chips]
        return f"{self.name} can't read it: {'; '.join(dict.fromkeys(reasons))}"

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim]; invalid pixels are as the mean of the training data.

        Raises:
            BadFeatures: a sample lacks a band, or samples differ in their sensors or sizes.
        """
        turns = chips_in_turn(self.name, samples)
        if not turns:
            return np.zeros((0, self.dim), np.float32)
        if reason := self.cannot_read(samples[0]):
            raise BadFeatures(f"Sample 0: {reason}.")
        read = self._readable([turn[0].sensor for turn in turns])
        with torch.no_grad():
            parts = [
                self._vectors({contract: turns[turn][at : at + _BATCH] for contract, turn in read})
                for at in range(0, len(samples), _BATCH)
            ]
        return np.concatenate(parts)

    def _readable(self, sensors: Sequence[Sensor]) -> list[tuple[Contract, int]]:
        """Return each input that some chip fits, with the place of the first such chip."""
        readable = []
        for contract in self.recipe.inputs:
            places = [place for place, sensor in enumerate(sensors) if not contract.missing(sensor)]
            readable += [(contract, places[0])] if places else []
        return readable

    def _vectors(self, chips: dict[Contract, list[Chip]]) -> NDArray[np.float32]:
        shown = {
            contract.key: self.prepare(torch.from_numpy(np.stack([contract.read(chip) for chip in some])))
            for contract, some in chips.items()
        }
        answer = self.network(shown.get("", shown))
        vectors: NDArray[np.float32] = _averaged(answer, self.recipe.skip).float().numpy()
        return vectors

    def _to_side(self, pixels: Tensor) -> Tensor:
        side = self.recipe.side
        return pixels if side is None else functional.interpolate(pixels, size=(side, side), mode="bilinear")


def installed(library: str, module: str, spec: str) -> Any:
    """Import a module of a library.

    Raises:
        NotInstalled: it isn't there, or its torchvision doesn't fit this torch.
    """
    try:
        return import_module(module)
    except (ImportError, RuntimeError) as error:
        raise NotInstalled(
            f"'{spec}' needs {library} with a fitting torchvision: pip install {library} ({error})."
        ) from error


def _averaged(answer: Any, skip: int) -> Tensor:
    """Return vectors [n, d] of the last of several layers: tokens [n, t, d] or maps [n, d, h, w] are averaged."""
    last: Tensor = answer[-1] if isinstance(answer, list | tuple) else answer
    if last.ndim == 4:
        return last.mean((2, 3))
    return last[:, skip:].mean(1) if last.ndim == 3 else last
