"""Uploads and archives built in code, and a look at what lies on disk."""

import zipfile
from pathlib import Path

import numpy as np
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from annotation.models import Asset, Job, Tile
from tests.rasters import write_raster


def upload(path: Path, name: str = "") -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    return SimpleUploadedFile(name or path.name, path.read_bytes())


def files_on_disk() -> list[str]:
    """Return every file below DATA_DIR."""
    root = Path(settings.DATA_DIR)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def nothing_is_left() -> bool:
    """Return whether neither disk nor database knows of a file."""
    return files_on_disk() == [] and not (Asset.objects.exists() or Tile.objects.exists() or Job.objects.exists())


def folders_on_disk(name: str) -> list[Path]:
    """Return what lies directly in one of the folders of DATA_DIR."""
    return sorted((Path(settings.DATA_DIR) / name).glob("*"))


def write_archive(path: Path, members: dict[str, bytes]) -> Path:
    """Write a zip archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return path


def write_chip(path: Path, seed: int, *, size: tuple[int, int] = (16, 16), **raster: object) -> Path:
    """Write a small image, different for each seed."""
    values = np.random.default_rng(seed).integers(1, 255, (3, *size), dtype=np.uint8)
    return write_raster(path, values, **raster)  # type: ignore[arg-type]
