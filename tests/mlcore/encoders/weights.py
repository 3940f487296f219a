"""Published weights, for tests that need the real ones; and weights of the same form, drawn at random."""

import json
import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from mlcore.encoders import galileo, presto

_SIZES = {"embedding_size": 128, "depth": 4, "num_heads": 8, "mlp_ratio": 4}
ROOT = Path(os.environ.get("TERRASCRIBE_TEST_DATA", Path(__file__).parents[4] / "shared/data"))


def published(name: str) -> Path:
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"{path} is not there: set TERRASCRIBE_TEST_DATA to a folder of test data")
    return path


def lay_presto(folder, name="default_model.pt", seed=0):
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"encoder.{key}": value for key, value in presto.untrained(seed).network.state_dict().items()}
    tensors = {key: value.contiguous() for key, value in tensors.items()}
    (save_file if name.endswith(".safetensors") else torch.save)(tensors, folder / name)


def lay_galileo(folder, name="encoder.safetensors", **sizes):
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for key, value in galileo.untrained().network.state_dict().items():
        if ".qkv." in key:
            parts = value.chunk(3)
            tensors |= {key.replace("qkv", part): piece.contiguous() for part, piece in zip("qkv", parts, strict=True)}
        else:
            tensors[key] = value.contiguous()
    save_file(tensors, folder / name)
    (folder / "config.json").write_text(json.dumps({"model": {"encoder": _SIZES | sizes}}))
