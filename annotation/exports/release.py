"""Release: the whole project with licence, data card and what changed, the same bytes for the same content.

Its number follows from its content: that of the newest release has its number, and makes its bytes again.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
from django.db import transaction

from annotation import storage
from annotation.errors import JobFailed
from annotation.exports import whole
from annotation.exports.card import facts, in_words
from annotation.exports.format import Format, Group
from annotation.exports.records import LABELLED, NEGATIVE, Record
from annotation.exports.snapshot import SAMPLES, Snapshot
from annotation.models import Export, Project, Release

RELEASE = "release.json"
ABOUT = (
    "DATACARD.md and datacard.json: counts, area, people, agreement, audited accuracy and limits. LICENCE.txt: under "
    "which terms the labels may be used. changes.json: what was added, removed and changed since the release before. "
    "release.json: the number of this release, and the digest of its content."
)
LICENCES = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}
_NAMED = 1000  # samples that changes.json names of each kind


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write the whole project, its card, its licence and what changed."""
    options = snapshot.options
    about = whole.write(snapshot, folder)
    card = facts(snapshot)
    content = _digest(folder, {"card": card, "licence": options.licence, "notes": options.notes})
    number, before = _place(snapshot.project, content)
    changes = _changes(snapshot, before)
    counts = {name: len(told) if isinstance(told, list) else told for name, told in changes.items()}
    _write(folder / "datacard.json", card)
    words = in_words(card, number=number, licence=options.licence, notes=options.notes, changes=counts)
    (folder / "DATACARD.md").write_text(words, encoding="utf-8")
    (folder / "LICENCE.txt").write_text(_licence(options.licence), encoding="utf-8")
    named = {name: told[:_NAMED] if isinstance(told, list) else told for name, told in changes.items()}
    _write(folder / "changes.json", named | {"counts": counts})
    said = {"licence": options.licence, "notes": options.notes}
    _write(folder / RELEASE, {"release": number, "content": content, **said})
    return f"{about}\n\n{ABOUT}"


def keep(export: Export, path: Path) -> None:
    """Write down that a finished file is a release; one with the content of the newest is that one again."""
    with zipfile.ZipFile(path) as archive:
        told, changes = json.loads(archive.read(RELEASE)), json.loads(archive.read("changes.json"))
    with transaction.atomic():
        project = Project.objects.select_for_update(no_key=True).get(pk=export.project_id)
        newest = project.releases.first()
        if newest and newest.content == told["content"]:
            return
        if told["release"] != (newest.number if newest else 0) + 1:
            raise JobFailed("Another release was made meanwhile; make this one again.")
        Release.objects.create(
            project=project, export=export, number=told["release"], content=told["content"], licence=told["licence"],
            notes=told["notes"], changes=changes["counts"],
        )  # fmt: skip


def _place(project: Project, content: str) -> tuple[int, Release | None]:
    """Return the number of a release of this content, and the one before it."""
    newest, older = [*project.releases.all()[:2], None, None][:2]
    if newest is None:
        return 1, None
    if newest.content == content:
        return newest.number, older
    return newest.number + 1, newest


def _digest(folder: Path, told: dict[str, Any]) -> str:
    """Return the SHA-256 of all that a release says, its number left out."""
    sums = hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS))
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            sums.update(f"{path.relative_to(folder)} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return sums.hexdigest()


def _changes(snapshot: Snapshot, before: Release | None) -> dict[str, Any]:
    """Return which samples gained, lost or changed their label, by name."""
    if before is None:
        return {"since": None, "added": [record["stem"] for record in snapshot], "removed": [], "changed": []}
    old = {
        record["sample"]: (record["stem"], _says(record)) for record in _labels_of(storage.fetch(before.export.place))
    }
    added, changed = [], []
    for record in snapshot:
        stem, said = old.pop(record["sample"], (None, None))
        if stem is None:
            added.append(record["stem"])
        elif said != _says(record):
            changed.append(record["stem"])
    return {"since": before.number, "added": added, "removed": [stem for stem, _ in old.values()], "changed": changed}


def _says(record: Record) -> bytes:
    """Return what a label says, merged classes as what they count as by then."""
    return orjson.dumps([record.get("code"), record["value"]], option=orjson.OPT_SORT_KEYS)


def _labels_of(path: Path) -> Iterator[Record]:
    with zipfile.ZipFile(path) as archive, archive.open(SAMPLES) as file:
        lines: Iterable[bytes] = io.BufferedReader(file)  # type: ignore[type-var]
        for line in lines:
            record: Record = orjson.loads(line)
            if record["status"] in (LABELLED, NEGATIVE):
                yield record


def _licence(name: str) -> str:
    address = LICENCES.get(name)
    return f"{name}\n" + (f"{address}\n" if address else "")


def _write(path: Path, told: dict[str, Any]) -> None:
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


FORMAT = Format(
    group=Group.KEEP,
    title="Release",
    text="A numbered version with licence, data card and what changed, never altered: to publish and to cite.",
    lacks=("imagery: scenes are named by the checksums of their files",),
    write=write,
)
