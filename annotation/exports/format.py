"""Format: what the registry, pages and documents know of one way to write an export."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from annotation.exports.snapshot import Snapshot
from annotation.models import Project


class Group(StrEnum):
    """What people make an export for, in the order of the page."""

    KEEP = "To keep or to move"
    MAPS = "For maps and GIS"
    TABLES = "For tables and code"
    TRAINING = "For training"


@dataclass(frozen=True)
class Format:
    """A way to write an export; `write` puts files into a folder and returns a paragraph for the README."""

    group: Group
    title: str
    text: str  # what it is good for, in a sentence
    lacks: tuple[str, ...]  # what its own files cannot carry, in words; samples.jsonl beside them has it
    write: Callable[[Snapshot, Path], str]
    has: Callable[[Project], bool] = lambda project: True  # whether a project has what it is made of
    choices: frozenset[str] = frozenset()  # options that it knows beside those of all formats
