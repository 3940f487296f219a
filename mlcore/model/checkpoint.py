"""Checkpoints: weights as safetensors with a JSON contract and a numeric self-test. Never a pickle."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from mlcore.errors import BadCheckpoint, MLCoreError
from mlcore.files import whole
from mlcore.model.contract import input_contract
from mlcore.model.encoder import Encoder
from mlcore.model.network import Config, Network
from mlcore.model.spectra import Spectra
from mlcore.samples import Chip, Sample
from mlcore.sensors import get_sensor, sensor_from_dict
from mlcore.text import SENTENCES, SentenceEncoder, get_sentences

FORMAT = "terrascribe-encoder-2"
_NETWORK = "network."
_SELF_TEST = "self_test.vectors"
_SPECTRA = ("spectra.mean", "spectra.covariance")
_SPECTRA_FORMAT = "terrascribe-spectra-1"
_TOLERANCE = 2e-3  # float32 sums differ by about 1e-4 between processors
_PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")  # zipped by torch, or bare


def save_encoder(encoder: Encoder, path: Path) -> None:
    """Write weights, configuration, data card, input contract and a self-test to one safetensors file."""
    tensors = {f"{_NETWORK}{name}": tensor.contiguous() for name, tensor in encoder.network.state_dict().items()}
    tensors[_SELF_TEST] = torch.from_numpy(_self_test(encoder))
    extras: dict[str, object] = {"knowledge": encoder.knowledge}
    if encoder.spectra:
        extras |= _spectra_extras(encoder.spectra)
        tensors |= _spectra_tensors(encoder.spectra)
    if encoder.sentences:
        extras["sentences"] = encoder.sentences.name
    contract = {
        "format": FORMAT,
        "config": json.dumps(encoder.network.config.to_dict()),
        "card": json.dumps(encoder.card),  # what data it saw, under which licence, by which command
        "extras": json.dumps(extras),
        "input": json.dumps(input_contract()),
    }
    _write(tensors, contract, path)


def save_spectra(spectra: Spectra, path: Path) -> None:
    """Write what spectra look like to a file of their own, for encoders that are not saved with them."""
    contract = {"format": _SPECTRA_FORMAT, "extras": json.dumps(_spectra_extras(spectra))}
    _write(_spectra_tensors(spectra), contract, path)


def read_spectra(path: Path) -> Spectra:
    """Read spectra that `save_spectra` wrote.

    Raises:
        BadCheckpoint: the file is missing, a pickle, damaged, or of another format.
    """
    contract, tensors = _opened(path, _SPECTRA_FORMAT)
    try:
        return _rebuilt_spectra(json.loads(contract["extras"]), tensors)
    except (KeyError, TypeError, ValueError, MLCoreError) as error:
        raise BadCheckpoint(f"{path} doesn't hold whole spectra: {error}.") from error


def _spectra_extras(spectra: Spectra) -> dict[str, object]:
    return {"spectra": spectra.sensor.to_dict(), "strict": spectra.strict}


def _spectra_tensors(spectra: Spectra) -> dict[str, torch.Tensor]:
    arrays = (spectra.mean, spectra.covariance)
    return {name: torch.from_numpy(array) for name, array in zip(_SPECTRA, arrays, strict=True)}


def _rebuilt_spectra(extras: dict[str, Any], tensors: dict[str, torch.Tensor]) -> Spectra:
    mean, covariance = (tensors[name].numpy() for name in _SPECTRA)
    return Spectra(sensor_from_dict(extras["spectra"]), mean, covariance, strict=extras.get("strict", False))


def _write(tensors: dict[str, torch.Tensor], contract: dict[str, str], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as partial:
        save_file(tensors, partial, metadata=contract)


def read_encoder(path: Path) -> Encoder:
    """Read an encoder and check that it computes what it computed when it was saved.

    Raises:
        BadCheckpoint: the file is missing, a pickle, damaged, of another format, or fails its self-test.
    """
    contract, tensors = _opened(path)
    encoder = _rebuilt(contract, tensors, path)
    expected = tensors[_SELF_TEST].numpy()
    computed = _self_test(encoder)
    if computed.shape != expected.shape:
        raise BadCheckpoint(
            f"{path} was saved with vectors of {expected.shape[-1]} numbers; "
            f"this version computes {computed.shape[-1]}. "
            "Read it with the version that saved it, or train again."
        )
    difference = float(np.abs(computed - expected).max())
    if not difference <= _TOLERANCE:
        raise BadCheckpoint(f"{path} fails its self-test by {difference:.2g}: the weights or this code have changed.")
    return encoder


def _opened(path: Path, expected: str = FORMAT) -> tuple[dict[str, str], dict[str, torch.Tensor]]:
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start.startswith(_PICKLES):
            raise BadCheckpoint(f"{path} is a pickle, which could run code; only safetensors files are read.")
        with safe_open(path, framework="pt") as file:
            contract = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (OSError, SafetensorError) as error:
        raise BadCheckpoint(f"{path} is not a readable safetensors file: {error}.") from error
    if contract.get("format") != expected:
        raise BadCheckpoint(f"{path} has format {contract.get('format')!r}; this version reads {expected!r}.")
    return contract, tensors


def _rebuilt(contract: dict[str, str], tensors: dict[str, torch.Tensor], path: Path) -> Encoder:
    try:
        network = Network(Config(**json.loads(contract["config"])))
        network.load_state_dict({k.removeprefix(_NETWORK): v for k, v in tensors.items() if k.startswith(_NETWORK)})
        extras = json.loads(contract["extras"])
        encoder = Encoder(network=network.requires_grad_(False), card=json.loads(contract["card"]))
        encoder = encoder.with_knowledge(*extras["knowledge"])
        if "spectra" in extras:
            encoder = replace(encoder, spectra=_rebuilt_spectra(extras, tensors))
        if "sentences" in extras:
            encoder = encoder.with_text(_sentences(extras["sentences"], path))
        tensors[_SELF_TEST]
    except BadCheckpoint:
        raise
    except (KeyError, TypeError, ValueError, RuntimeError, MLCoreError) as error:
        raise BadCheckpoint(f"{path} doesn't hold a whole encoder: {error}.") from error
    return encoder


def _sentences(name: str, path: Path) -> SentenceEncoder:
    if name not in SENTENCES:
        raise BadCheckpoint(f"{path} reads texts by {name!r}; save it without texts and add them after reading it.")
    return get_sentences(name)


def _self_test(encoder: Encoder) -> NDArray[np.float32]:
    """Return the vectors of three fixed samples: optical, SAR, and three dates of one place."""
    dates = (date(2020, 1, 10), date(2020, 4, 1), date(2020, 9, 20))
    series = [_wavy("sentinel2-l2a", 1500 + 400 * index, 500, day) for index, day in enumerate(dates)]
    radar = replace(_wavy("sentinel1-grd", -12, 5), orbit="ascending", incidence_deg=38.0)
    return encoder.embed([Sample((_wavy("landsat7-etm", 100, 40),)), Sample((radar,)), Sample(tuple(series))])


def _wavy(sensor_code: str, level: float, swing: float, acquired: date | None = None) -> Chip:
    sensor = get_sensor(sensor_code)
    band, row, column = np.meshgrid(np.arange(len(sensor.bands)), np.arange(24), np.arange(20), indexing="ij")
    pixels = level + swing * np.sin(0.3 * row + 0.7 * band) * np.cos(0.2 * column - 0.4 * band)
    return Chip(pixels.astype(np.float32), np.ones((24, 20), bool), sensor, acquired=acquired)
