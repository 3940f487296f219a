"""The cache of a bucket: bounded, the least recently used goes first, and processes share it."""

import mmap
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from annotation import storage
from annotation.storage import cache as caches
from tests.processes import environment
from tests.rasters import ROOT

KILOBYTES = 100


@pytest.fixture(autouse=True)
def small(bucket: str, monkeypatch, settings) -> None:
    """Let the cache hold about three files, and look at once."""
    settings.CACHE_GB = 3.5 * KILOBYTES / 2**20
    for name in ("_JUST_NOW", "_LOOK_EVERY", "_LOOK_NOT_BEFORE"):
        monkeypatch.setattr(caches, name, 0.0)


def kept(data: Path, number: int, *, used: float = 0) -> Path:
    """Return a file of a hundred kilobytes that was last asked for so many seconds ago."""
    path = data / "assets" / f"{number}.tif"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(os.urandom(KILOBYTES * 2**10))
    storage.keep(path)
    asked(data, path, used)
    return path


def asked(data: Path, path: Path, seconds: float) -> None:
    """Let a file be asked for so many seconds ago."""
    mark = data / caches.MARKS / path.relative_to(data)
    os.utime(mark, (time.time() - seconds,) * 2)


def test_it_works(data_dir: Path) -> None:
    paths = [kept(data_dir, number, used=100 - number) for number in range(3)]
    storage.fetch(paths[0])
    time.sleep(0.01)
    kept(data_dir, 3)
    time.sleep(0.01)
    storage.free_room()
    assert [path.exists() for path in paths] == [True, False, True]
    assert storage.fetch(paths[1]).stat().st_size == KILOBYTES * 2**10


def test_however_much_is_asked_for_the_cache_stays_small(data_dir: Path) -> None:
    paths = [kept(data_dir, number) for number in range(6)]
    for path in paths * 2:
        storage.fetch(path)
        time.sleep(0.01)
        assert sum(one.stat().st_size for one in data_dir.rglob("*.tif")) <= 4.5 * KILOBYTES * 2**10
    assert all(storage.has(path) for path in paths)


def test_what_was_asked_for_just_now_stays(data_dir: Path, monkeypatch) -> None:
    monkeypatch.setattr(caches, "_JUST_NOW", 60.0)
    paths = [kept(data_dir, number) for number in range(6)]
    storage.free_room()
    assert all(path.exists() for path in paths)


def test_what_is_open_can_be_read_to_its_end(data_dir: Path) -> None:
    path = kept(data_dir, 0, used=100)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        content = path.read_bytes()
        for number in range(1, 6):
            kept(data_dir, number, used=50)
        storage.free_room()
        assert not path.exists()
        assert mapped[:] == content


def test_what_the_bucket_does_not_have_never_goes(data_dir: Path) -> None:
    mine = data_dir / "assets" / "unfinished.tif"
    mine.parent.mkdir()
    mine.write_bytes(bytes(KILOBYTES * 2**12))
    os.utime(mine, (1, 1))
    for number in range(5):
        kept(data_dir, number, used=50)
    storage.store().cache.free_room()
    assert mine.exists()
    storage.free_room()  # a day later a killed process left it
    assert not mine.exists()


def test_a_borrowed_file_stays_until_it_is_removed(data_dir: Path) -> None:
    path = kept(data_dir, 0, used=100)
    storage.store().cache.remove("assets")
    storage.borrow(path)
    for number in range(1, 6):
        kept(data_dir, number, used=50)
    storage.free_room()
    assert path.exists()
    storage.remove(path)
    assert not path.exists()
    assert not storage.has(path)


def test_a_folder_that_is_worked_in_stays_for_hours(data_dir: Path) -> None:
    folder = data_dir / "projects" / "1" / "vectors" / "ab"
    with storage.working(folder):
        folder.mkdir(parents=True)
        (folder / "vectors").write_bytes(bytes(KILOBYTES * 2**12))
    mark = data_dir / caches.MARKS / folder.relative_to(data_dir) / ".whole"
    os.utime(mark, (time.time() - 3600,) * 2)
    storage.free_room()
    assert folder.exists()
    os.utime(mark, (time.time() - 7 * 3600,) * 2)
    with storage.working(folder):
        os.utime(mark, (time.time() - 7 * 3600,) * 2)
        storage.free_room()
        assert folder.exists()
    os.utime(mark, (time.time() - 7 * 3600,) * 2)
    storage.free_room()
    assert not folder.exists()


SCRIPT = """
import sys, django
django.setup()
from pathlib import Path
from annotation import storage
for line in sys.stdin:
    print(storage.fetch(Path(line.strip())).stat().st_size, flush=True)
"""


@pytest.mark.django_db
def test_two_processes_that_fetch_one_file_at_once_both_have_it_whole(data_dir: Path, s3_server) -> None:
    path = kept(data_dir, 0)
    storage.store().cache.remove("assets")
    command = [sys.executable, "-c", SCRIPT]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, cwd=ROOT, env=environment(), **pipes) for _ in range(2)]
    for process in both:
        process.stdin.write(f"{path}\n")
        process.stdin.flush()
    for process in both:
        assert process.communicate(timeout=60)[0] == f"{KILOBYTES * 2**10}\n"
    assert not list(path.parent.glob(".part-*"))
