"""Encoders: every way to turn samples into vectors, ours and those of others, by one name each."""

from collections.abc import Callable
from pathlib import Path

from mlcore.encoders import galileo, ours, presto
from mlcore.encoders.cached import Cached
from mlcore.encoders.foreign import Foreign
from mlcore.encoders.image_statistics import ImageStatistics
from mlcore.encoders.protocol import AnyEncoder
from mlcore.encoders.random_convolutions import RandomConvolutions
from mlcore.encoders.zoo import terratorch, torchgeo
from mlcore.errors import BadCheckpoint, UnknownName

__all__ = ["ENCODERS", "AnyEncoder", "Cached", "get_encoder"]

# What stands before a colon in a spec -> what makes an encoder of what stands after it.
ENCODERS: dict[str, Callable[[str], AnyEncoder]] = {
    "nano": lambda _: ours.load("nano"),
    "statistics": lambda _: ours.load("statistics"),
    "random": lambda size: ours.untrained(size or "nano"),
    "image-statistics": lambda _: ImageStatistics(),
    "random-convolutions": lambda seed: RandomConvolutions(int(seed or 0)),
    "galileo": lambda folder: galileo.load(_named(folder, "galileo:FOLDER")),
    "galileo-untrained": lambda seed: galileo.untrained(int(seed or 0)),
    "presto": lambda path: presto.load(_named(path, "presto:FILE")),
    "presto-untrained": lambda seed: presto.untrained(int(seed or 0)),
    "torchgeo": torchgeo.load,
    "terratorch": terratorch.load,
}


def get_encoder(spec: str) -> AnyEncoder:
    """Return an encoder by its spec.

    Args:
        spec: 'nano', 'statistics', 'random' (untrained nano), 'random:SIZE', 'image-statistics', 'random-convolutions',
            'galileo:FOLDER', 'presto:FILE', 'torchgeo:WEIGHTS' or 'terratorch:NAME' (or for the name a recipe, .json),
            or the path of a .safetensors file of ours; with '+place', '+season', '+weather' at its end for each thing
            that it is told besides the imagery.

    Raises:
        UnknownName: no such encoder or knowledge; the message lists those there are.
        BadCheckpoint: its weights can't be read.
    """
    plain, told = _parted(spec)
    kind, _, rest = plain.partition(":")
    if kind in ENCODERS:
        encoder = ENCODERS[kind](rest)
    elif Path(plain).suffix == ".safetensors" and Path(plain).is_file():
        encoder = ours.load(plain)
    else:
        raise UnknownName("encoder", plain, [*ENCODERS, "a .safetensors file"])
    if not told:
        return encoder
    if not isinstance(encoder, ours.Ours | Foreign):
        raise UnknownName(f"knowledge of {encoder.name}", told[0], ["nothing but the imagery"])
    return encoder.with_knowledge(*told)


def _parted(spec: str) -> tuple[str, list[str]]:
    """Part a spec from the knowledge at its end; a plus sign may stand in a path too."""
    parts, told = spec.split("+"), list[str]()
    while len(parts) > 1 and parts[-1].isalpha():
        told.insert(0, parts.pop())
    return "+".join(parts), told


def _named(path: str, spec: str) -> Path:
    if not path:
        raise BadCheckpoint(f"These weights aren't shipped; say where they are: {spec}.")
    return Path(path)
