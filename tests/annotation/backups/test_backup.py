"""Backup and restore: made while people label, and equal by export."""

import base64
import hashlib
import json
import os
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, connections

from annotation import exports
from annotation.arrays.masks import mask_file
from annotation.arrays.vectors import Vectors
from annotation.backups import back_up, database, last_backup, making, restore
from annotation.backups.naming import named
from annotation.backups.pins import Pins
from annotation.errors import BadBackup, NoDatabaseTool, NotRestorable
from annotation.models import Annotation, Export, Project, Sample, Scene
from mlcore.raster.write import encode_mask_png
from tests import factories
from tests.annotation.backups.conftest import Elsewhere, execute

pytestmark = pytest.mark.django_db(transaction=True)


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


@pytest.fixture
def archive(painted: Project, project: Project, samples: list[Sample], alice: AbstractBaseUser, tmp_path: Path) -> Path:
    """Return a backup of two projects."""
    factories.label_all(samples[:5], alice)
    back_up(tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


def test_it_works(archive: Path, project: Project, painted: Project, elsewhere: Elsewhere, tmp_path: Path) -> None:
    before = [exported(each, tmp_path) for each in (project, painted)]
    with elsewhere() as data:
        restore(archive)
        assert [exported(each, tmp_path) for each in Project.objects.filter(pk__in=[project.pk, painted.pk])] == before
        assert all((data / path).is_file() for path in named())
        assert sorted(path.name for path in data.iterdir()) == ["assets", "masks"]
        owner = Project.objects.get(pk=painted.pk).members.get().user
        assert Annotation.objects.create(sample=Sample.objects.last(), author=owner, schema=painted.schemas.first()).pk


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
        records = [json.loads(line) for line in archive.read("annotations.jsonl").splitlines()]
    assert {record["sample"]: (record["annotation"], record["mask"]) for record in records} == newest


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


def test_nothing_is_overwritten(archive: Path) -> None:
    with pytest.raises(BadBackup, match="is there already"):
        back_up(archive)


def test_an_installation_that_holds_something_is_left_alone(
    archive: Path, alice: AbstractBaseUser, elsewhere: Elsewhere
) -> None:
    with pytest.raises(NotRestorable, match="database is not empty"):
        restore(archive)
    with elsewhere() as data:
        (data / "masks").mkdir()
        (data / "masks" / "somebody's.png").write_bytes(b"x")
        with pytest.raises(NotRestorable, match="DATA_DIR is not empty"):
            restore(archive)
        assert database.filled() == []


def test_a_migrated_and_empty_database_takes_it(archive: Path, elsewhere: Elsewhere) -> None:
    from django.core.management import call_command

    with elsewhere():
        call_command("migrate", verbosity=0)
        restore(archive)
        assert Project.objects.count() == 2
        call_command("migrate", check_unapplied=True, verbosity=0)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda known: known[:-1], "it has"),
        (lambda known: [*known, ("annotation", "9999_later")], "Install the release that wrote it"),
    ],
)
def test_another_schema_is_refused_with_what_to_do(
    archive: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, change: object, told: str
) -> None:
    from django.db.migrations.loader import MigrationLoader

    known = list(MigrationLoader(None).disk_migrations)

    class Other:
        def __init__(self, _: None) -> None:
            self.disk_migrations = change(known)  # type: ignore[operator]

    monkeypatch.setattr("annotation.backups.restoring.MigrationLoader", Other)
    with elsewhere() as data:
        with pytest.raises(NotRestorable, match=told):
            restore(archive)
        assert list(data.iterdir()) == []


def cut(archive: Path, where: float) -> None:
    os.truncate(archive, int(archive.stat().st_size * where))


def flip(archive: Path, where: float) -> None:
    with archive.open("r+b") as file:
        at = int(archive.stat().st_size * where)
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 255]))


def test_a_damaged_archive_is_refused_whole(archive: Path, elsewhere: Elsewhere) -> None:
    whole = archive.read_bytes()
    with elsewhere() as data:
        for damage in (cut, flip):
            for where in (0.0001, 0.05, 0.3, 0.5, 0.7, 0.9):
                archive.write_bytes(whole)
                damage(archive, where)
                with pytest.raises(BadBackup, match=r"damaged|cut off|no backup"):
                    restore(archive)
                assert list(data.iterdir()) == []
        assert database.filled() == []
        archive.write_bytes(b"")
        with pytest.raises(BadBackup):
            restore(archive)


def test_a_database_that_fails_takes_the_files_back(
    archive: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise NoDatabaseTool("pg_restore failed")

    with elsewhere() as data:
        with monkeypatch.context() as patched:
            patched.setattr(database, "load", fail)
            with pytest.raises(NoDatabaseTool):
                restore(archive)
        assert list(data.iterdir()) == []
        restore(archive)
        assert Project.objects.count() == 2


def test_what_a_killed_restore_left_is_cleared_by_the_next(archive: Path, elsewhere: Elsewhere) -> None:
    with elsewhere() as data:
        (data / "masks" / "00").mkdir(parents=True)
        (data / "masks" / "00" / "half.png").write_bytes(b"x")
        (data / ".restore-abc").mkdir()
        (data / ".restoring").write_text('["masks"]')
        restore(archive)
        assert not (data / "masks" / "00" / "half.png").exists()
        assert not list(data.glob(".re*"))


def test_without_the_programs_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PACKAGES", tmp_path)
    monkeypatch.setattr(database.shutil, "which", lambda _: None)
    version = connection.pg_version // 10_000
    with pytest.raises(NoDatabaseTool, match=f"install the package postgresql-client-{version}"):
        making.back_up(tmp_path / "backup.tar")


def test_every_column_that_names_a_file_is_known(painted: Project, alice: AbstractBaseUser) -> None:
    from django.apps import apps

    from annotation.backups.naming import PATHS

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
