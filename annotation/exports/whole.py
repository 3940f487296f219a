"""Whole: the project's labels with all versions of all people, to be taken in by another Terrascribe."""

from collections.abc import Iterator
from pathlib import Path

from annotation.arrays.masks import read_mask
from annotation.exports.format import Format, Group
from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot

ABOUT = (
    "labels/<SHA-256>.png: the masks that samples.jsonl names, also those of earlier versions and of other people: "
    "8-bit grey PNGs of class codes as they were painted, 0 where nothing was. With samples.jsonl, scenes.jsonl and "
    "project.json they are all that was ever said in the project."
)


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write every mask once."""
    (folder / "labels").mkdir()
    for record in snapshot.everything():
        for sha256 in _masks(record):
            path = folder / "labels" / f"{sha256}.png"
            if not path.exists():
                path.write_bytes(read_mask(sha256))
    return ABOUT


def _masks(record: Record) -> Iterator[str]:
    for said in (record, *record.get("history", ())):
        if sha256 := said.get("mask"):
            yield sha256


FORMAT = Format(
    group=Group.KEEP,
    title="Whole project",
    text="All versions of all people, with every mask: to move to another Terrascribe, or to keep.",
    lacks=("imagery: scenes are named by the checksums of their files",),
    write=write,
)
