"""Backup: made while people label, and equal by export once it is restored."""

import json
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, connections

from annotation import exports
from annotation.arrays.masks import mask_file
from annotation.arrays.vectors import Vectors
from annotation.backups import back_up, database, last_backup, making, restore
from annotation.backups.naming import PATHS, named
from annotation.backups.pins import Pins
from annotation.errors import BadBackup, NoDatabaseTool
from annotation.models import Annotation, Export, Project, Sample, Scene
from tests import factories
from tests.annotation.backups.conftest import Elsewhere, execute, exported, paint

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works(
    painted: Project, project: Project, samples: list[Sample], elsewhere: Elsewhere, tmp_path: Path
) -> None:
    archive, owner = tmp_path / "backup.tar", painted.members.get().user
    factories.label_all(samples[:5], owner)
    back_up(archive)
    before = [exported(each, tmp_path) for each in (painted, project)]
    with elsewhere() as data:
        restore(archive)
        assert [exported(Project.objects.get(pk=each.pk), tmp_path) for each in (painted, project)] == before
        assert all((data / path).is_file() for path in named())
        assert sorted(path.name for path in data.iterdir()) == ["assets", "masks"]
        sample = Sample.objects.filter(project=project, answer=None).first()
        assert factories.label(sample, owner, 1).pk not in before
    with pytest.raises(BadBackup, match="is there already"):
        back_up(archive)


@contextmanager
def painting(project: Project, user: AbstractBaseUser) -> Iterator[list[int]]:
    """Let somebody paint without pause, and give the annotations that were acknowledged."""
    said, stop = list[int](), threading.Event()
    pks = list(project.samples.values_list("pk", flat=True))

    def work() -> None:
        while not stop.is_set():
            sample = Sample.objects.select_related("project").get(pk=pks[len(said) % len(pks)])
            said.append(paint(sample, user, seed=1_000_000 + len(said)).pk)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield said
    finally:
        stop.set()
        thread.join()


def grow(said: list[int], by: int) -> int:
    """Wait until so many more were acknowledged, and return how many there are."""
    least = len(said) + by
    while len(said) < least:
        time.sleep(0.01)
    return len(said)


def test_a_backup_while_somebody_labels_is_one_moment_with_every_file(
    painted: Project, alice: AbstractBaseUser, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with painting(painted, alice) as said:
        first = grow(said, 10)
        back_up(tmp_path / "backup.tar")
        last = grow(said, 3)
    rows = Annotation.objects.order_by("pk")
    truth = {row.pk: (row.sample_id, row.mask) for row in rows}
    with elsewhere() as data:
        restore(tmp_path / "backup.tar")
        kept = list(Annotation.objects.order_by("pk").values_list("pk", flat=True))
        assert kept == list(truth)[: len(kept)]  # nothing in between is lacking
        assert first <= len(kept) - 3 <= last
        assert all((data / path).is_file() for path in named())
        exports.make(Project.objects.get(), "geojson", tmp_path / "export.zip")
    newest = {truth[pk][0]: (pk, truth[pk][1]) for pk in kept}
    with zipfile.ZipFile(tmp_path / "export.zip") as archive:
        records = [json.loads(line) for line in archive.read("samples.jsonl").splitlines()]
    labels = [record for record in records if record["status"] == "labelled"]
    assert {label["sample"]: (label["annotation"], label["mask"]) for label in labels} == newest


def test_a_file_that_goes_between_snapshot_and_copy_costs_a_new_snapshot(
    painted: Project, alice: AbstractBaseUser, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, gone = Pins.take, list[Path]()

    def remove_what_is_new(pins: Pins) -> None:
        if not gone and any(pins.home.iterdir()):  # the second pass, after the snapshot
            newest = Annotation.objects.latest("pk")
            gone.append(mask_file(newest.mask))
            gone[0].unlink()
            (pins.home / gone[0].relative_to(pins.data)).unlink()
            execute_elsewhere(f"UPDATE annotation_annotation SET mask = '' WHERE id = {newest.pk}")
        take(pins)

    monkeypatch.setattr(Pins, "take", remove_what_is_new)
    manifest = back_up(tmp_path / "backup.tar")
    assert gone and manifest.missing == []
    with elsewhere():
        restore(tmp_path / "backup.tar")
        assert Annotation.objects.filter(mask="").count() == 1


def execute_elsewhere(statement: str) -> None:
    """Run one statement on a connection of its own."""
    thread = threading.Thread(target=lambda: (execute(statement), connections.close_all()))
    thread.start()
    thread.join()


def test_a_file_that_was_lost_before_is_told(painted: Project, tmp_path: Path) -> None:
    lost = mask_file(Annotation.objects.latest("pk").mask)
    lost.unlink()
    assert back_up(tmp_path / "backup.tar").missing == [f"masks/{lost.parent.name}/{lost.name}"]


def test_what_is_removed_while_it_is_written_is_in_it_all_the_same(
    painted: Project, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene.objects.get(project=painted)

    def dump(*given: object) -> None:
        database_dump(*given)
        scene.asset.file.unlink()

    database_dump = database.dump
    monkeypatch.setattr(database, "dump", dump)
    back_up(tmp_path / "backup.tar")
    assert not scene.asset.file.exists()
    with elsewhere():
        restore(tmp_path / "backup.tar")
        assert Scene.objects.get().asset.file.stat().st_size == scene.asset.size


def test_only_vectors_that_were_there_before_count(painted: Project, data_dir: Path, tmp_path: Path) -> None:
    vectors = Vectors(painted, "e" * 64)
    vectors.write([0, 1], np.ones((2, 4), np.float32))
    pins = Pins(data_dir, tmp_path / "pins")
    pins.take()
    vectors.write([2], np.ones((1, 4), np.float32))
    pins.take()
    flags = pins.home / vectors.folder.relative_to(data_dir) / "present"
    assert flags.read_bytes() == b"\1\1"


def test_it_leaves_nothing_behind_and_says_when_it_was(data_dir: Path, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    back_up(archive)
    assert not list(data_dir.glob(".backup-*"))
    assert [path.name for path in archive.parent.iterdir() if path.name.startswith(".")] == []
    assert archive.stat().st_mode & 0o077 == 0
    note = last_backup()
    assert note is not None
    assert note.bytes == archive.stat().st_size


def test_without_the_programs_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PACKAGES", tmp_path)
    monkeypatch.setattr(database.shutil, "which", lambda _: None)
    version = connection.pg_version // 10_000
    with pytest.raises(NoDatabaseTool, match=f"install the package postgresql-client-{version}"):
        making.back_up(tmp_path / "backup.tar")


def test_every_column_that_names_a_file_is_known(painted: Project, alice: AbstractBaseUser) -> None:
    columns = {
        (model, field.name)
        for model in apps.get_app_config("annotation").get_models()
        for field in model._meta.concrete_fields
        if field.name in {"path", "head", "file"} or "file" in field.name
    }
    assert columns == set(PATHS.items())
    Export.objects.create(project=painted, format="geojson", path="exports/1/1.zip")
    names = {str(path) for path in named()}
    assert {"exports/1/1.zip", Scene.objects.get(project=painted).asset.path} <= names
    assert len([name for name in names if name.startswith("masks/")]) == 3
