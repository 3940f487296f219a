"""The archive: an export's files with classes, README and checksums, in one ZIP with the same bytes every time."""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from annotation.exports.snapshot import Snapshot

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP can tell
BLOCK = 2**20
_PACKED = {".tif", ".png", ".parquet", ".laz"}  # by themselves

README = """\
{name}
{line}

A Terrascribe export: format {format}, {count} labels, task {task}, schema {schema}.

{about}

classes.json: the classes with code, name and colour. Codes are never reused; 'merged_into' names the class that a
merged one became part of, and its labels carry that class here.

samples.jsonl: one sample a line, labelled or not ('status'), with its tile, imagery, class and provenance: who said it
('author'), or which model said it ('model_version') and who accepted that ('accepted_by'); the seconds spent; the
schema in force. Of provenance 'promised' are labels that a model gave and nobody looked at: 'acceptance' is the
decision that let them in, with the least confidence ('threshold') and the share of errors that was promised
('promised_bound', 'promised_kind'). 'audit' marks tiles that were drawn at random with the 'inclusion_probability' and
labelled without the model's help: a fair yardstick, as long as nothing is trained on them. 'given_code', 'value' and
'mask' are as they were given, before any merge. 'history' has all versions of all people, where there is more than the
answer that counts; 'comments' what people wrote of a sample; 'imported' what a file told of a label or a comment that
came in from it. What is not told of a sample is left out of its line.

project.json: the project with its grids, epochs and all versions of its classes. scenes.jsonl: the scenes with the
names of their files, the SHA-256 of these as they came ('source'), sensor, bands and time.

SHA256SUMS: check the files with `sha256sum --check SHA256SUMS`.
"""


def pack(snapshot: Snapshot, folder: Path, target: Path, *, about: Sequence[str]) -> tuple[int, str]:
    """Add the files that every export has, zip the folder to `target`, and return its size and SHA-256.

    `about` is the name of the format, then a paragraph for each kind of file.
    """
    _explain(snapshot, folder, about[0], "\n\n".join(about[1:]))
    _write_checksums(folder)
    part = folder.parent / f"{folder.name}.zip"
    try:
        _zip(folder, part)
        size, digest = part.stat().st_size, checksum(part)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return size, digest


def checksum(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _explain(snapshot: Snapshot, folder: Path, name: str, about: str) -> None:
    project = snapshot.project
    text = README.format(
        name=project.name,
        line="=" * len(project.name),
        format=name,
        count=snapshot.count,
        task=project.task,
        schema=snapshot.schema,
        about=about,
    )
    (folder / "README.txt").write_text(text, encoding="utf-8")


def _write_checksums(folder: Path) -> None:
    sums = folder / "SHA256SUMS"
    with sums.open("w", encoding="utf-8") as lines:
        for path in _files(folder):
            if path != sums:
                lines.write(f"{checksum(path)}  {path.relative_to(folder)}\n")


def _zip(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for path in _files(folder):
            entry = zipfile.ZipInfo(str(path.relative_to(folder)), FIRST_DAY)
            entry.compress_type = zipfile.ZIP_STORED if path.suffix in _PACKED else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as packed:
                shutil.copyfileobj(source, packed, BLOCK)


def _files(folder: Path) -> Iterator[Path]:
    """Yield all files in the order of their paths; folder by folder, for a tile may have several."""
    for name in sorted(os.listdir(folder)):
        path = folder / name
        if path.is_dir():
            yield from _files(path)
        else:
            yield path
