"""Encoders out of torchgeo's zoo, where somebody has installed it: weights for Sentinel-2, by torchgeo's own name.

Optional, and never on the default path: torchgeo needs torchvision, timm and a network for its weights. It is tested
here against a stand-in only (docs: torchgeo.readthedocs.io, torchgeo.models.get_weight and get_model).
"""

import hashlib
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mlcore.backbones.layout import chips_in_turn, without_chips
from mlcore.backbones.published import fingerprint
from mlcore.errors import BadFeatures, BadSensor, NotInstalled, UnknownName
from mlcore.samples import Chip, Sample
from mlcore.sensors import Quantity, Sensor

_TO_1E4 = {Quantity.REFLECTANCE: 1e4, Quantity.REFLECTANCE_1E4: 1.0}
_BATCH = 32


class TorchGeo:
    """A pooled encoder of torchgeo; it reads the first chip that has every band it was trained with."""

    def __init__(self, network: Any, weights: Any, name: str) -> None:
        self.network, self.weights, self.name = network.eval().requires_grad_(False), weights, name
        self.bands = tuple(_plain(band) for band in weights.meta["bands"])
        self.dim = int(network.num_features)
        self.digest = hashlib.sha256(f"torchgeo 1 {name}".encode() + fingerprint(network)).hexdigest()

    def cannot_read(self, sample: Sample) -> str:
        """Say which bands are missing, or return ''."""
        if reason := without_chips(self.name, sample):
            return reason
        reasons = [self._missing(chip.sensor) for chip in sample.chips]
        return "" if "" in reasons else f"{self.name} can't read it: {'; '.join(dict.fromkeys(reasons))}"

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim]; invalid pixels are 0.

        Raises:
            BadFeatures: a sample lacks a band, or samples differ in their sensors or sizes.
        """
        turns = chips_in_turn(self.name, samples)
        if not turns:
            return np.zeros((0, self.dim), np.float32)
        if reason := self.cannot_read(samples[0]):
            raise BadFeatures(f"Sample 0: {reason}.")
        chips = next(turn for turn in turns if not self._missing(turn[0].sensor))
        with torch.no_grad():
            parts = [self._vectors(chips[at : at + _BATCH]) for at in range(0, len(chips), _BATCH)]
        return np.concatenate(parts)

    def _missing(self, sensor: Sensor) -> str:
        absent = [band for band in self.bands if band not in {_plain(own.name) for own in sensor.bands}]
        if absent:
            return f"{sensor.title} has no {', '.join(absent)}"
        return "" if sensor.quantity in _TO_1E4 else f"{sensor.title} is in {sensor.quantity}, not reflectance"

    def _vectors(self, chips: Sequence[Chip]) -> NDArray[np.float32]:
        sensor = chips[0].sensor
        order = [[_plain(own.name) for own in sensor.bands].index(band) for band in self.bands]
        pixels = np.stack([np.where(chip.mask, chip.pixels, 0)[order] for chip in chips]) * _TO_1E4[sensor.quantity]
        ready = self.weights.transforms({"image": torch.from_numpy(pixels.astype(np.float32))})["image"]
        found: NDArray[np.float32] = self.network(ready).float().flatten(1).numpy()
        return found


def load(name: str) -> TorchGeo:
    """Return an encoder by torchgeo's name of its weights, such as 'ResNet18_Weights.SENTINEL2_ALL_MOCO'.

    Raises:
        NotInstalled: torchgeo can't be imported.
        UnknownName: torchgeo has no such weights.
        BadSensor: they aren't for Sentinel-2.
    """
    try:
        models = import_module("torchgeo.models")
    except (ImportError, RuntimeError) as error:  # RuntimeError: a torchvision that doesn't fit this torch
        raise NotInstalled(
            f"'torchgeo:{name}' needs torchgeo with a fitting torchvision: pip install torchgeo ({error})."
        ) from error
    try:
        weights = models.get_weight(name)
    except (KeyError, ValueError) as error:
        raise UnknownName("weights of torchgeo", name, ["those that torchgeo.models lists"]) from error
    if not all(str(band).upper().startswith("B") for band in weights.meta.get("bands", ["unknown"])):
        raise BadSensor(f"The weights {name} of torchgeo aren't for Sentinel-2's bands; only those can be read here.")
    return TorchGeo(models.get_model(weights.meta["model"], weights=weights, num_classes=0), weights, name)


def _plain(band: str) -> str:
    """Return a band's name as torchgeo has it: 'B02' and 'B2' are one."""
    return "B" + str(band).upper().lstrip("B").lstrip("0")
