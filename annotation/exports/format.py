"""Format: what the registry, pages and documents know of one way to write an export."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from annotation.exports.snapshot import Snapshot


@dataclass(frozen=True)
class Format:
    """A way to write an export; `write` puts files into a folder and returns a paragraph for the README."""

    title: str
    text: str  # what it is good for, in a sentence
    lacks: tuple[str, ...]  # what its own files cannot carry, in words; samples.jsonl beside them has it
    write: Callable[[Snapshot, Path], str]
