"""The job of an upload: safe to run again, and nothing half-written when it fails."""

from pathlib import Path

import pytest

from annotation import ingest, jobs
from annotation.deletions import delete_project
from annotation.errors import BadUpload
from annotation.ingest import Status, intake, requesting
from annotation.ingest.results import FileResult
from annotation.models import Asset, Job, Project
from annotation.models.jobs import JobKind
from tests.rasters import ramp, write_raster
from tests.uploads import files_on_disk, folders_on_disk, upload


def make_job(project: Project, *paths: Path) -> Job:
    """Return the job of an upload."""
    job = ingest.request_ingest(project, [upload(path) for path in paths]).job
    assert job is not None
    return job


@pytest.mark.django_db(transaction=True)
def test_it_works(project: Project, tmp_path: Path) -> None:
    job = make_job(project, write_raster(tmp_path / "lake.tif", ramp(3, 64, 96)))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.progress) == (Job.State.DONE, 1)
    assert job.message.startswith("lake.tif: added, 3 x 2 tiles")
    assert list(project.jobs.filter(state="queued").values_list("kind", flat=True)) == [JobKind.EMBED]


@pytest.mark.django_db
def test_a_second_run_changes_nothing(project: Project, tmp_path: Path, monkeypatch) -> None:
    job = make_job(project, write_raster(tmp_path / "lake.tif", ramp(3, 64, 96)))
    monkeypatch.setattr(intake, "discard", lambda file: None)  # as if killed before it tidied up
    ingest.run(job)
    assert ingest.run(job) == "lake.tif: already in the project as lake.tif: nothing to do"
    assert (project.scenes.count(), project.samples.count()) == (1, 6)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("bands", "state"), [(3, Job.State.DONE), (0, Job.State.FAILED)])
def test_a_job_killed_as_it_tidied_up_tells_what_it_did(
    project: Project, tmp_path: Path, monkeypatch, bands: int, state: str
) -> None:
    path = write_raster(tmp_path / "lake.tif", ramp(max(bands, 1), 64, 96))
    job = make_job(project, path)
    if not bands:
        monkeypatch.setattr(intake, "take_in", lambda *_, **__: [FileResult("lake.tif", Status.REFUSED, "Not this.")])
    with monkeypatch.context() as killed:
        killed.setattr(jobs.Job, "finish", lambda *_: None)
        killed.setattr(jobs.Job, "fail", lambda *_: None)
        jobs.run(job.pk)
    assert folders_on_disk("uploads") == []
    Job.objects.update(state=Job.State.QUEUED)
    jobs.run(job.pk)
    job.refresh_from_db()
    told = job.message if bands else job.error
    assert (job.state, told.startswith("lake.tif: added" if bands else "lake.tif: Not this.")) == (state, True)


@pytest.mark.django_db
def test_a_job_that_crashed_can_be_started_again(project: Project, tmp_path: Path, monkeypatch) -> None:
    job = make_job(project, write_raster(tmp_path / "lake.tif"))
    with monkeypatch.context() as broken, pytest.raises(OSError, match="disk"):
        broken.setattr(intake, "add_scene", lambda *args: (_ for _ in ()).throw(OSError("the disk is gone")))
        ingest.run(job)
    assert (Asset.objects.count(), project.scenes.count()) == (0, 0)
    assert [Path(name).parts[0] for name in files_on_disk()] == ["uploads"]
    assert "added" in ingest.run(job)


@pytest.mark.django_db
def test_a_damaged_block_fails_the_job_with_its_reason(project: Project, tmp_path: Path, monkeypatch) -> None:
    path = write_raster(tmp_path / "lake.tif", ramp(3, 512, 512), tiled=True, compress="deflate")
    content = bytearray(path.read_bytes())
    content[-3000:-1000] = bytes(2000)
    path.write_bytes(content)
    monkeypatch.setattr(requesting, "_QUICK", 0)  # as with a file too large to be read while its sender waits
    job = make_job(project, path)
    with pytest.raises(BadUpload, match=r"lake\.tif.*(damaged|truncated)"):
        ingest.run(job)
    assert files_on_disk() == []
    assert (Asset.objects.count(), project.scenes.count()) == (0, 0)


@pytest.mark.django_db
def test_a_lost_upload_says_what_to_do(project: Project, tmp_path: Path) -> None:
    job = make_job(project, write_raster(tmp_path / "lake.tif"))
    for folder in folders_on_disk("uploads"):
        for file in folder.iterdir():
            file.unlink()
    with pytest.raises(BadUpload, match=r"The upload of lake\.tif is gone; send it again"):
        ingest.run(job)


@pytest.mark.django_db
def test_what_a_killed_process_left_is_swept(project: Project, tmp_path: Path) -> None:
    kept = make_job(project, write_raster(tmp_path / "lake.tif"))
    done = make_job(project, write_raster(tmp_path / "other.tif", ramp(1, 40, 40)))
    ingest.run(done)
    orphan = Asset.objects.get().file.with_name("orphan.tif")
    orphan.write_bytes(b"half")
    assert ingest.sweep_files() == 0  # too young: somebody may be writing it
    stale = make_job(project, write_raster(tmp_path / "stale.tif", ramp(2, 40, 40)))
    stale.delete()
    assert ingest.sweep_files(older_than=-1) == 2
    assert not orphan.exists()
    assert Asset.objects.get().file.is_file()
    assert "added" in ingest.run(kept)


@pytest.mark.django_db
def test_imagery_of_deleted_projects_is_swept(project: Project, scene, django_capture_on_commit_callbacks) -> None:
    delete_project(project)
    assert len(files_on_disk()) == 1
    with django_capture_on_commit_callbacks(execute=True):
        ingest.sweep_files(older_than=-1)
    assert (files_on_disk(), Asset.objects.count()) == ([], 0)
