"""Projects that labels are carried between, and what carrying them takes."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation import imports, jobs
from annotation.models import Import, Job, Project


def done(row: Import) -> Import:
    """Do an import's job, and return the row as it stands then."""
    assert row.job
    jobs.run(row.job.pk)
    row = Import.objects.select_related("project", "requested_by", "job").get(pk=row.pk)
    assert row.job and row.job.state == Job.State.DONE, row.job and row.job.error
    return row


def looked_at(project: Project, user: AbstractBaseUser, content: bytes | Path, name: str = "", **wishes: Any) -> Import:
    """Send a file and let it be looked at."""
    data = content.read_bytes() if isinstance(content, Path) else content
    name = name or (content.name if isinstance(content, Path) else "labels.zip")
    return done(imports.request(project, user, io.BytesIO(data), name=name, **wishes))


def taken(row: Import, **changes: Any) -> Import:
    """Change what there is to change, and let it be taken in."""
    if changes:
        row = done(imports.change(row, row.requested_by, **changes))
    return done(imports.confirm(row, row.requested_by))


def zipped(**files: bytes | str) -> bytes:
    """Return a zip of files; double underscores in names are slashes, and the last single one is a dot."""
    return zip_of({_path(name): content for name, content in files.items()})


def zip_of(files: dict[str, bytes | str]) -> bytes:
    """Return a zip of files by their paths."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def fates(row: Import) -> dict[str, int]:
    """Return how many items have each fate."""
    return dict(row.report["fates"])


def messages(row: Import) -> dict[str, str]:
    """Return what is said of each item, by its place in the file."""
    return dict(row.items.values_list("at", "message"))


def _path(name: str) -> str:
    stem, _, ending = name.replace("__", "/").rpartition("_")
    return f"{stem}.{ending}"


@pytest.fixture
def exported(tmp_path: Path) -> Callable[[Project, str], Path]:
    """Return what exports a project in a format."""
    from annotation.exports import make

    def export(project: Project, name: str) -> Path:
        path = tmp_path / f"{project.pk}-{name}.zip"
        make(project, name, path)
        return path

    return export
