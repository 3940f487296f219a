"""Uploads that reach out, climb out of their folder, unfold or dress up."""

import base64
import io
import re
import socket
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from annotation.models.jobs import JobKind
from annotation.models.projects import Role
from mlcore.raster.write import encode_mask_png
from tests import factories
from tests.pools import run_jobs
from tests.rasters import ramp, write_raster

pytestmark = pytest.mark.django_db
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def upload(api, project, alice) -> Callable[..., dict]:
    """Return a function that uploads bytes under a name as the owner does, and gives the answer."""

    def send(name: str, data: bytes) -> dict:
        # by hand, since Django's test client already refuses such names
        head = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
        answer = api(alice).generic(
            "POST",
            f"/api/projects/{project.pk}/scenes/",
            head + data + b"\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
        )
        return answer.json()

    return send


@pytest.fixture
def trap():
    """Yield the port of a server on this machine and a list of those who connected to it."""
    visits: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                visitor, _ = server.accept()
            except OSError:
                return
            with visitor:
                visitor.settimeout(1)
                visits.append(visitor.recv(1000))

    thread = Thread(target=listen, daemon=True)
    thread.start()
    yield server.getsockname()[1], visits
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


def test_no_upload_reaches_out(upload, project, trap, tmp_path):
    port, visits = trap
    address = f"http://127.0.0.1:{port}/a.tif"
    texts = [
        f'<VRTDataset rasterXSize="8" rasterYSize="8"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        f"<SourceFilename>/vsicurl/{address}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>",
        f'<GDAL_WMS><Service name="TMS"><ServerUrl>{address}</ServerUrl></Service></GDAL_WMS>',
        f"<WCS_GDAL><ServiceURL>{address}</ServiceURL></WCS_GDAL>",
        f'{{"type": "Feature", "stac_version": "1.0.0", "assets": {{"a": {{"href": "{address}"}}}}}}',
        f'{{"type": "GDALG", "command_line": "gdal raster read /vsicurl/{address}"}}',
        f"<MRF_META><CachedSource><Source>{address}</Source></CachedSource></MRF_META>",
    ]
    tiff = write_raster(tmp_path / "a.tif", ramp(1, 64, 64)).read_bytes()
    for text in texts:
        for name in ("a.tif", "a.vrt", "a.png", "/vsicurl/http:/a.tif", f"WMS:{address}"):
            assert upload(name, text.encode())["files"][0]["status"] == "refused"
        with zipfile.ZipFile(held := io.BytesIO(), "w") as archive:
            archive.writestr("a.tif", text)
            archive.writestr("b.tif", tiff)
            archive.writestr("b.tif.aux.xml", text)
            archive.writestr("b.tif.ovr", text)
            archive.writestr("b.tif.msk", text)
        assert upload("a.zip", held.getvalue())["files"][0]["status"] == "accepted"
        assert upload("hidden.tif", b"II*\0" + text.encode())["files"][0]["status"] == "refused"
    run_jobs(project, JobKind.INGEST)
    assert visits == []


@pytest.mark.parametrize(
    "name",
    ["../../../etc/evil.tif", "..\\..\\evil.tif", "/etc/evil.tif", "a/../../evil.tif", "evil.tif\0.png", "~", ".tif"],
)
def test_a_name_never_becomes_a_path(upload, data_dir, tmp_path, name):
    data = write_raster(tmp_path / "a.tif", ramp(1, 64, 64)).read_bytes()
    answer = upload(name, data)
    assert answer["files"][0]["status"] == "accepted"
    assert not re.search(r"[/\\\0]", answer["files"][0]["name"])
    (staged,) = [path for path in data_dir.rglob("*") if path.is_file()]
    assert re.fullmatch(r"uploads/(\w{32})/\1\.upload", str(staged.relative_to(data_dir)))


def test_an_archive_writes_nowhere_and_reads_nothing_else(upload, project, data_dir, tmp_path):
    data = write_raster(tmp_path / "a.tif", ramp(1, 64, 64), crs=None).read_bytes()
    with zipfile.ZipFile(held := io.BytesIO(), "w") as archive:
        link = zipfile.ZipInfo("link.tif")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/hostname")
        archive.writestr("../../escaped.tif", data)
        with zipfile.ZipFile(inner := io.BytesIO(), "w") as nested:
            nested.writestr("inner.tif", data)
        archive.writestr("nested.tif", inner.getvalue())
    before = set(data_dir.parent.rglob("*"))
    assert upload("a.zip", held.getvalue())["job"]
    run_jobs(project, JobKind.INGEST)
    outside = {path for path in set(data_dir.parent.rglob("*")) - before if not path.is_relative_to(data_dir)}
    assert outside == set()
    assert list(project.scenes.values_list("name", flat=True)) == ["escaped.tif"]


@pytest.mark.parametrize("name", [f"{MARKUP}.tif", "\u202egnp.fit.tif", "a\r\nSet-Cookie: x=1.tif"])
def test_a_file_s_name_cannot_dress_up(upload, name):
    shown = upload(name, b"this is no raster")
    assert not re.search("[<>\r\n\u202e]", shown["files"][0]["name"] + shown["files"][0]["message"])


def test_a_mask_that_unfolds_is_refused(api, alice, bob, tmp_path):
    project = factories.make_project(alice, task="masks")
    factories.join(project, bob, Role.ANNOTATOR)
    factories.make_scene(project, tmp_path)
    bomb = bytearray(encode_mask_png(np.ones((32, 32), np.uint8)))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    wide = encode_mask_png(np.ones((4000, 4000), np.uint8))
    for data in (bytes(bomb), wide, b"GIF89a" + bytes(100), bytes(200)):
        sent = {"sample": project.samples.first().pk, "mask": base64.b64encode(data).decode()}
        assert api(bob).post(f"/api/projects/{project.pk}/annotations/", sent).status_code == 400
    assert list(Path(str(tmp_path)).glob("masks/**/*.png")) == []
