"""A bucket that refuses, is slow, breaks off, lies or is gone: clear words, nothing half written, nothing lost."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotation import jobs, storage
from annotation.arrays.vectors import folder_of
from annotation.errors import StorageAway, StorageRefused
from annotation.ingest.requesting import request_ingest
from annotation.models import Job, Scene
from annotation.models.jobs import JobKind
from annotation.storage import bucket as buckets
from tests.annotation.storage.faulty import Fault, between
from tests.pools import write_cover
from tests.uploads import upload
from webapp.operating.disk import disk
from webapp.operating.services import services


@pytest.fixture(autouse=True)
def impatient(monkeypatch) -> Iterator[None]:
    """Wait for no answer as long as in real life."""
    monkeypatch.setattr(buckets, "PATIENCE", {"connect_timeout": 1, "read_timeout": 1})
    monkeypatch.setattr(buckets, "RETRIES", {"mode": "standard", "total_max_attempts": 2})
    forget_clients()
    yield
    forget_clients()


def forget_clients() -> None:
    """Let the next request make a client anew."""
    buckets._session_of.cache_clear()
    buckets._client_of.cache_clear()


@pytest.fixture
def fault(bucket: str, s3_server, settings) -> Iterator[Fault]:
    """Return what goes wrong between us and the bucket, once it is set."""
    with between(s3_server.endpoint) as (address, fault):
        settings.S3_ENDPOINT = address
        yield fault


@pytest.fixture
def path(fault: Fault, data_dir: Path) -> Path:
    """Return a file that is in the bucket and not here."""
    path = data_dir / "assets" / "scene.tif"
    path.parent.mkdir()
    path.write_bytes(bytes(range(256)) * 1000)
    storage.keep(path)
    shutil.rmtree(data_dir)
    return path


def files(folder: Path) -> list[Path]:
    """Return all files here but for locks."""
    return [one for one in folder.rglob("*") if one.is_file() and ".locks" not in one.parts]


def test_it_works(path: Path) -> None:
    assert storage.fetch(path).stat().st_size == 256_000


@pytest.mark.parametrize("kind", ["truncated", "changed", "slow", "gone"])
def test_what_goes_wrong_once_is_done_again(kind: str, path: Path, fault: Fault, data_dir: Path) -> None:
    fault.set(kind, times=1)
    assert storage.fetch(path).read_bytes() == bytes(range(256)) * 1000
    assert fault.asked == (1 if kind == "slow" else 2)


@pytest.mark.parametrize("kind", ["truncated", "changed", "gone", "silent"])
def test_what_never_comes_whole_leaves_nothing_here(kind: str, path: Path, fault: Fault, data_dir: Path) -> None:
    fault.set(kind)
    for get in (storage.fetch, storage.refresh, storage.read):
        with pytest.raises(StorageAway, match="try again in a minute"):
            get(path)
    assert files(data_dir) == []
    fault.set("")
    assert storage.fetch(path).stat().st_size == 256_000


def test_a_refusal_says_who_can_mend_it(path: Path, fault: Fault) -> None:
    fault.set("refused")
    for ask in (storage.fetch, storage.size, storage.remove, storage.folders, lambda path: list(storage.entries(path))):
        with pytest.raises(StorageRefused, match="refuses our key .*: an operator checks it"):
            ask(path)
    assert "refuses our key" in storage.trouble()


def test_what_cannot_be_handed_over_stays_here(path: Path, fault: Fault, data_dir: Path) -> None:
    other = data_dir / "masks" / "mask.png"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"mask")
    fault.set("gone")
    with pytest.raises(StorageAway):
        storage.keep(other)
    with pytest.raises(StorageAway):
        storage.write(data_dir / "insight.json", b"{}")
    assert files(data_dir) == [other]
    fault.set("")
    storage.keep(other)
    assert storage.read(other) == b"mask"


def test_a_bucket_that_is_not_there_is_named(bucket: str, settings) -> None:
    settings.STORAGE_URL = "s3://there-is-none/x"
    assert "no such bucket: an operator makes it" in storage.trouble()


def test_without_a_key_it_says_which_to_set(bucket: str, monkeypatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    forget_clients()
    assert "AWS_ACCESS_KEY_ID" in storage.trouble()


@pytest.mark.django_db
def test_a_job_waits_until_the_store_is_back(fault: Fault, project, tmp_path: Path) -> None:
    job = request_ingest(project, [upload(write_cover(tmp_path))]).job
    fault.set("gone")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (Job.State.QUEUED, 0, "")
    assert "The storage does not answer. Nothing is lost" in job.message
    assert job.not_before is not None
    fault.set("")
    Job.objects.filter(pk=job.pk).update(not_before=None)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    assert Scene.objects.get(project=project).asset.file.is_file()
    assert project.jobs.filter(kind=JobKind.EMBED).exists()


@pytest.mark.django_db
def test_whoever_uploads_meanwhile_is_told_so(fault: Fault, project, api, alice, tmp_path: Path) -> None:
    fault.set("refused")
    answer = api(alice).post(
        f"/api/projects/{project.pk}/scenes/", {"files": [upload(write_cover(tmp_path))]}, format="multipart"
    )
    assert answer.status_code == 503
    assert "refuses our key" in answer.json()["error"]["message"]
    assert not project.jobs.exists()


def test_whatever_of_many_writes_fails_is_told(fault: Fault, data_dir: Path) -> None:
    fault.set("refused")
    with pytest.raises(StorageRefused), storage.at_once():
        storage.write(data_dir / "mask.png", b"mask")
    assert files(data_dir) == []


@pytest.mark.django_db
def test_without_a_bucket_no_change_is_made_that_vectors_do_not_hear_of(fault: Fault, scene, api, alice) -> None:
    storage.write(folder_of(scene.project) / "vectors" / "ab" / "scaling.json", b"{}")
    fault.set("gone")
    answer = api(alice).delete(f"/api/projects/{scene.project_id}/scenes/{scene.pk}/")
    assert answer.status_code == 503
    assert Scene.objects.filter(pk=scene.pk).exists()


@pytest.mark.django_db
def test_administrators_are_told(fault: Fault) -> None:
    assert services()[-1].answers
    fault.set("refused")
    assert "refuses our key" in services()[-1].told
    assert disk().whole is False
