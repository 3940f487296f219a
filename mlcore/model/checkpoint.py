"""Checkpoints: weights as safetensors with a JSON contract and a numeric self-test. Never a pickle."""

import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from mlcore.errors import BadCheckpoint
from mlcore.model.encoder import Encoder
from mlcore.model.network import Config, Network
from mlcore.samples import Chip, Sample
from mlcore.sensors import get_sensor

FORMAT = "terrascribe-encoder-1"
_SELF_TEST = "self_test.vector"
_TOLERANCE = 2e-3  # float32 sums differ by about 1e-4 between processors


def save_encoder(encoder: Encoder, path: Path) -> None:
    """Write weights, configuration, data card and a self-test to one safetensors file."""
    tensors = {f"network.{name}": tensor.contiguous() for name, tensor in encoder.network.state_dict().items()}
    tensors[_SELF_TEST] = torch.from_numpy(_self_test(encoder))
    contract = {
        "format": FORMAT,
        "config": json.dumps(encoder.network.config.to_dict()),
        "card": json.dumps(encoder.card),
        "input": "chips of any sensor; pixels in the quantity that the sensor declares, scaled by mlcore.model.slots",
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    save_file(tensors, partial, metadata=contract)
    partial.replace(path)  # a reader never sees half a file


def read_encoder(path: Path) -> Encoder:
    """Read an encoder and check that it computes what it computed when it was saved.

    Raises:
        BadCheckpoint: the file is missing, damaged, of another format, or fails its self-test.
    """
    try:
        with safe_open(path, framework="pt") as file:
            contract = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (OSError, SafetensorError) as error:
        raise BadCheckpoint(f"{path} is not a readable safetensors file: {error}.") from error
    if contract.get("format") != FORMAT:
        raise BadCheckpoint(f"{path} has format {contract.get('format')!r}; this version reads {FORMAT!r}.")
    encoder = _rebuilt(contract, tensors, path)
    difference = float(np.abs(_self_test(encoder) - tensors[_SELF_TEST].numpy()).max())
    if not difference <= _TOLERANCE:
        raise BadCheckpoint(f"{path} fails its self-test by {difference:.2g}: the weights or this code have changed.")
    return encoder


def _rebuilt(contract: dict[str, str], tensors: dict[str, torch.Tensor], path: Path) -> Encoder:
    prefix = "network."
    try:
        network = Network(Config(**json.loads(contract["config"])))
        network.load_state_dict({k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)})
        tensors[_SELF_TEST]
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise BadCheckpoint(f"{path} doesn't hold a whole encoder: {error}.") from error
    return Encoder(network=network, card=json.loads(contract.get("card", "{}")))


def _self_test(encoder: Encoder) -> NDArray[np.float32]:
    """Return the vectors of two fixed samples: seven optical bands, and two polarisations."""
    vectors = encoder.embed([_wavy("landsat7-etm", 100, 40), _wavy("sentinel1-grd", -12, 5)])
    return vectors


def _wavy(sensor_code: str, level: float, swing: float) -> Sample:
    sensor = get_sensor(sensor_code)
    band, row, column = np.meshgrid(np.arange(len(sensor.bands)), np.arange(24), np.arange(20), indexing="ij")
    pixels = level + swing * np.sin(0.3 * row + 0.7 * band) * np.cos(0.2 * column - 0.4 * band)
    return Sample((Chip(pixels.astype(np.float32), np.ones((24, 20), bool), sensor),))
