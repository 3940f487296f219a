"""Prithvi encoders out of terratorch's registry, where somebody has installed it: six bands of reflectance.

Optional, and never on the default path: terratorch needs torchgeo, torchvision, timm and a network for its weights. It
is tested here against a stand-in only (docs: ibm.github.io/terratorch, "Registries" and "Prithvi EO Models").
"""

import hashlib
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from mlcore.backbones.layout import chips_in_turn, without_chips
from mlcore.backbones.published import fingerprint
from mlcore.errors import BadFeatures, NotInstalled, UnknownName
from mlcore.samples import Chip, Sample
from mlcore.sensors import Modality, Quantity, Sensor

_TO_1E4 = {Quantity.REFLECTANCE: 1e4, Quantity.REFLECTANCE_1E4: 1.0}
_BATCH = 16
_SIDE = 224  # px that the encoders were trained on; patches of 14 and of 16 px both divide it
# Band of the Harmonized Landsat Sentinel-2 product -> its centre in nm, and how far another sensor's may lie from it.
_BANDS = {
    "BLUE": (490, 30),
    "GREEN": (560, 30),
    "RED": (665, 30),
    "NIR_NARROW": (865, 45),
    "SWIR_1": (1610, 60),
    "SWIR_2": (2190, 80),
}
# Mean and deviation of each band, x 10^4, by which each generation was trained (config.json beside the weights).
_SCALES = {
    "prithvi_eo_v1": ((775, 1081, 1229, 2497, 2204, 1611), (1282, 1270, 1399, 1368, 1292, 1155)),
    "prithvi_eo_v2": ((1087, 1342, 1433, 2734, 1958, 1363), (2248, 2179, 2178, 1850, 1242, 1049)),
}


class TerraTorch:
    """A Prithvi encoder, its patches averaged; it reads the first chip that has the six bands as reflectance."""

    def __init__(self, network: Any, name: str) -> None:
        self.network, self.name = network.eval().requires_grad_(False), name
        self.scale = _SCALES[_generation(name)]
        self.dim = int(network.out_channels[-1])
        self.digest = hashlib.sha256(f"terratorch 1 {name}".encode() + fingerprint(network)).hexdigest()

    def cannot_read(self, sample: Sample) -> str:
        """Say which bands are missing, or return ''."""
        if reason := without_chips(self.name, sample):
            return reason
        reasons = [_missing(chip.sensor) for chip in sample.chips]
        return "" if "" in reasons else f"{self.name} can't read it: {'; '.join(dict.fromkeys(reasons))}"

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
        chips = next(turn for turn in turns if not _missing(turn[0].sensor))
        with torch.no_grad():
            parts = [self._vectors(chips[at : at + _BATCH]) for at in range(0, len(chips), _BATCH)]
        return np.concatenate(parts)

    def _vectors(self, chips: Sequence[Chip]) -> NDArray[np.float32]:
        sensor = chips[0].sensor
        order = [place for band in _BANDS if (place := _nearest(sensor, band)) is not None]
        mean, deviation = (np.array(values, np.float32)[:, None, None] for values in self.scale)
        scaled = [(chip.pixels[order] * _TO_1E4[sensor.quantity] - mean) / deviation * chip.mask for chip in chips]
        pixels = torch.from_numpy(np.stack(scaled).astype(np.float32))
        layers = self.network(functional.interpolate(pixels, size=(_SIDE, _SIDE), mode="bilinear"))
        found: NDArray[np.float32] = layers[-1][:, 1:].float().mean(1).numpy()  # the first token stands for no place
        return found


def load(name: str) -> TerraTorch:
    """Return a Prithvi encoder by terratorch's name, such as 'prithvi_eo_v2_300'.

    Raises:
        NotInstalled: terratorch can't be imported.
        UnknownName: terratorch has no such encoder, or it is no Prithvi.
    """
    if not _generation(name):
        raise UnknownName("Prithvi encoder", name, [f"{generation}_..." for generation in _SCALES])
    try:
        registry = import_module("terratorch").BACKBONE_REGISTRY
    except (ImportError, RuntimeError) as error:  # RuntimeError: a torchvision that doesn't fit this torch
        raise NotInstalled(
            f"'terratorch:{name}' needs terratorch with a fitting torchvision: pip install terratorch ({error})."
        ) from error
    if name not in registry:
        raise UnknownName("encoder of terratorch", name, [known for known in registry if _generation(known)])
    return TerraTorch(registry.build(name, pretrained=True, bands=list(_BANDS), num_frames=1), name)


def _generation(name: str) -> str:
    return next((generation for generation in _SCALES if name.startswith(generation)), "")


def _missing(sensor: Sensor) -> str:
    if sensor.modality is not Modality.OPTICAL or sensor.quantity not in _TO_1E4:
        return f"{sensor.title} is in {sensor.quantity}, not reflectance"
    absent = [band for band in _BANDS if _nearest(sensor, band) is None]
    return f"{sensor.title} has no {', '.join(absent)}" if absent else ""


def _nearest(sensor: Sensor, band: str) -> int | None:
    """Return which of a sensor's bands lies nearest to one of the encoder's, or None."""
    centre, reach = _BANDS[band]
    away = [abs((own.wavelength_nm or 0) - centre) for own in sensor.bands]
    place = int(np.argmin(away))
    return place if away[place] <= reach else None
