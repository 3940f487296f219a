"""Exports: a project's labels as a data set, the same bytes for the same labels.

A format is a module with a FORMAT whose `write(snapshot, folder) -> str` writes files into the folder and returns a
paragraph for the README; a new one is a copy of its sibling plus its line in FORMATS.
"""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction

from annotation import storage
from annotation.errors import BadSettings, JobFailed
from annotation.exports import (
    coco,
    croissant,
    csv_table,
    embeddings,
    folders,
    geojson,
    geopackage,
    geoparquet,
    images,
    laz,
    masks,
    mosaics,
    release,
    stac,
    terratorch,
    voc,
    whole,
    yolo,
)
from annotation.exports.archive import pack
from annotation.exports.format import Format, Group
from annotation.exports.options import Options
from annotation.exports.snapshot import freeze
from annotation.exports.splits import split
from annotation.models import Export, Job, Project
from annotation.models.jobs import JobKind
from annotation.quotas import check_queue
from annotation.tasks import task_of
from mlcore.errors import UnknownName

__all__ = ["FORMATS", "Format", "Group", "Options", "choices_of", "formats_of", "make", "request", "run"]

Report = Callable[[float, str], None]

DEFAULTS = Options()

FORMATS: dict[str, Format] = {
    "project": whole.FORMAT,
    "release": release.FORMAT,
    "geojson": geojson.FORMAT,
    "geopackage": geopackage.FORMAT,
    "geoparquet": geoparquet.FORMAT,
    "csv": csv_table.FORMAT,
    "embeddings": embeddings.FORMAT,
    "coco": coco.FORMAT,
    "yolo": yolo.BOXES,
    "yolo_obb": yolo.TURNED,
    "voc": voc.FORMAT,
    "folders": folders.FORMAT,
    "masks": masks.FORMAT,
    "stac": stac.FORMAT,
    "croissant": croissant.FORMAT,
    "mosaics": mosaics.FORMAT,
    "laz": laz.FORMAT,
    "terratorch": terratorch.FORMAT,
}


@transaction.atomic
def request(project: Project, name: str, user: AbstractBaseUser | AnonymousUser, options: Options = DEFAULTS) -> Export:
    """Write down that an export is wanted; a worker makes it."""
    _check(project, name, options)
    if name == "release":
        options.check_release()
    check_queue(project, user.pk)
    job = Job.request(project, JobKind.EXPORT, user_id=user.pk, **options.to_dict())
    return Export.objects.create(project=project, job=job, format=name, requested_by_id=user.pk)


def run(job: Job) -> str:
    """Make the export that a job asks for; safe to run twice, the file appears whole or not at all."""
    export = Export.objects.select_related("project").filter(job=job).first()
    if export is None:
        raise JobFailed("The export was deleted; ask for a new one.")
    path = Path("exports") / str(export.project_id) / f"{export.pk}.zip"
    made = make(
        export.project,
        export.format,
        Path(settings.DATA_DIR) / path,
        options=Options.of(job.params),
        report=job.report,
    )
    size, sha256, count = made
    storage.keep(Path(settings.DATA_DIR) / path)
    if export.format == "release":
        release.keep(export, Path(settings.DATA_DIR) / path)
    Export.objects.filter(pk=export.pk).update(path=str(path), size=size, sha256=sha256, annotations=count)
    return f"{count} labels, {size / 2**20:.1f} MB"


def make(
    project: Project,
    name: str,
    target: Path,
    *,
    options: Options = DEFAULTS,
    report: Report = lambda progress, message: None,
) -> tuple[int, str, int]:
    """Write an export to `target` and return its size in bytes, its SHA-256 and its number of labels."""
    _check(project, name, options)
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=".export-"))
    try:
        report(0.05, "Collecting labels")
        snapshot = freeze(project, scratch, options)
        report(0.3, f"Writing {snapshot.count} labels")
        about = [split(snapshot, scratch)] if options.splits else []
        about.insert(0, FORMATS[name].write(snapshot, scratch))
        if options.images:
            report(0.5, "Adding pictures")
            about.append(images.write(snapshot, scratch))
        report(0.8, "Packing")
        return *pack(snapshot, scratch, target, about=[name, *about]), snapshot.count
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def formats_of(project: Project) -> list[str]:
    """Return the formats that can hold a project's labels, and of which it has what they are made of."""
    held = task_of(project).formats
    return [name for name, each in FORMATS.items() if name in held and each.has(project)]


def choices_of(project: Project, name: str) -> list[str]:
    """Return the options that a format knows beside those of all, as far as the project's labels allow them."""
    task = task_of(project)
    idle = set() if task.fewest_classes and not task.points else {"dissolve"}
    return sorted(FORMATS[name].choices - idle)


def _check(project: Project, name: str, options: Options) -> None:
    if name not in FORMATS:
        raise UnknownName("export format", name, FORMATS)
    if name not in task_of(project).formats:
        kinds = ", ".join(formats_of(project))
        raise BadSettings(f"The format {name} does not hold what labels of {project} say; take one of: {kinds}.")
    for choice in ("own_crs", "dissolve"):
        if getattr(options, choice) and choice not in choices_of(project, name):
            able = [each for each in formats_of(project) if choice in choices_of(project, each)]
            raise BadSettings(f"The format {name} knows no {choice!r} here; {', '.join(able) or 'no format'} does.")
