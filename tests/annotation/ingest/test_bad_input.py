"""Bad files: a clear error for the person who gave them, on every way in, and nothing half-written."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from annotation import ingest
from annotation.ingest import FileResult, Status
from annotation.models import Project
from tests.clouds import write_cloud
from tests.rasters import ramp, write_raster
from tests.uploads import nothing_is_left, upload, write_chip

Take = Callable[..., list[FileResult]]
pytestmark = pytest.mark.django_db

VRT = """<VRTDataset rasterXSize="8" rasterYSize="8"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>
<SourceFilename>{}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"""
WMS = '<GDAL_WMS><Service name="TMS"><ServerUrl>http://127.0.0.1:9/${z}</ServerUrl></Service></GDAL_WMS>'


def text(path: Path) -> None:
    path.write_text("this is no raster")


def truncated(path: Path) -> None:
    write_raster(path, ramp(3, 600, 600), compress="deflate")
    os.truncate(path, path.stat().st_size // 2)


def without_bands(path: Path) -> None:
    """Write a TIFF whose header promises a directory that names no image."""
    path.write_bytes(b"II*\x00\x08\x00\x00\x00" + b"\x00\x00" + b"\x00\x00\x00\x00")


def impossible(path: Path) -> None:
    write_raster(path, crs="EPSG:4326", transform=Affine(1, 0, 500, 0, -1, 200))


def flat(path: Path) -> None:
    write_raster(path, transform=Affine(10, 0, 500_000, 0, 0, 5_000_000))


def bomb(path: Path) -> None:
    with rasterio.open(
        path, "w", driver="GTiff", width=60_000, height=60_000, count=1, dtype="uint8", tiled=True, sparse_ok=True
    ):
        pass


def only_nan(path: Path) -> None:
    write_raster(path, np.full((2, 64, 64), np.nan, "float32"))


def only_nodata(path: Path) -> None:
    write_raster(path, np.full((2, 64, 64), 7, "uint16"), nodata=7)


def virtual(path: Path) -> None:
    path.write_text(VRT.format("/etc/passwd"))


def virtual_url(path: Path) -> None:
    path.write_text(VRT.format("/vsicurl/http://127.0.0.1:9/x.tif"))


def web_service(path: Path) -> None:
    path.write_text(WMS)


def complex_numbers(path: Path) -> None:
    write_raster(path, np.ones((1, 8, 8), "complex64"))


def empty(path: Path) -> None:
    path.touch()


def truncated_cloud(path: Path) -> None:
    os.truncate(write_cloud(path.with_suffix(".las")), 1000)
    path.with_suffix(".las").rename(path)


BAD = {
    text: "is not a",
    truncated: "is truncated|is damaged",
    without_bands: "is not a|no band|damaged",
    impossible: "its coordinate system or transform is wrong",
    flat: "impossible transform",
    bomb: "60000 x 60000 px",
    only_nan: "no valid pixel",
    only_nodata: "no valid pixel",
    virtual: "is not a",
    virtual_url: "is not a",
    web_service: "is not a",
    complex_numbers: "complex numbers",
    empty: "is empty",
    truncated_cloud: "is truncated",
}


@pytest.fixture(params=BAD, ids=lambda write: write.__name__)
def bad(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """Return a bad file and what must be said about it."""
    path = tmp_path / "bad.tif"
    request.param(path)
    return path, BAD[request.param]


def test_an_upload_is_refused_at_once(project: Project, bad: tuple[Path, str]) -> None:
    path, reason = bad
    receipt = ingest.request_ingest(project, [upload(path)])
    assert receipt.job is None
    assert receipt.files[0].status is Status.REFUSED
    assert_says(receipt.files[0], reason)
    assert nothing_is_left()


def test_the_command_line_refuses_it_too(take: Take, bad: tuple[Path, str]) -> None:
    path, reason = bad
    (result,) = take(path)
    assert result.status is Status.REFUSED
    assert_says(result, reason)
    assert nothing_is_left()


def assert_says(result: FileResult, reason: str) -> None:
    """Check that the message names the file as its sender does, and the fault."""
    assert "bad.tif" in result.message
    assert any(words in result.message for words in reason.split("|")), result.message
    assert ".upload" not in result.message
    assert "/" not in result.message.replace("NaN/", "")


def test_a_missing_file_is_refused(take: Take, tmp_path: Path) -> None:
    (result,) = take(tmp_path / "nothing.tif")
    assert result.status is Status.REFUSED
    assert "is not a file; check the path" in result.message


def test_too_many_tiles_are_refused(take: Take, project: Project, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("annotation.ingest.placing.MAX_TILES", 5)
    (result,) = take(write_raster(tmp_path / "lake.tif", ramp(3, 64, 96)))
    assert "lake.tif makes 6 tiles of 32 px, more than 5" in result.message
    assert nothing_is_left()


def test_links_in_a_folder_are_not_followed(take: Take, project: Project, tmp_path: Path) -> None:
    secret = write_chip(tmp_path / "secret.tif", 1)
    folder = tmp_path / "chips"
    folder.mkdir()
    (folder / "link.tif").symlink_to(secret)
    (result,) = take(folder)
    assert "holds no image" in result.message
    assert nothing_is_left()
