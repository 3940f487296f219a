"""Heads on disk: safetensors, never a pickle."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from mlcore.errors import BadCheckpoint
from mlcore.files import whole

Arrays = dict[str, NDArray[Any]]
_FORMAT = "terrascribe-head-1"


def write_head(path: Path, *, kind: str, arrays: Mapping[str, NDArray[Any]], notes: Mapping[str, Any] = {}) -> None:  # noqa: B006 (never written)
    """Write a head's arrays and JSON-ready notes, marked with its kind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"format": _FORMAT, "kind": kind, "notes": json.dumps(dict(notes))}
    with whole(path) as partial:
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, partial, metadata=metadata)


def read_head(path: Path, *, kind: str) -> tuple[Arrays, dict[str, Any]]:
    """Read the arrays and notes of a head of `kind`.

    Raises:
        BadCheckpoint: the file is missing, damaged, or holds something else.
    """
    try:
        with safe_open(path, framework="np") as file:
            metadata = file.metadata() or {}
            stated = metadata.get("format"), metadata.get("kind")
            if stated != (_FORMAT, kind):
                raise BadCheckpoint(f"{path} is no {kind} head of format {_FORMAT!r}: it says {stated}.")
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
            return arrays, json.loads(metadata.get("notes", "{}"))
    except (OSError, SafetensorError, json.JSONDecodeError) as error:
        raise BadCheckpoint(f"{path} is not a readable head: {error}.") from error


def expect(fits: bool, path: Path) -> None:
    """Refuse a head whose arrays contradict each other.

    Raises:
        BadCheckpoint: they do.
    """
    if not fits:
        raise BadCheckpoint(f"{path} is damaged: its arrays don't fit each other.")


def named(arrays: Arrays, prefix: str) -> Arrays:
    """Return the arrays whose names start with a prefix, without it."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
