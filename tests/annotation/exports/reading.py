"""What an export holds, read back."""

import json
import zipfile
from pathlib import Path
from typing import Any

from annotation.exports import Options, make
from annotation.models import Project


def exported(project: Project, name: str, folder: Path, **options: Any) -> dict[str, bytes]:
    """Return the files of a project's export."""
    target = folder / f"{name}.zip"
    make(project, name, target, options=Options(**options))
    with zipfile.ZipFile(target) as archive:
        return {path: archive.read(path) for path in archive.namelist()}


def unpacked(project: Project, name: str, folder: Path, **options: Any) -> Path:
    """Return a folder with the files of a project's export."""
    folder.mkdir(exist_ok=True)
    make(project, name, folder / f"{name}.zip", options=Options(**options))
    with zipfile.ZipFile(folder / f"{name}.zip") as archive:
        archive.extractall(folder / name)
    return folder / name


def records(files: dict[str, bytes]) -> list[dict[str, Any]]:
    """Return the records of all samples."""
    return [json.loads(line) for line in files["samples.jsonl"].splitlines()]
