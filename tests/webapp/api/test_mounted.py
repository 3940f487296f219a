"""/api/projects/{id}/mounted/: files on a mounted folder are taken in where they lie."""

import os
import shutil
from pathlib import Path

import pytest

from annotation import ingest
from annotation.chips import load_samples
from annotation.ingest import Wishes
from annotation.models import Asset, Sample
from annotation.models.jobs import JobKind
from annotation.quotas import used_by
from annotation.soundness import check_files
from tests.pools import run_jobs
from tests.rasters import ramp, write_raster
from tests.uploads import files_on_disk
from webapp.tasks import tidy

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(tmp_path, settings) -> Path:
    """Return a mounted folder."""
    folder = tmp_path / "mnt"
    (folder / "2021").mkdir(parents=True)
    settings.MOUNTED_FOLDERS = {"archive": str(folder)}
    return folder


@pytest.fixture
def cog(root) -> Path:
    return write_raster(root / "2021" / "coast.tif", ramp(3, 64, 64), driver="COG")


@pytest.fixture
def address(project) -> str:
    return f"/api/projects/{project.pk}/mounted/"


@pytest.fixture
def take(api, address, alice, project):
    """Return a function that takes files in and gives the answer."""

    def post(*paths: str):
        answer = api(alice).post(address, {"paths": paths}, format="json")
        run_jobs(project, JobKind.INGEST)
        return answer

    return post


def test_it_works(api, project, alice, take, cog, settings):
    before = cog.read_bytes()
    answer = take("archive/2021/coast.tif")
    assert (answer.status_code, answer.json()["files"][0]["status"]) == (202, "accepted")
    scene = project.scenes.get()
    assert (scene.name, scene.asset.mounted, scene.asset.file) == ("coast.tif", str(cog), cog)
    assert files_on_disk() == []
    assert used_by(project).bytes == 0
    assert "read where it lies" in project.jobs.get(kind="ingest").message
    assert api(alice).get(f"/projects/{project.pk}/scenes/{scene.pk}/preview.png").status_code == 200
    assert len(list(load_samples(project, Sample.objects.filter(project=project)))) == 4
    assert api(alice).delete(f"/api/projects/{project.pk}/scenes/{scene.pk}/").status_code == 204
    assert not Asset.objects.exists()
    assert cog.read_bytes() == before


def test_owners_browse(api, alice, bob, address, cog, root):
    (root / ".hidden").mkdir()
    (root / "notes.txt").write_text("x")
    assert [entry["path"] for entry in api(alice).get(address).json()] == ["archive"]
    entries = api(alice).get(address, {"folder": "archive"}).json()
    assert [(entry["name"], entry["is_folder"]) for entry in entries] == [("2021", True), ("notes.txt", False)]
    (file,) = api(alice).get(address, {"folder": "archive/2021"}).json()
    assert (file["path"], file["size"]) == ("archive/2021/coast.tif", cog.stat().st_size)
    assert api(bob).get(address).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "archive/../secret.tif", "/etc/hostname", "archive//etc/hostname", "archive/link.tif", "archive/out/secret.tif",
        "archive/circle", "elsewhere/a.tif", "", ".", "archive", "archive/2021", "archive/a\0b",
        "archive/" + "x" * 3000,
    ],
)  # fmt: skip
def test_nothing_leads_out(api, alice, address, root, path, tmp_path):
    write_raster(tmp_path / "secret.tif", ramp(3, 64, 64))
    (root / "link.tif").symlink_to(tmp_path / "secret.tif")
    (root / "out").symlink_to(tmp_path)
    (root / "circle").symlink_to(root / "circle")
    answer = api(alice).post(address, {"paths": [path]}, format="json")
    assert answer.status_code in (400, 404), answer.json()
    assert "secret" not in str(api(alice).get(address, {"folder": "archive"}).json())
    if path not in ("archive/2021", "archive", "", "."):
        assert api(alice).get(address, {"folder": path}).status_code in (400, 404)


def test_a_file_that_became_a_link_is_not_followed(api, alice, project, take, cog, tmp_path):
    take("archive/2021/coast.tif")
    stat = cog.stat()
    shutil.move(cog, tmp_path / "outside.tif")
    cog.symlink_to(tmp_path / "outside.tif")
    assert cog.stat().st_mtime_ns == stat.st_mtime_ns
    address = f"/projects/{project.pk}/scenes/{project.scenes.get().pk}/preview.png"
    assert api(alice).get(address).status_code == 409


def test_what_reads_slowly_is_converted_into_the_store(project, take, root):
    path = write_raster(root / "strips.tif", ramp(3, 700, 700))
    take("archive/strips.tif")
    asset = project.scenes.get().asset
    assert asset.mounted == ""
    assert files_on_disk() == [asset.path]
    assert path.exists()
    assert used_by(project).bytes == asset.size


def test_what_was_changed_or_is_gone_is_noticed_and_told(api, alice, project, take, cog):
    take("archive/2021/coast.tif")
    scene, content, times = project.scenes.get(), cog.read_bytes(), (cog.stat().st_atime_ns, cog.stat().st_mtime_ns)
    cog.unlink()
    tidy()
    scene.refresh_from_db()
    assert "is gone from its mounted folder: put it back" in scene.fault
    assert list(load_samples(project, Sample.objects.filter(project=project))) == [] or all(
        not sample.chips for _, sample in load_samples(project, Sample.objects.filter(project=project))
    )
    picture = api(alice).get(f"/projects/{project.pk}/scenes/{scene.pk}/preview.png")
    assert (picture.status_code, "is gone" in picture.json()["error"]["message"]) == (409, True)
    cog.write_bytes(content + b"more")
    assert check_files(project.scenes.all()) == 1
    scene.refresh_from_db()
    assert "was changed in its mounted folder" in scene.fault
    cog.write_bytes(content)
    os.utime(cog, ns=times)
    assert check_files(project.scenes.all()) == 1
    scene.refresh_from_db()
    assert scene.fault == ""


def test_a_file_that_moved_is_found_again(project, take, cog, root):
    take("archive/2021/coast.tif")
    cog.rename(root / "moved.tif")
    take("archive/moved.tif")
    assert project.scenes.get().asset.file == root / "moved.tif"
    assert "found again" in project.jobs.filter(kind="ingest").latest("pk").message


def test_files_that_belong_together_are_one(project, take, root):
    (root / "cube.bsq").write_bytes(ramp(2, 32, 32, "uint16").tobytes())
    header = "ENVI\nsamples = 32\nlines = 32\nbands = 2\ndata type = 12\ninterleave = bsq\nbyte order = 0\n"
    (root / "cube.hdr").write_text(header)
    take("archive/cube.bsq", "archive/cube.hdr")
    assert project.scenes.get().asset.facts["count"] == 2
    assert sorted(path.name for path in root.glob("cube.*")) == ["cube.bsq", "cube.hdr"]


def test_what_is_no_imagery_is_refused_at_once(take, project, root):
    (root / "notes.tif").write_text("no image")
    answer = take("archive/notes.tif")
    assert answer.status_code == 400
    assert "notes.tif" in answer.json()["error"]["message"]
    assert not project.jobs.exists()
    assert (root / "notes.tif").exists()


def test_the_command_leaves_files_in_place(project, cog, tmp_path, root):
    outside = write_raster(tmp_path / "outside.tif", ramp(3, 64, 65), driver="COG")
    told = Wishes(in_place=True)
    results = list(ingest.ingest_files(project, [cog, outside, root], told, report=lambda *_: None))
    said = {result.name: result.message for result in results}
    assert "read where it lies" in said["coast.tif"]
    assert "name its folder in MOUNTED_FOLDERS" in said["outside.tif"]
    assert "is a folder: name its files" in said["mnt"]


def test_no_backup_asks_for_it(project, take, cog):
    from annotation.backups.naming import named

    take("archive/2021/coast.tif")
    assert not [path for path in named() if "coast" in str(path) or str(path).startswith("mounted")]
