"""Our own encoders: shipped, saved, without weights, and untrained at any size."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from mlcore.encoders.layout import without_chips
from mlcore.model import Encoder, Network, StatisticsEncoder, load_encoder
from mlcore.model.network.config import get_config
from mlcore.samples import Sample


@dataclass(frozen=True)
class Ours:
    """One of our encoders; it reads every sample that has imagery."""

    encoder: StatisticsEncoder
    name: str

    @property
    def dim(self) -> int:
        """Return the length of its vectors."""
        return self.encoder.dim

    @property
    def digest(self) -> str:
        """Return what identifies its vectors."""
        return self.encoder.digest

    @property
    def card(self) -> dict[str, str]:
        """Return what is known about its training; empty without weights."""
        return dict(getattr(self.encoder, "card", {}))

    @property
    def blocks(self) -> dict[str, slice]:
        """Return which columns of a vector are of one kind."""
        return self.encoder.blocks

    def with_knowledge(self, *kinds: str) -> "Ours":
        """Return one whose vectors end with what is known of a sample: its place, season, weather, resolution.

        Raises:
            UnknownName: no such kind; the message lists those there are.
        """
        return Ours(self.encoder.with_knowledge(*kinds), f"{self.name}+{'+'.join(kinds)}")

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim]."""
        return self.encoder.embed(samples)

    def cannot_read(self, sample: Sample) -> str:
        """Say that a sample has no imagery, or return ''."""
        return without_chips(self.name, sample)


def load(name_or_path: str | Path) -> Ours:
    """Return a shipped encoder, the one without weights, or one from a file."""
    return Ours(load_encoder(name_or_path), Path(name_or_path).stem)


def untrained(size: str = "nano", seed: int = 0) -> Ours:
    """Return an encoder of any size as it is before its first step: what pretraining has to beat.

    Raises:
        UnknownName: no such size; the message lists those there are.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = Network(get_config(size))
    return Ours(Encoder(network=network.requires_grad_(False)), "random" if size == "nano" else f"random {size}")
