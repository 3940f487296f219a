"""The registry of encoders: each is imported when it is made, so that web processes read this table without torch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from mlcore.encoders.family import GALILEO, LITE, OURS, PRESTO, Family
from mlcore.encoders.protocol import AnyEncoder
from mlcore.errors import BadCheckpoint, UnknownName


@dataclass(frozen=True)
class Maker:
    """What makes encoders of one kind out of what stands after the colon of a spec."""

    place: str  # 'module:function', below mlcore.encoders
    default: str | None = None  # what stands for nothing after the colon; None: the function takes nothing
    read: Callable[[str], Any] = str
    family: Family | None = None  # of weights that can be laid into a folder for projects

    def __call__(self, rest: str) -> AnyEncoder:
        """Return an encoder."""
        module, _, function = self.place.partition(":")
        make = getattr(import_module(f"mlcore.encoders.{module}"), function)
        return cast("AnyEncoder", make() if self.default is None else make(self.read(rest or self.default)))


def _named(path: str) -> Path:
    if not path:
        raise BadCheckpoint(
            "These weights aren't shipped; say where they are: galileo:FOLDER, presto:FILE, lite0:FILE, ours:FILE."
        )
    return Path(path)


# What stands before a colon in a spec -> what makes an encoder of what stands after it.
ENCODERS: Mapping[str, Maker] = {
    "nano": Maker("ours:load", "nano"),
    "statistics": Maker("ours:load", "statistics"),
    "ours": Maker("ours:load", "", _named, OURS),
    "random": Maker("ours:untrained", "nano"),
    "words": Maker("words:load", ""),
    "image-statistics": Maker("image_statistics:ImageStatistics"),
    "random-convolutions": Maker("random_convolutions:RandomConvolutions", "0", int),
    "galileo": Maker("galileo:load", "", _named, GALILEO),
    "galileo-untrained": Maker("galileo:untrained", "0", int),
    "presto": Maker("presto:load", "", _named, PRESTO),
    "presto-untrained": Maker("presto:untrained", "0", int),
    "lite0": Maker("lite:load", "", _named, LITE),
    "lite0-untrained": Maker("lite:untrained", "0", int),
    "torchgeo": Maker("zoo.torchgeo:load", ""),
    "terratorch": Maker("zoo.terratorch:load", ""),
}
FAMILIES: Mapping[str, Family] = {name: maker.family for name, maker in ENCODERS.items() if maker.family}


def get_encoder(spec: str) -> AnyEncoder:
    """Return an encoder by its spec.

    Args:
        spec: 'nano', 'statistics', 'random' (untrained nano), 'random:SIZE', 'words', 'image-statistics',
            'random-convolutions', 'galileo:FOLDER', 'presto:FILE', 'lite0:FILE', 'torchgeo:WEIGHTS' or
            'terratorch:NAME' (or for the name a recipe, .json), or the path of a .safetensors file of ours; with
            '+place', '+season', '+weather' at its end for each thing that it is told besides the imagery.

    Raises:
        UnknownName: no such encoder or knowledge; the message lists those there are.
        BadCheckpoint: its weights can't be read.
    """
    plain, kinds = _parted(spec)
    name, _, rest = plain.partition(":")
    if name in ENCODERS:
        encoder = ENCODERS[name](rest)
    elif Path(plain).suffix == ".safetensors" and Path(plain).is_file():
        encoder = ENCODERS["ours"](plain)
    else:
        raise UnknownName("encoder", plain, [*ENCODERS, "a .safetensors file"])
    return with_knowledge(encoder, kinds)


def with_knowledge(encoder: AnyEncoder, kinds: list[str]) -> AnyEncoder:
    """Return an encoder that is told of samples what else is known of them.

    Raises:
        UnknownName: it can't be told that; the message lists what it can.
    """
    if not kinds:
        return encoder
    taught = getattr(encoder, "with_knowledge", None)
    if taught is None:
        raise UnknownName(f"knowledge of {encoder.name}", kinds[0], ["nothing but the imagery"])
    return cast("AnyEncoder", taught(*kinds))


def _parted(spec: str) -> tuple[str, list[str]]:
    """Part a spec from the knowledge at its end; a plus sign may stand in a path too."""
    parts, kinds = spec.split("+"), list[str]()
    while len(parts) > 1 and parts[-1].isalpha():
        kinds.insert(0, parts.pop())
    return "+".join(parts), kinds
