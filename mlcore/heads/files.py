"""Heads on disk: safetensors, never a pickle."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from mlcore.errors import BadCheckpoint
from mlcore.heads.logistic import Logistic

_FORMAT = "terrascribe-head-1"


def write_logistic(head: Logistic, path: Path, *, kind: str) -> None:
    """Write a head's arrays, marked with its kind."""
    arrays: dict[str, NDArray[Any]] = {
        "classes": head.classes,
        "weights": np.ascontiguousarray(head.weights),
        "bias": head.bias,
        "temperature": np.array([head.temperature], np.float32),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    save_file(arrays, partial, metadata={"format": _FORMAT, "kind": kind})
    partial.replace(path)  # a reader never sees half a file


def read_logistic(path: Path, *, kind: str) -> Logistic:
    """Read a head of `kind`.

    Raises:
        BadCheckpoint: the file is missing, damaged, or holds something else.
    """
    try:
        with safe_open(path, framework="np") as file:
            found = (file.metadata() or {}).get("format"), (file.metadata() or {}).get("kind")
            if found != (_FORMAT, kind):
                raise BadCheckpoint(f"{path} is no {kind} head of format {_FORMAT!r}: it says {found}.")
            classes, weights, bias, temperature = (
                file.get_tensor(name) for name in ("classes", "weights", "bias", "temperature")
            )
    except (OSError, SafetensorError) as error:
        raise BadCheckpoint(f"{path} is not a readable head: {error}.") from error
    if weights.ndim != 2 or not weights.shape[1] == len(classes) == len(bias):
        raise BadCheckpoint(f"{path} is damaged: its arrays don't fit each other.")
    return Logistic(classes, weights, bias, float(temperature[0]))
