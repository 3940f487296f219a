"""Archives that must be refused: with a reason, before harm, and leaving nothing behind."""

import copy
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import rasterio

from annotation import ingest
from annotation.errors import BadUpload
from annotation.ingest import FileResult, Status
from annotation.ingest.arrivals import look_at_chip
from annotation.ingest.staging import StagedFile
from annotation.models import Project
from tests.uploads import files_on_disk, folders_on_disk, nothing_is_left, upload, write_archive, write_chip

Take = Callable[..., list[FileResult]]
pytestmark = pytest.mark.django_db


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


def test_an_archive_that_breaks_in_the_middle_keeps_what_is_whole(take: Take, project: Project, tmp_path: Path) -> None:
    chips = {f"{seed}.tif": write_chip(tmp_path / "chip.tif", seed).read_bytes() for seed in range(3)}
    path = write_archive(tmp_path / "chips.zip", chips)
    with zipfile.ZipFile(path) as archive:
        last = archive.infolist()[-1]
    content = bytearray(path.read_bytes())
    content[last.header_offset + 40 : last.header_offset + 60] = bytes(20)
    path.write_bytes(content)
    results = take(path)
    assert [result.status for result in results] == [Status.ACCEPTED, Status.ACCEPTED, Status.REFUSED]
    assert results[2].message.startswith("it is damaged in the archive")
    assert {Path(name).parts[0] for name in files_on_disk()} == {"assets"}
    assert folders_on_disk("uploads") == []


def test_names_in_an_archive_never_become_paths(take: Take, project: Project, data_dir: Path, tmp_path: Path) -> None:
    chip = write_chip(tmp_path / "chip.tif", 1).read_bytes()
    other = write_chip(tmp_path / "chip.tif", 2).read_bytes()
    path = write_archive(tmp_path / "chips.zip", {"../../escape.tif": chip, "/etc/absolute.tif": other})
    before = set(data_dir.parent.rglob("*escape*"))  # other tests have their files there
    assert {result.name for result in take(path)} == {"escape.tif", "etc/absolute.tif"}
    assert set(data_dir.parent.rglob("*escape*")) == before and not Path("/etc/absolute.tif").exists()
    assert {Path(name).parts[0] for name in files_on_disk()} == {"assets"}
    assert folders_on_disk("uploads") == []


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
