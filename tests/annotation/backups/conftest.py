"""What tests of backups share: projects to keep, and a second, empty installation on the same server."""

import base64
import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.test import override_settings

from annotation import exports
from annotation.backups import back_up
from annotation.models import Annotation, Project, Sample
from mlcore.raster.write import encode_mask_png
from tests import factories

Elsewhere = Callable[[], AbstractContextManager[Path]]


@pytest.fixture
def elsewhere(transactional_db: None, tmp_path: Path) -> Iterator[Elsewhere]:
    """Return a context in which database and data folder are those of another installation, empty at first."""
    here, there = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_elsewhere_{os.getpid()}"
    execute(f"DROP DATABASE IF EXISTS {there}")
    execute(f"CREATE DATABASE {there} TEMPLATE template0")
    data = tmp_path / "elsewhere"
    data.mkdir()

    @contextmanager
    def visit() -> Iterator[Path]:
        _use(there)
        try:
            with override_settings(DATA_DIR=data):
                yield data
        finally:
            _use(here)

    yield visit
    execute(f"DROP DATABASE {there} WITH (FORCE)")


def execute(statement: str) -> None:
    """Run one statement outside any transaction."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.fixture
def painted(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return a project of masks with a scene and some painted tiles."""
    project = factories.make_project(alice, task="masks", name="Shores")
    factories.make_scene(project, tmp_path, name="shores")
    for sample in project.samples.all()[:3]:
        paint(sample, alice, seed=sample.pk)
    return project


def paint(sample: Sample, user: AbstractBaseUser, seed: int = 0) -> Annotation:
    """Paint a tile at random."""
    classes = np.random.default_rng(seed).integers(1, 4, (32, 32)).astype(np.uint8)
    return factories.say(sample, user, {"mask": base64.b64encode(encode_mask_png(classes)).decode()})


def exported(project: Project, folder: Path) -> dict[str, str]:
    """Return the checksum of each file of an export."""
    made = folder / "export.zip"
    exports.make(project, "geojson", made)
    with zipfile.ZipFile(made) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


@pytest.fixture(scope="module")
def made_before() -> dict[str, bytes]:
    """Return the archive that the first test of a module made for the others."""
    return {}


@pytest.fixture
def archive(request: pytest.FixtureRequest, made_before: dict[str, bytes], tmp_path: Path) -> Path:
    """Return a backup of a project of masks and one of classes."""
    path = tmp_path / "backup.tar"
    if not made_before:
        painted, samples = request.getfixturevalue("painted"), request.getfixturevalue("samples")
        factories.label_all(samples[:5], painted.members.get().user)
        back_up(path)
        made_before["archive"] = path.read_bytes()
    path.write_bytes(made_before["archive"])
    return path
