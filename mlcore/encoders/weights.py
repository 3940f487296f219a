"""Weights in a folder: which encoders an operator has laid there, and what is wrong with those that can't be used."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from mlcore.encoders.cards import lies_in, read_card
from mlcore.encoders.contents import read_contents
from mlcore.encoders.family import Family
from mlcore.encoders.protocol import AnyEncoder
from mlcore.encoders.registry import ENCODERS, FAMILIES
from mlcore.errors import BadCheckpoint

SUFFIXES = (".safetensors", ".pt", ".pth", ".bin", ".ckpt")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PREFERRED = ("encoder.safetensors", "encoder.pt")  # of several files in one folder


@dataclass(frozen=True)
class Weights:
    """An encoder in a folder, or why it can't be one."""

    name: str  # of the file or sub-folder
    file: Path
    family: str = ""
    title: str = ""
    card: dict[str, str] = field(default_factory=dict)
    fault: str = ""

    @property
    def kind(self) -> Family:
        """Return what is known of its family."""
        return FAMILIES[self.family]


def list_weights(folder: Path) -> list[Weights]:
    """Return what lies in a folder: each file of weights, and each sub-folder with some, by name.

    Nothing is loaded, and nothing outside the folder is looked at.
    """
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    listed = [entry for entry in entries if not entry.name.startswith(".")]
    return [_look(entry, folder) for entry in listed if entry.suffix in SUFFIXES or entry.is_dir()]


def open_weights(weights: Weights) -> AnyEncoder:
    """Return the encoder that weights in a folder make; the last few stay in memory until their file changes.

    Raises:
        BadCheckpoint: they can't be used.
    """
    if weights.fault:
        raise BadCheckpoint(weights.fault)
    place = weights.file.parent if weights.kind.beside else weights.file
    return _opened(weights.family, str(place), _stamp(weights.file))


@lru_cache(maxsize=4)
def _opened(family: str, place: str, _stamp: object) -> AnyEncoder:
    return ENCODERS[family](place)


def _look(entry: Path, folder: Path) -> Weights:
    try:
        if not _NAME.fullmatch(entry.name):
            raise BadCheckpoint("its name may have letters, digits, '.', '_' and '-' only, 64 at most; rename it.")
        _stay_inside(entry, folder)
        file = _weights_in(entry) if entry.is_dir() else entry
        _stay_inside(file, folder)
        family, title, card = _recognised(file, _stamp(file))
        _stay_inside(file.parent / (FAMILIES[family].beside or file.name), folder)
        called = title if title.lower() == entry.stem.lower() else f"{title} ({entry.name})"
        return Weights(entry.name, file, family, called, dict(card))
    except OSError as error:
        return Weights(entry.name, entry, fault=f"{entry.name!r}: {error.strerror or 'unreadable'}.")
    except BadCheckpoint as error:
        return Weights(entry.name, entry, fault=f"{entry.name!r}: {error}")


def _stay_inside(path: Path, folder: Path) -> None:
    if not lies_in(path, folder):
        raise BadCheckpoint(f"{path.name} is a link that leads out of the folder; copy the weights instead.")
    if not path.is_dir() and not path.is_file():
        raise BadCheckpoint(f"{path.name} is no plain file.")


def _weights_in(folder: Path) -> Path:
    files = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    preferred = [folder / name for name in _PREFERRED if folder / name in files]
    if not files:
        raise BadCheckpoint(f"it has no file of weights ({', '.join(SUFFIXES)}).")
    if len(files) > 1 and not preferred:
        names = ", ".join(path.name for path in files[:4])
        raise BadCheckpoint(f"it has several files of weights ({names}); name the one to use encoder.safetensors.")
    return (preferred or files)[0]


def _stamp(file: Path) -> tuple[tuple[int, int], ...]:
    return tuple(_stamps(file))


def _stamps(file: Path) -> Iterator[tuple[int, int]]:
    """Yield what changes when a file or its neighbours change, such as its configuration."""
    notes = [path for path in file.parent.iterdir() if path.suffix in (".json", ".md", ".txt")]
    for path in (file, file.parent, *sorted(notes)):
        status = path.stat()
        yield status.st_mtime_ns, status.st_size


@lru_cache(maxsize=256)
def _recognised(file: Path, _stamp: object) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    contents = read_contents(file)
    name = next((name for name, family in FAMILIES.items() if family.recognises(contents)), "")
    if not name:
        titles = ", ".join(family.title for family in FAMILIES.values())
        raise BadCheckpoint(f"{file.name} holds weights of no encoder that can be read here: {titles}.")
    family = FAMILIES[name]
    if family.beside and not (file.parent / family.beside).is_file():
        raise BadCheckpoint(f"{family.title} needs {family.beside} beside {file.name}; keep them in a folder.")
    card = read_card(file, contents, family.card)
    return name, card.pop("title", family.title), tuple(card.items())
