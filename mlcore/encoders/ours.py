"""Our own encoders: shipped, saved, without weights, and untrained at any size."""

from pathlib import Path

import torch

from mlcore.encoders.named import Named
from mlcore.model import Encoder, Network, StatisticsEncoder, load_encoder
from mlcore.model.network.config import get_config


class Ours(Named[StatisticsEncoder]):
    """One of our encoders, by the name of its file; it reads every sample that has imagery."""

    def with_knowledge(self, *kinds: str) -> "Ours":
        """Return one whose vectors end with what is known of a sample: its place, season, weather, resolution.

        Raises:
            UnknownName: no such kind; the message lists those there are.
        """
        return Ours(self.encoder.with_knowledge(*kinds), f"{self.name}+{'+'.join(kinds)}")


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
