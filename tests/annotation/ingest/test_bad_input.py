"""Bad files: a clear error for the person who gave them, on every way in, and nothing half-written."""

import copy
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from annotation import ingest
from annotation.errors import BadUpload
from annotation.ingest import FileResult, Status
from annotation.ingest.arrivals import look_at_chip
from annotation.ingest.staging import StagedFile
from annotation.models import Asset, Job, Project, Tile
from tests.clouds import write_cloud
from tests.rasters import ramp, write_raster
from tests.uploads import files_on_disk, folders_on_disk, upload, write_archive, write_chip

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


def cloud(path: Path) -> None:
    write_cloud(path.with_suffix(".laz")).rename(path)


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
    cloud: "a point cloud of 2,000 points, 1.3 per m²: it is read, but its tiles come with a coming version",
    truncated_cloud: "is truncated",
}


@pytest.fixture(params=BAD, ids=lambda write: write.__name__)
def bad(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """Return a bad file and what must be said about it."""
    path = tmp_path / "bad.tif"
    request.param(path)
    return path, BAD[request.param]


def nothing_is_left() -> bool:
    """Return whether neither disk nor database knows of a file."""
    return files_on_disk() == [] and not (Asset.objects.exists() or Tile.objects.exists() or Job.objects.exists())


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


def blank_archive(path: Path) -> Path:
    """Write an archive that would unpack to a thousand times its size."""
    return write_archive(path, {f"{number}.tif": bytes(80 * 2**20) for number in range(2)})


def test_an_archive_that_unpacks_to_far_too_much_is_refused(project: Project, tmp_path: Path) -> None:
    receipt = ingest.request_ingest(project, [upload(blank_archive(tmp_path / "bomb.zip"))])
    assert "bomb.zip would unpack to" in receipt.files[0].message
    assert nothing_is_left()


def test_an_archive_without_images_is_refused(project: Project, tmp_path: Path) -> None:
    path = write_archive(tmp_path / "notes.zip", {"readme.txt": b"hello", ".hidden.tif": b"x", "__MACOSX/a.tif": b"x"})
    receipt = ingest.request_ingest(project, [upload(path)])
    assert "notes.zip holds no image" in receipt.files[0].message
    assert nothing_is_left()


def test_a_damaged_archive_is_refused(project: Project, tmp_path: Path) -> None:
    path = write_archive(tmp_path / "chips.zip", {"a.tif": os.urandom(1000)})
    os.truncate(path, 600)
    receipt = ingest.request_ingest(project, [upload(path)])
    assert "chips.zip is a damaged archive" in receipt.files[0].message
    assert nothing_is_left()


def test_an_archive_that_breaks_in_the_middle_leaves_nothing(take: Take, project: Project, tmp_path: Path) -> None:
    chips = {f"{seed}.tif": write_chip(tmp_path / "chip.tif", seed).read_bytes() for seed in range(3)}
    path = write_archive(tmp_path / "chips.zip", chips)
    with zipfile.ZipFile(path) as archive:
        last = archive.infolist()[-1]
    content = bytearray(path.read_bytes())
    content[last.header_offset + 40 : last.header_offset + 60] = bytes(20)
    path.write_bytes(content)
    (result,) = take(path)
    assert result.status is Status.REFUSED
    assert "chips.zip is a damaged archive" in result.message
    assert nothing_is_left()


def test_names_in_an_archive_never_become_paths(take: Take, project: Project, data_dir: Path, tmp_path: Path) -> None:
    chip = write_chip(tmp_path / "chip.tif", 1).read_bytes()
    other = write_chip(tmp_path / "chip.tif", 2).read_bytes()
    path = write_archive(tmp_path / "chips.zip", {"../../escape.tif": chip, "/etc/absolute.tif": other})
    assert {result.name for result in take(path)} == {"escape.tif", "etc/absolute.tif"}
    assert not list(data_dir.parent.rglob("*escape*")) and not Path("/etc/absolute.tif").exists()
    assert {Path(name).parts[0] for name in files_on_disk()} == {"assets"}
    assert folders_on_disk("uploads") == []


def test_links_in_a_folder_are_not_followed(take: Take, project: Project, tmp_path: Path) -> None:
    secret = write_chip(tmp_path / "secret.tif", 1)
    folder = tmp_path / "chips"
    folder.mkdir()
    (folder / "link.tif").symlink_to(secret)
    (result,) = take(folder)
    assert "holds no image" in result.message
    assert nothing_is_left()


def test_an_archive_with_an_endless_table_of_contents_is_refused_unread(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0)
    contents = (entry + b"a.png") * 900_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(contents), 4, 0)
    path.write_bytes(b"PK\x03\x04" + contents + end)
    (result,) = ingest.request_ingest(project, [upload(path)]).files
    assert result.status is Status.REFUSED
    assert "lists too many files" in result.message
    assert nothing_is_left()


def test_members_that_overlap_count_once(project: Project, tmp_path: Path) -> None:
    path, chip = tmp_path / "overlapping.zip", bytes(2**20)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.png", chip)
        first = archive.infolist()[0]
        for number in range(1, 3000):
            twin = copy.copy(first)
            twin.filename = f"{number}.png"
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
    (result,) = ingest.request_ingest(project, [upload(path)]).files
    assert (result.status, "times its size" in result.message) == (Status.REFUSED, True)


def test_a_bomb_among_chips_is_refused_before_it_is_decoded(project: Project, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    with rasterio.open(bomb, "w", driver="PNG", width=9000, height=9000, count=1, dtype="uint8"):
        pass
    chip = StagedFile("bomb.png", bomb, "0" * 64)
    with pytest.raises(BadUpload, match="above 16,777,216 values"):
        look_at_chip(chip)
