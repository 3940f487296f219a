"""Pruning of an installation whose files lie in a bucket."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from annotation import clock, storage
from annotation.arrays.fits import live_maps
from annotation.arrays.masks import ASIDE, aside, load_mask, mask_file, store_mask
from annotation.ingest import sweep_files
from annotation.models import Annotation, Project, Sample
from annotation.pruning import folders, shared
from annotation.pruning.cuts import Cut
from tests import factories

pytestmark = pytest.mark.django_db


def in_days(days: float, *projects: Project) -> Cut:
    """Return a pruning that comes so many days from now."""
    return Cut(projects, now=clock.now() + timedelta(days=days))


def painted(seed: int) -> str:
    """Return the hash of a stored mask."""
    return store_mask(np.random.default_rng(seed).integers(0, 3, (8, 8)).astype(np.uint8))


def test_it_works(bucket: str, project: Project, samples: list[Sample]) -> None:
    live = live_maps(project)
    for row in (samples[0].index, 999):
        live.write(row, np.ones((2, 2), np.uint8))
    assert folders.maps(in_days(0.5, project)).files == 0
    assert folders.maps(in_days(2, project)).files == 1
    assert (live.read(999), live.read(samples[0].index) is not None) == (None, True)


def test_a_mask_that_nobody_names_is_put_aside_and_then_removed(
    bucket: str, project: Project, samples: list[Sample], alice
) -> None:
    named, unnamed = painted(1), painted(2)
    factories.label(samples[0], alice, 1)
    Annotation.objects.update(mask=named)
    assert shared.masks(in_days(0.5, project)).files == 0
    assert shared.masks(Cut((project,), dry=True, now=clock.now() + timedelta(days=2))).files == 1
    assert storage.has(mask_file(unnamed))
    assert shared.masks(in_days(2, project)).files == 1
    assert (storage.has(mask_file(named)), storage.has(mask_file(unnamed))) == (True, False)
    assert storage.has(aside(unnamed))
    shared.masks(in_days(4, project))
    assert not list(storage.entries(storage.store().cache.root / ASIDE))


def test_a_mask_that_is_named_as_it_goes_is_read_and_comes_back(
    bucket: str, project: Project, samples: list[Sample], alice
) -> None:
    sha256 = painted(1)
    before = load_mask(sha256)
    shared.masks(in_days(2, project))
    factories.label(samples[0], alice, 1)
    Annotation.objects.update(mask=sha256)
    storage.store().cache.remove(".")
    assert np.array_equal(load_mask(sha256), before)
    shared.masks(in_days(4, project))
    assert storage.has(mask_file(sha256))


def test_folders_of_deleted_projects_go(bucket: str, project: Project, data_dir: Path) -> None:
    storage.write(data_dir / "projects" / "987654" / "ground.npy", b"1")
    storage.write(data_dir / "projects" / str(project.pk) / "ground.npy", b"1")
    assert shared.homes(in_days(0.5)).files == 0
    assert shared.homes(in_days(2)).files == 1
    assert storage.folders(data_dir / "projects") == [str(project.pk)]


def test_uploads_and_rasters_that_nothing_names_go(bucket: str, scene, data_dir: Path) -> None:
    for name in ("uploads/ab/ab.upload", "assets/ab/gone.tif"):
        storage.write(data_dir / name, b"1")
    assert sweep_files() == 0
    assert sweep_files(older_than=-60) == 2
    assert scene.asset.file.is_file()
    assert [entry.path for entry in storage.entries(data_dir)] == [scene.asset.place]
