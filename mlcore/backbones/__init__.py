"""Backbones: every way to turn samples into vectors, ours and those of others, by one name each."""

from collections.abc import Callable
from pathlib import Path

from mlcore.backbones import galileo, ours, presto
from mlcore.backbones.image_statistics import ImageStatistics
from mlcore.backbones.protocol import Backbone
from mlcore.backbones.random_convolutions import RandomConvolutions
from mlcore.errors import BadCheckpoint, UnknownName

__all__ = ["BACKBONES", "Backbone", "load_backbone"]

# What stands before a colon in a spec -> what makes a backbone of what stands after it.
BACKBONES: dict[str, Callable[[str], Backbone]] = {
    "nano": lambda _: ours.load("nano"),
    "statistics": lambda _: ours.load("statistics"),
    "random": lambda seed: ours.untrained(int(seed or 0)),
    "image-statistics": lambda _: ImageStatistics(),
    "random-convolutions": lambda seed: RandomConvolutions(int(seed or 0)),
    "galileo": lambda folder: galileo.load(_named(folder, "galileo:FOLDER")),
    "galileo-untrained": lambda seed: galileo.untrained(int(seed or 0)),
    "presto": lambda path: presto.load(_named(path, "presto:FILE")),
    "presto-untrained": lambda seed: presto.untrained(int(seed or 0)),
}


def load_backbone(spec: str) -> Backbone:
    """Return a backbone by its spec.

    Args:
        spec: 'nano', 'statistics', 'random' (untrained nano), 'image-statistics', 'random-convolutions',
            'galileo:FOLDER', 'presto:FILE', or the path of a .safetensors file of ours.

    Raises:
        UnknownName: no such backbone; the message lists those there are.
        BadCheckpoint: its weights can't be read.
    """
    kind, _, rest = spec.partition(":")
    if kind in BACKBONES:
        return BACKBONES[kind](rest)
    if Path(spec).suffix == ".safetensors" and Path(spec).is_file():
        return ours.load(spec)
    raise UnknownName("backbone", spec, [*BACKBONES, "a .safetensors file"])


def _named(path: str, spec: str) -> Path:
    if not path:
        raise BadCheckpoint(f"These weights aren't shipped; say where they are: {spec}.")
    return Path(path)
