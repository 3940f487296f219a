"""An upload is staged, looked at while its sender waits, and written down as a job."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotation import ingest
from annotation.ingest import Status, requesting, staging
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from mlcore.errors import UnknownName
from tests.rasters import ramp, write_raster
from tests.uploads import files_on_disk, folders_on_disk, upload

pytestmark = pytest.mark.django_db


def test_it_works(project: Project, alice, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "lake.tif", ramp(3, 64, 96))
    receipt = ingest.request_ingest(project, [upload(path)], acquired=date(2024, 5, 1), user_id=alice.pk)
    assert receipt.job is not None
    assert (receipt.job.kind, receipt.job.state, receipt.job.requested_by) == (JobKind.INGEST, "queued", alice)
    assert [file.to_dict() for file in receipt.files] == [
        {"name": "lake.tif", "status": "accepted", "message": "96 x 64 px with 3 bands to take in"}
    ]
    assert project.scenes.count() == 0
    message = ingest.run(receipt.job)
    assert message == "lake.tif: added, 3 x 2 tiles, sensor RGB camera (guessed: please confirm)"
    scene = project.scenes.get()
    assert (scene.name, scene.moment) == ("lake.tif", date(2024, 5, 1))
    assert folders_on_disk("uploads") == []
    assert files_on_disk() == [scene.asset.path]


def test_a_good_file_goes_on_beside_a_bad_one(project: Project, tmp_path: Path) -> None:
    good = write_raster(tmp_path / "lake.tif", ramp(3, 64, 96))
    bad = SimpleUploadedFile("notes.tif", b"this is no raster")
    receipt = ingest.request_ingest(project, [upload(good), bad])
    assert [file.status for file in receipt.files] == [Status.ACCEPTED, Status.REFUSED]
    assert receipt.job is not None
    assert len(receipt.job.params["files"]) == len(folders_on_disk("uploads")) == 1


def test_a_file_that_is_there_needs_no_job(project: Project, scene, tmp_path: Path) -> None:
    receipt = ingest.request_ingest(project, [upload(tmp_path / "scene.tif")])
    assert receipt.job is None
    assert receipt.files[0].status is Status.DUPLICATE
    assert receipt.files[0].message == "already in the project as scene.tif: nothing to do"
    assert folders_on_disk("uploads") == []


def test_a_file_that_is_sent_twice_at_once_is_taken_once(project: Project, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "lake.tif")
    receipt = ingest.request_ingest(project, [upload(path), upload(path, "again.tif")])
    assert [file.status for file in receipt.files] == [Status.ACCEPTED, Status.DUPLICATE]
    assert len(folders_on_disk("uploads")) == 1


def test_the_stated_sensor_is_kept(project: Project, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "lake.tif", ramp(7, 64, 64))
    receipt = ingest.request_ingest(project, [upload(path)], sensor="landsat7-etm")
    ingest.run(receipt.job)
    assert (project.scenes.get().sensor["code"], project.scenes.get().sensor_guessed) == ("landsat7-etm", False)


def test_a_sensor_with_other_bands_is_refused_with_those_that_fit(project: Project, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "lake.tif", ramp(3, 64, 64))
    receipt = ingest.request_ingest(project, [upload(path)], sensor="landsat7-etm")
    assert receipt.job is None
    assert "has 7 bands but the file has 3; sensors that fit: rgb, unknown-3" in receipt.files[0].message


def test_an_unknown_sensor_is_refused_before_anything_is_staged(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Unknown sensor 'hubble'; choose one of: .*landsat7-etm"):
        ingest.request_ingest(project, [upload(write_raster(tmp_path / "lake.tif"))], sensor="hubble")
    assert folders_on_disk("uploads") == []


def test_a_file_above_the_limit_is_refused(project: Project, settings) -> None:
    settings.UPLOAD_LIMIT_MB = 1
    receipt = ingest.request_ingest(project, [SimpleUploadedFile("large.tif", b"x" * (2**20 + 1))])
    assert (receipt.job, receipt.files[0].status) == (None, Status.REFUSED)
    assert "large.tif is larger than 1 MB" in receipt.files[0].message
    assert folders_on_disk("uploads") == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.tif", "passwd.tif"),
        ("C:\\maps\\lake.tif", "lake.tif"),
        ("<script>alert(1)</script>.tif", "script_.tif"),
        ("<img src=x>.tif", "_img src=x_.tif"),
        ("a\x00b\u202ec\n.tif", "abc.tif"),
        ("..", ".."),
        ("", "unnamed"),
        ("x" * 300, "x" * 200),
    ],
)
def test_names_are_for_the_eyes_only(sent: str, shown: str) -> None:
    assert staging.plain_name(sent) == shown


def test_a_name_never_becomes_a_path(project: Project, data_dir: Path, tmp_path: Path) -> None:
    sent = upload(write_raster(tmp_path / "lake.tif"))
    sent._name = "../../../escape.tif"  # Django would cut it, other callers may not
    before = set(data_dir.parent.rglob("*escape*"))  # other tests have their files there
    receipt = ingest.request_ingest(project, [sent])
    (file,) = receipt.job.params["files"]
    assert file["name"] == "escape.tif"
    assert "escape" not in file["path"]
    assert set(data_dir.parent.rglob("*escape*")) == before


def test_a_failure_on_the_way_leaves_no_upload(project: Project, tmp_path: Path, monkeypatch) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr(requesting, "_write_job", fail)
    with pytest.raises(RuntimeError):
        ingest.request_ingest(project, [upload(write_raster(tmp_path / "lake.tif"))])
    assert folders_on_disk("uploads") == []


def test_a_sender_who_breaks_off_leaves_no_upload(project: Project) -> None:
    class Broken:
        name = "lake.tif"

        def chunks(self):
            yield b"II*\x00"
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        ingest.request_ingest(project, [Broken()])
    assert files_on_disk() == []


def test_a_file_without_a_valid_pixel_is_refused_at_once(project: Project, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "nothing.tif", np.full((1, 64, 64), np.nan, "float32"))
    receipt = ingest.request_ingest(project, [upload(path)])
    assert receipt.files[0].message == "nothing.tif has no valid pixel: everything is nodata, NaN or masked."
    assert Job.objects.count() == 0
