"""/api/projects/{id}/uploads/: files that come in parts, by the protocol tus."""

import base64
import hashlib
import io
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection

from annotation import ingest
from annotation.errors import Overtaken
from annotation.ingest.transfers import append
from annotation.models import Job, Transfer
from annotation.models.jobs import JobKind
from tests import factories
from tests.pools import run_jobs
from tests.rasters import ramp, write_raster
from tests.uploads import files_on_disk

pytestmark = pytest.mark.django_db
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
OCTETS = "application/offset+octet-stream"


def named(name: str) -> str:
    return f"filename {base64.b64encode(name.encode()).decode()},filetype aW1hZ2UvdGlmZg=="


@pytest.fixture
def address(project) -> str:
    return f"/api/projects/{project.pk}/uploads/"


@pytest.fixture
def begin(api, address, alice) -> Callable[..., str]:
    """Return a function that begins an upload and gives its address."""

    def create(size: int, name: str = "scene.tif") -> str:
        answer = api(alice).post(address, HTTP_UPLOAD_LENGTH=str(size), HTTP_UPLOAD_METADATA=named(name), **TUS)
        assert answer.status_code == 201, answer.content
        return answer["Location"]

    return create


@pytest.fixture
def send(api, alice) -> Callable[..., object]:
    """Return a function that sends a part."""

    def patch(place: str, offset: int, part: bytes, **headers: str):
        return api(alice).generic("PATCH", place, part, OCTETS, HTTP_UPLOAD_OFFSET=str(offset), **TUS, **headers)

    return patch


@pytest.fixture
def raster(tmp_path: Path) -> bytes:
    return write_raster(tmp_path / "a.tif", ramp(3, 64, 64)).read_bytes()


def number(place: str) -> int:
    return int(place.rstrip("/").rpartition("/")[2])


def test_it_works(api, project, alice, begin, send, raster):
    place, half = begin(len(raster), "coast.tif"), len(raster) // 2
    first = send(place, 0, raster[:half])
    assert (first.status_code, first["Upload-Offset"]) == (204, str(half))
    asked = api(alice).head(place, **TUS)
    assert (asked.status_code, asked["Upload-Offset"], asked["Upload-Length"]) == (200, str(half), str(len(raster)))
    assert asked["Cache-Control"] == "no-store"
    assert send(place, half, raster[half:])["Upload-Offset"] == str(len(raster))
    answer = api(alice).post(f"/api/projects/{project.pk}/scenes/", {"uploads": [number(place)]}, format="multipart")
    assert answer.status_code == 202
    assert answer.json()["files"][0]["name"] == "coast.tif"
    assert not Transfer.objects.exists()
    run_jobs(project, JobKind.INGEST)
    scene = project.scenes.get()
    assert (scene.name, scene.asset.sha256) == ("coast.tif", hashlib.sha256(raster).hexdigest())
    assert [name for name in files_on_disk() if name.startswith("uploads")] == []


def test_it_says_what_it_speaks(api, alice, address, settings):
    told = api(alice).options(address)
    assert told.status_code == 200
    assert told["Tus-Version"] == told["Tus-Resumable"] == "1.0.0"
    assert told["Tus-Extension"] == "creation,expiration,checksum,termination"
    assert told["Tus-Max-Size"] == str(settings.UPLOAD_LIMIT_MB * 2**20)
    assert "sha1" in told["Tus-Checksum-Algorithm"].split(",")


@pytest.mark.parametrize("version", ["", "0.2.2", "2.0.0"])
def test_another_version_is_told_ours(api, alice, address, begin, version):
    headers = {"HTTP_TUS_RESUMABLE": version} if version else {}
    for method, place in (("POST", address), ("PATCH", begin(3))):
        answer = api(alice).generic(method, place, b"abc", OCTETS, HTTP_UPLOAD_LENGTH="3", **headers)
        assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


def test_a_part_at_another_place_is_refused(begin, send):
    place = begin(6)
    send(place, 0, b"abc")
    again = send(place, 0, b"abc")
    assert again.status_code == 409
    assert "goes on at byte 3" in again.json()["error"]["message"]
    assert send(place, 5, b"f").status_code == 409


def test_a_damaged_part_is_not_kept(begin, send):
    place = begin(6)
    wrong, right = (base64.b64encode(hashlib.sha256(text).digest()).decode() for text in (b"abd", b"abc"))
    answer = send(place, 0, b"abc", HTTP_UPLOAD_CHECKSUM=f"sha256 {wrong}")
    assert answer.status_code == 460
    assert "damaged on its way" in answer.json()["error"]["message"]
    assert (Transfer.objects.get().offset, files_on_disk()) == (0, [])
    assert send(place, 0, b"abc", HTTP_UPLOAD_CHECKSUM=f"sha256 {right}").status_code == 204
    for bad in ("crc32 AAAA", "sha256", "sha256 !!", "x"):
        assert send(place, 3, b"def", HTTP_UPLOAD_CHECKSUM=bad).status_code in (400, 460)
    assert Transfer.objects.get().offset == 3


def test_of_a_line_that_breaks_what_has_come_is_kept(project, alice, begin, send):
    class Line(io.RawIOBase):
        def __init__(self) -> None:
            self.pieces = [b"abc", b"de"]

        def read(self, size: int = -1, /) -> bytes:
            if not self.pieces:
                raise ConnectionResetError
            return self.pieces.pop(0)

    place = begin(8)
    append(Transfer.objects.get(), 0, Line())
    assert Transfer.objects.get().offset == 5
    assert send(place, 5, b"fgh").status_code == 204
    assert b"".join(Transfer.objects.get().chunks()) == b"abcdefgh"


def test_more_than_was_agreed_is_refused(begin, send):
    assert send(begin(3), 0, b"abcd").status_code == 413
    assert (Transfer.objects.get().offset, files_on_disk()) == (0, [])


def test_what_is_too_large_or_empty_or_without_room_is_refused_before_it_comes(api, alice, address, begin, settings):
    def ask(size: object):
        return api(alice).post(address, HTTP_UPLOAD_LENGTH=str(size), HTTP_UPLOAD_METADATA=named("a.tif"), **TUS)

    assert ask(settings.UPLOAD_LIMIT_MB * 2**20 + 1).status_code == 413
    for size in (0, -1, "", "x", "9" * 40, "٣"):
        assert ask(size).status_code == 400
    settings.UPLOAD_LIMIT_MB, settings.PROJECT_GB = 4096, 1
    begin(600_000_000)  # nothing of it has come yet
    refused = ask(600_000_000)
    assert refused.status_code == 409
    assert "PROJECT_GB" in refused.json()["error"]["message"]
    assert Transfer.objects.count() == 1


def test_a_file_that_is_not_whole_is_not_taken_in(api, project, alice, begin, send, raster):
    place = begin(len(raster))
    send(place, 0, raster[:100])
    answer = api(alice).post(f"/api/projects/{project.pk}/scenes/", {"uploads": [number(place)]}, format="multipart")
    assert answer.status_code == 400
    assert "send the rest first" in answer.json()["files"][0]["message"]
    assert Transfer.objects.get().offset == 100
    assert not Job.objects.exists()


def test_a_part_that_is_gone_is_told(api, project, alice, begin, send, raster):
    place = begin(len(raster))
    send(place, 0, raster)
    (part,) = Transfer.objects.get().place.iterdir()
    part.unlink()
    answer = api(alice).post(f"/api/projects/{project.pk}/scenes/", {"uploads": [number(place)]}, format="multipart")
    assert "is gone; send it again" in answer.json()["files"][0]["message"]


def test_files_that_belong_together_are_one_scene(api, project, alice, begin, send):
    values = ramp(2, 32, 32, "uint16")
    header = "ENVI\nsamples = 32\nlines = 32\nbands = 2\ndata type = 12\ninterleave = bsq\nbyte order = 0\n"
    numbers = []
    for name, data in (("cube.bsq", values.tobytes()), ("cube.hdr", header.encode())):
        send(place := begin(len(data), name), 0, data)
        numbers.append(number(place))
    answer = api(alice).post(f"/api/projects/{project.pk}/scenes/", {"uploads": numbers}, format="multipart")
    assert "an ENVI cube" in answer.json()["files"][0]["message"]
    run_jobs(project, JobKind.INGEST)
    assert project.scenes.get().asset.facts["count"] == 2


def test_it_can_be_given_up(api, alice, begin, send):
    place = begin(6)
    send(place, 0, b"abc")
    assert api(alice).delete(place, **TUS).status_code == 204
    assert (Transfer.objects.exists(), files_on_disk()) == (False, [])
    assert api(alice).head(place, **TUS).status_code == 404


def test_nobody_else_sees_or_sends_it(api, project, begin, carol, mallory):
    place = begin(6)
    factories.join(project, other := factories.make_user("oscar"), "owner")
    for person, status in ((carol, 403), (mallory, 404), (other, 404), (None, 401)):
        assert api(person).head(place, **TUS).status_code == status
        sent = api(person).generic("PATCH", place, b"abc", OCTETS, HTTP_UPLOAD_OFFSET="0", **TUS)
        assert sent.status_code == status
        wanted = {"uploads": [number(place)]}
        taken = api(person).post(f"/api/projects/{project.pk}/scenes/", wanted, format="multipart")
        assert taken.status_code == status
    assert api(other).get(place.rpartition("/uploads/")[0] + "/uploads/").json() == []


def test_unfinished_ones_are_listed(api, alice, address, begin, send):
    send(begin(6, "b.tif"), 0, b"abc")
    (shown,) = api(alice).get(address).json()
    assert (shown["name"], shown["size"], shown["offset"]) == ("b.tif", 6, 3)


def test_what_nobody_goes_on_with_is_swept(begin, send, monkeypatch):
    send(begin(6, "old.tif"), 0, b"abc")
    Transfer.objects.update(touched_at=Transfer.objects.get().touched_at - timedelta(days=4))
    send(begin(6, "young.tif"), 0, b"abc")
    for folder in (transfer.place for transfer in Transfer.objects.all()):
        os.utime(folder, times=(time.time() - 200_000,) * 2)
    ingest.sweep_files()
    assert [transfer.name for transfer in Transfer.objects.all()] == ["young.tif"]
    assert [name for name in files_on_disk() if name.startswith("uploads")] == [
        f"{Transfer.objects.get().folder}/{Transfer.objects.get().parts[0]}"
    ]


def test_a_deleted_project_takes_them_along(api, project, alice, begin, send, django_capture_on_commit_callbacks):
    send(begin(6), 0, b"abc")
    with django_capture_on_commit_callbacks(execute=True):
        assert api(alice).delete(f"/api/projects/{project.pk}/").status_code == 204
    assert (Transfer.objects.exists(), files_on_disk()) == (False, [])


@pytest.mark.parametrize("name", ["../../../etc/evil.tif", "<img src=x>.tif", "", "a\0b.tif"])
def test_a_name_never_becomes_a_path(begin, send, data_dir, name):
    send(begin(6, name), 0, b"abc")
    (path,) = files_on_disk()
    assert path == f"{Transfer.objects.get().folder}/{Transfer.objects.get().parts[0]}"
    assert not set(Transfer.objects.get().name) & set("/<>\0")


@pytest.mark.django_db(transaction=True)
def test_of_two_parts_for_one_place_one_counts(project, alice):
    transfer = Transfer.objects.create(project=project, sender=alice, name="a", size=6, folder="uploads/x")
    both, told = Barrier(2), list[str]()

    class Line(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            both.wait(5) if not self.tell() else None
            return super().read(size)

    def run(part: bytes) -> None:
        try:
            append(Transfer.objects.get(pk=transfer.pk), 0, Line(part))
            told.append("kept")
        except Overtaken:
            told.append("overtaken")
        finally:
            connection.close()

    threads = [Thread(target=run, args=(part,)) for part in (b"abc", b"defg")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(told) == ["kept", "overtaken"]
    transfer.refresh_from_db()
    assert len(files_on_disk()) == len(transfer.parts) == 1


def test_with_a_bucket_parts_lie_there(bucket, api, project, alice, begin, send, raster):
    place, half = begin(len(raster)), len(raster) // 2
    send(place, 0, raster[:half])
    send(place, half, raster[half:])
    assert [name for name in files_on_disk() if name.startswith("uploads")] == []  # another machine may go on
    answer = api(alice).post(f"/api/projects/{project.pk}/scenes/", {"uploads": [number(place)]}, format="multipart")
    assert answer.status_code == 202
    run_jobs(project, JobKind.INGEST)
    assert project.scenes.get().asset.sha256 == hashlib.sha256(raster).hexdigest()
