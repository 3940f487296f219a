"""Files of strangers are read in children: what those do to a child, they do to nothing else."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mlcore import quarantine
from mlcore.errors import EmptyRaster, UnsafeFile
from mlcore.quarantine import Allowance, Busy, Overwhelmed, pool
from mlcore.readers import reader_of
from mlcore.sensors import unknown_sensor
from tests.rasters import ramp, write_raster

QUICK = Allowance(seconds=0.1, wait=5, elapsed=60)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return write_raster(tmp_path / "lake.tif")


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an image that is decoded whole when it is looked at, which takes a second and a hundred megabytes."""
    values = np.full((1, 6000, 6000), 7, np.uint16)
    return write_raster(tmp_path_factory.mktemp("slow") / "slow.png", values, driver="PNG", crs=None, zlevel=1)


@pytest.fixture(autouse=True)
def own_children() -> Iterator[None]:
    """Begin and end without a child, so that a test knows which it has."""
    quarantine.close()
    yield
    quarantine.close()


def _children() -> list[int]:
    return [child._process.pid for child in pool._here().idle]


def test_it_works(image: Path, tmp_path: Path) -> None:
    facts = quarantine.inspect(image)
    assert facts == reader_of(image).inspect(image)
    assert quarantine.statistics(image, "raster") == list(reader_of(image).statistics(image))
    finding = quarantine.look(image, unknown_sensor(3), acquired=None, name="lake.tif")
    assert finding.sensor == unknown_sensor(3)
    shares: list[float] = []
    made = quarantine.convert(image, tmp_path / "cog.tif", facts, progress=shares.append)
    assert made == reader_of(image).inspect(tmp_path / "cog.tif")
    assert shares[-1] == 1.0


def test_one_child_serves_many_files(image: Path) -> None:
    quarantine.inspect(image)
    first = _children()
    assert len(first) == 1
    for _ in range(5):
        quarantine.inspect(image)
    assert _children() == first


def test_errors_are_the_reader_s_own(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_text("<VRTDataset/>")
    with pytest.raises(UnsafeFile, match="a.tif is not a GeoTIFF"):
        quarantine.inspect(tmp_path / "a.tif")
    empty = write_raster(tmp_path / "b.tif", np.zeros((1, 8, 8), np.uint8), nodata=0)
    with pytest.raises(EmptyRaster, match="b.tif has no valid pixel"):
        quarantine.statistics(empty, "raster")
    assert len(_children()) == 1, "a refusal costs no child"


def test_a_file_that_takes_too_long_is_given_up(slow: Path, image: Path) -> None:
    quarantine.inspect(image)
    began = time.monotonic()
    with pytest.raises(Overwhelmed, match=r"slow.png cannot be read here: it takes too long"):
        quarantine.inspect(slow, allowance=QUICK)
    assert time.monotonic() - began < 5
    assert _children() == []
    assert quarantine.inspect(image).kind == "raster"


def test_a_file_that_takes_too_much_memory_is_given_up(slow: Path, image: Path) -> None:
    with pytest.raises(Overwhelmed, match="slow.png needs more memory than one file may"):
        quarantine.inspect(slow, allowance=Allowance(seconds=60, wait=5, elapsed=60, memory=2**20))
    assert quarantine.inspect(image).kind == "raster"


def test_a_library_that_crashes_takes_its_child_along(slow: Path, image: Path) -> None:
    quarantine.inspect(image)
    (child,) = _children()
    threading.Timer(0.1, os.kill, (child, signal.SIGSEGV)).start()
    with pytest.raises(Overwhelmed, match="the library that reads it broke down"):
        quarantine.inspect(slow)
    assert quarantine.inspect(image).kind == "raster"


def test_a_child_that_died_meanwhile_is_replaced(image: Path) -> None:
    quarantine.inspect(image)
    (child,) = _children()
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert quarantine.inspect(image).kind == "raster"
    assert child not in _children()


def test_no_more_children_than_there_may_be(image: Path) -> None:
    with pool._here().lent(0), pool._here().lent(0), pytest.raises(Busy, match="busy: many files are being read"):
        quarantine.inspect(image, allowance=Allowance(seconds=5, wait=0.05, elapsed=60))
    assert quarantine.inspect(image).kind == "raster"


def test_a_child_knows_no_secret(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for everybody")
    quarantine.inspect(image)
    (child,) = _children()
    assert b"not for everybody" not in Path(f"/proc/{child}/environ").read_bytes()


def _look_and_leave(path: Path) -> None:
    os._exit(0 if quarantine.inspect(path).kind == "raster" else 1)


def test_a_daemonic_process_may_have_children(image: Path) -> None:
    quarantine.inspect(image)  # the fork must not talk to this process's child
    process = multiprocessing.get_context("fork").Process(target=_look_and_leave, args=(image,), daemon=True)
    process.start()
    process.join(60)
    assert process.exitcode == 0


def test_children_end_with_their_parent(image: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from mlcore import quarantine; from mlcore.quarantine import pool;"
        "quarantine.inspect(Path(sys.argv[1])); print(pool._here().idle[0]._process.pid, flush=True);"
        "os.kill(os.getpid(), 9)"
    )
    ran = subprocess.run([sys.executable, "-c", script, str(image)], cwd=ROOT, capture_output=True, check=False)
    child = Path(f"/proc/{int(ran.stdout)}/stat")
    until = time.monotonic() + 20
    while time.monotonic() < until and child.exists() and child.read_text().split()[2] != "Z":
        time.sleep(0.05)
    assert not child.exists() or child.read_text().split()[2] == "Z"


def test_many_threads_share_the_children(tmp_path: Path) -> None:
    files = [write_raster(tmp_path / f"{number}.tif", ramp(3, 40, 40 + number)) for number in range(8)]
    widths: dict[int, int] = {}

    def read(number: int) -> None:
        widths[number] = quarantine.inspect(files[number]).to_dict()["width"]

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert widths == {number: 40 + number for number in range(8)}
    assert len(_children()) <= pool.CHILDREN
