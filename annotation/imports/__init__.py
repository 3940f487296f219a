"""Imports: labels out of a stranger's file, looked at first, then taken in; nothing is dropped in silence.

Formats are modules of `mlcore.labelsets`, which run in quarantine and turn files into items. Here items find their
samples and classes, the kind of label makes answers of them, and each item's fate is a row before anything changes.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from annotation import storage
from annotation.errors import JobFailed
from annotation.imports.comments import count_comments, take_comments
from annotation.imports.ground import Ground
from annotation.imports.mapping import classes_of, define, mapped_by_itself, propose
from annotation.imports.options import Options
from annotation.imports.placing import place
from annotation.imports.requesting import ask_undo, change, confirm, drop_file, remove, request
from annotation.imports.suggesting import suggest
from annotation.imports.taking import take
from annotation.imports.undoing import undo
from annotation.models import Import, ImportItem, Job
from annotation.tasks import task_of
from mlcore.labelsets import FORMATS, Wishes
from mlcore.quarantine import labels

__all__ = ["FORMATS", "Options", "ask_undo", "change", "classes_of", "confirm", "describe", "remove", "request", "run"]

Report = Callable[[float, str], None]

_UNPACKED_PER_UPLOAD = 4  # times UPLOAD_LIMIT_MB


def describe() -> dict[str, Any]:
    """Return the formats, states and fates that there are, in words."""
    formats = {name: each.TITLE for name, each in FORMATS.items()}
    return {"formats": formats, "states": dict(Import.State.choices), "fates": dict(ImportItem.Fate.choices)}


def run(job: Job) -> str:
    """Do what an import waits for, and return a line about it; safe to run twice."""
    row = Import.objects.select_related("project", "requested_by").filter(job=job).first()
    if row is None:
        raise JobFailed("The import was dropped; send the file again.")
    if row.state == Import.State.LOOKING:
        return _look(row, job.report)
    if row.state == Import.State.TAKING:
        define(row.project, row.report.get("classes", ()), row.mapping)
        for_review = row.trust == Import.Trust.REVIEW
        written = take_comments(row)
        count = suggest(row, job.report) if for_review else take(row, job.report)
        drop_file(row)
        return f"{count:,} {'suggestions' if for_review else 'labels'}{_and(written)} taken in from {row}"
    if row.state == Import.State.UNDOING:
        return f"{undo(row, job.report):,} labels of {row} taken back"
    return "There is nothing left to do."


def _look(row: Import, report: Report) -> str:
    """Read the file, unless it was read as it is to be read now, and place its items."""
    if not row.report.get("format") or not storage.has(row.items_file):
        if not row.path or not row.file.is_file():
            raise JobFailed(f"The file {row} is gone; send it again.")
        _read(row, report)
    row.report["fates"] = place(row, report)
    counts, comments = row.report["fates"], count_comments(row)
    row.report["comments"] = comments
    Import.objects.filter(pk=row.pk).update(
        state=Import.State.READY, report=row.report, mapping=row.mapping, options=row.options
    )
    labels = counts.get("taken", 0) - comments
    return f"{labels:,} labels{_and(comments)} of {row} can be taken in; {sum(counts.values()):,} looked at"


def _and(comments: int) -> str:
    return f" and {comments:,} comment{'s' if comments != 1 else ''}" if comments else ""


def _read(row: Import, report: Report) -> None:
    options = Options(**row.options)
    wishes = Wishes(
        name=row.name,
        most_bytes=settings.UPLOAD_LIMIT_MB * 2**20 * _UNPACKED_PER_UPLOAD,
        format=options.format,
        column=options.column,
        crs=options.crs,
        swapped=options.swapped,
        measured=not task_of(row.project).fewest_classes,
        lattices=Ground(row.project).lattices(),
    )
    told: dict[str, Any] = labels(
        row.file, row.items_file, wishes, progress=lambda share: report(0.5 * share, f"Reading {row}")
    )
    storage.keep(row.items_file)
    proposals = propose(row.project, told["classes"])
    kept = {each["key"] for each in proposals} & set(row.mapping)
    row.mapping = {**mapped_by_itself(proposals), **{key: row.mapping[key] for key in kept}}
    row.report = {**told, "classes": proposals}
