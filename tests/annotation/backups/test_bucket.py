"""Backups of an installation whose files lie in a bucket, and the way from a folder into one."""

from pathlib import Path

import pytest

from annotation import storage
from annotation.backups import back_up, last_backup, restore
from annotation.backups.naming import named
from annotation.errors import NotReady, NotRestorable
from annotation.models import Project
from tests.annotation.backups.conftest import Elsewhere, exported

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works(bucket: str, painted: Project, elsewhere: Elsewhere, tmp_path: Path) -> None:
    archive, said = tmp_path / "backup.tar", list[str]()
    manifest = back_up(archive)
    before = exported(painted, tmp_path)
    assert (manifest.files_in, manifest.bytes, manifest.missing) == (bucket, 0, [])
    assert last_backup().bytes == archive.stat().st_size
    with elsewhere():
        restore(archive, report=said.append)
        assert exported(Project.objects.get(pk=painted.pk), tmp_path) == before
    assert not any("not in s3" in line for line in said)


def test_with_the_bucket_all_of_it_is_restored_into_a_folder(
    bucket: str, painted: Project, elsewhere: Elsewhere, tmp_path: Path, settings
) -> None:
    archive = tmp_path / "backup.tar"
    manifest = back_up(archive, with_bucket=True)
    before, files = exported(painted, tmp_path), set(named())
    assert (manifest.files_in, manifest.missing) == ("", []) and manifest.bytes > 0
    settings.STORAGE_URL = ""
    with elsewhere() as data:
        restore(archive)
        assert all((data / path).is_file() for path in files)
        assert exported(Project.objects.get(pk=painted.pk), tmp_path) == before


def test_a_file_that_goes_while_it_is_copied_is_told(
    bucket: str, painted: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(path: Path) -> bytes:
        raise FileNotFoundError(path)

    monkeypatch.setattr(storage, "read", gone)
    with pytest.raises(NotReady, match="was removed before it was copied; try again"):
        back_up(tmp_path / "backup.tar", with_bucket=True)
    assert list(tmp_path.glob("*.tar")) == []


def test_what_the_bucket_lost_is_told(bucket: str, painted: Project, elsewhere: Elsewhere, tmp_path, data_dir) -> None:
    archive, said = tmp_path / "backup.tar", list[str]()
    back_up(archive)
    lost = painted.scenes.get().asset
    storage.remove(lost.place)
    with elsewhere():
        restore(archive, report=said.append)
    assert said[-1] == f"1 files are not in {bucket}, such as {lost.path}: bring them back there."
    assert back_up(tmp_path / "later.tar").missing == [lost.path]


def test_a_backup_without_files_is_not_restored_into_a_folder(
    bucket: str, painted: Project, elsewhere: Elsewhere, tmp_path: Path, settings
) -> None:
    back_up(tmp_path / "backup.tar")
    settings.STORAGE_URL = ""
    with elsewhere(), pytest.raises(NotRestorable, match=f"its files are in {bucket}. Set STORAGE_URL"):
        restore(tmp_path / "backup.tar")


def test_a_backup_of_a_folder_moves_it_into_a_bucket(
    painted: Project, elsewhere: Elsewhere, tmp_path: Path, s3_server, settings
) -> None:
    archive = tmp_path / "backup.tar"
    back_up(archive)
    before = exported(painted, tmp_path)
    settings.STORAGE_URL, settings.S3_ENDPOINT = s3_server.new_bucket(), s3_server.endpoint
    with elsewhere() as data:
        restore(archive)
        assert all(storage.has(data / path) for path in named())
        assert exported(Project.objects.get(pk=painted.pk), tmp_path) == before
    storage.write(Path(settings.DATA_DIR) / "other", b"x")
    with elsewhere(), pytest.raises(NotRestorable):
        restore(archive)
