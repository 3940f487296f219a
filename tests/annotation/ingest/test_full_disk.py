"""A full disk is one clear message; nothing half written stays, and all goes on once there is room."""

import errno
import zipfile
from pathlib import Path

import numpy as np
import pytest

from annotation import ingest, jobs
from annotation.errors import DISK_FULL
from annotation.ingest import Status, Wishes, ingest_files, staging, sweep_files
from annotation.models import Job
from annotation.storage import write_whole
from mlcore import quarantine
from mlcore.files import whole
from tests.rasters import write_raster
from tests.uploads import files_on_disk, upload, write_archive, write_chip

FULL = OSError(errno.ENOSPC, "No space left on device")


def fail(*_: object, **__: object) -> None:
    raise FULL


def test_a_job_says_so_and_goes_on_later(project, tmp_path: Path, monkeypatch) -> None:
    job = ingest.request_ingest(project, [upload(write_raster(tmp_path / "lake.tif"))]).job
    with monkeypatch.context() as full:
        full.setattr("annotation.ingest.assets.convert", fail)
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, DISK_FULL)
    assert job.restart()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_an_upload_is_told(api, project, alice, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(staging, "_copy", fail)
    sent = {"files": [upload(write_raster(tmp_path / "lake.tif"))]}
    answer = api(alice).post(f"/api/projects/{project.pk}/scenes/", sent, format="multipart")
    assert (answer.status_code, answer.json()["error"]["code"]) == (507, "disk_full")
    assert answer.json()["error"]["message"] == DISK_FULL
    assert files_on_disk() == []


def test_a_conversion_tells_the_disk_from_the_file(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "lake.tif")
    facts = quarantine.inspect(path)
    with pytest.raises(OSError, match="No such file") as met:
        quarantine.convert(path, tmp_path / "missing" / "a.tif", facts)
    assert met.value.errno == errno.ENOENT


def test_nothing_half_written_stays(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="space"):
        write_whole(tmp_path / "a", b"much")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match="space"), whole(tmp_path / "b") as partial:
        partial.write_bytes(b"mu")
        raise FULL
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED])
def test_a_damaged_member_costs_itself_alone(project, tmp_path: Path, packing: int) -> None:
    path = tmp_path / "chips.zip"
    with zipfile.ZipFile(path, "w", packing) as archive:
        for seed in range(3):
            archive.writestr(f"{seed}.tif", write_chip(tmp_path / f"{seed}.tif", seed).read_bytes())
        second = archive.getinfo("1.tif")
    content = bytearray(path.read_bytes())
    start = second.header_offset + 30 + len("1.tif")
    content[start : start + 200] = np.random.default_rng(0).bytes(200)
    path.write_bytes(content)
    results = list(ingest_files(project, [path], Wishes(), report=lambda *_: None))
    assert [result.status for result in results] == [Status.ACCEPTED, Status.REFUSED, Status.ACCEPTED]
    assert results[1].message.startswith("it is damaged in the archive")
    assert project.scenes.count() == 2


def test_an_archive_of_junk_is_given_up(project, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("annotation.ingest.chips._HOPELESS_AFTER", 5)
    path = write_archive(tmp_path / "junk.zip", {f"{number}.png": b"x" for number in range(40)})
    results = list(ingest_files(project, [path], Wishes(), report=lambda *_: None))
    assert len(results) == 6
    assert results[-1].message == "35 more are not looked at, since nearly all before them were refused"


def test_what_killed_processes_left_is_swept(project, data_dir: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    left = [data_dir / "masks/ab/.part-x", data_dir / "assets/cd/.cog-y/scratch.tif", tmp_path / "tmpz.upload.tif"]
    kept = [data_dir / "masks/ab/1.png", tmp_path / "other.tif"]
    for path in left + kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"part")
    sweep_files(older_than=3600)
    assert all(path.exists() for path in left), "what is being written stays"
    sweep_files(older_than=-1)
    assert [path for path in left if path.exists()] == []
    assert all(path.exists() for path in kept)
