"""Published weights: read without running anything in them, fitted exactly, or drawn anew."""

import hashlib
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from mlcore.errors import BadCheckpoint

_LONGEST = 300  # characters of somebody else's message


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a .safetensors file or a published .pt file, tensors only: nothing in it is run.

    Raises:
        BadCheckpoint: it is missing, damaged, or holds anything but tensors.
    """
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        held: Any = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError, SafetensorError) as error:
        raise BadCheckpoint(f"{path} can't be read as plain weights: {str(error)[:_LONGEST]}.") from error
    if not isinstance(held, Mapping) or not all(isinstance(value, Tensor) for value in held.values()):
        raise BadCheckpoint(f"{path} holds something else than named tensors.")
    return {str(name): value for name, value in held.items()}


def load_exactly(network: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Load weights, each by its name and shape; none may be missing or left over.

    Raises:
        BadCheckpoint: they don't fit, or hold NaN or infinity.
    """
    try:
        network.load_state_dict(tensors, strict=True)
    except RuntimeError as error:
        raise BadCheckpoint(
            f"{path} doesn't hold the weights of this architecture: {str(error)[:_LONGEST]}."
        ) from error
    if not all(bool(tensor.isfinite().all()) for tensor in network.state_dict().values()):
        raise BadCheckpoint(f"{path} holds NaN or infinity among its weights.")


def fingerprint(network: nn.Module) -> bytes:
    """Return the SHA-256 of a network's weights."""
    digest = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(name.encode() + tensor.contiguous().numpy().tobytes())
    return digest.digest()


def draw(module: nn.Module) -> None:
    """Draw a layer's weights as the published encoders begin: Xavier's uniform, without bias."""
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)
