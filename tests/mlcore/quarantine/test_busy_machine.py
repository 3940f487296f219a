"""On a busy machine a file is judged by what it takes of a processor, and what it waits for is no fault of it."""

import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mlcore import quarantine
from mlcore.quarantine import PATIENT, PROMPT, STEADY, Allowance, Busy, Overwhelmed, pool
from tests.rasters import write_raster

BRIEF = Allowance(seconds=1, wait=5, elapsed=60)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return write_raster(tmp_path / "lake.tif")


@pytest.fixture(autouse=True)
def own_children() -> Iterator[None]:
    quarantine.close()
    yield
    quarantine.close()


@pytest.fixture
def child(image: Path) -> int:
    """Return a child that waits."""
    quarantine.inspect(image)
    return _children()[0]


def _children() -> list[int]:
    return [each._process.pid for each in pool._here().idle]


def _starved(child: int, seconds: float) -> None:
    """Let a child have no processor for some time."""
    os.kill(child, signal.SIGSTOP)
    threading.Timer(seconds, os.kill, (child, signal.SIGCONT)).start()


def test_it_works(child: int, image: Path) -> None:
    _starved(child, 2.5)  # more than twice what the file may take
    began = time.monotonic()
    assert quarantine.inspect(image, allowance=BRIEF).kind == "raster"
    assert time.monotonic() - began > 2
    assert _children() == [child]


def test_what_never_gets_a_processor_is_no_fault_of_the_file(child: int, image: Path) -> None:
    os.kill(child, signal.SIGSTOP)
    with pytest.raises(Busy) as met:
        quarantine.inspect(image, allowance=Allowance(seconds=60, wait=5, elapsed=0.3))
    assert str(met.value).startswith("This machine is busy: it did not get on with it in time.")
    assert "no fault of lake.tif, which is kept" in str(met.value)
    assert "another copy" not in str(met.value)
    assert _children() == [], "one that hangs is ended"
    assert quarantine.inspect(image).kind == "raster"


def test_whoever_waits_is_told_what_to_do(child: int, image: Path) -> None:
    os.kill(child, signal.SIGSTOP)
    with pytest.raises(Busy, match=r"lake.tif, which is kept. Try again in a minute.$"):
        quarantine.inspect(image, allowance=replace(PROMPT, elapsed=0.3))


def test_what_burns_a_processor_is_given_up_by_that_alone(tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(0, 2**16, (1, 4000, 4000)).astype(np.uint16)
    bomb = write_raster(tmp_path / "bomb.png", values, driver="PNG", crs=None, zlevel=1)
    quarantine.inspect(write_raster(tmp_path / "warm.tif"))
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(Overwhelmed, match=r"bomb.png cannot be read here: it takes too long. Cut it") as met:
        quarantine.inspect(bomb, allowance=Allowance(seconds=0.05, wait=5, elapsed=600))
    assert "another copy" not in str(met.value)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - used < 10  # the child's start among it


def test_a_child_that_the_system_ended_says_nothing_of_the_file(child: int, image: Path) -> None:
    os.kill(child, signal.SIGSTOP)
    threading.Timer(0.2, os.kill, (child, signal.SIGKILL)).start()
    with pytest.raises(Busy, match="busy: its memory ran out, or somebody ended the process"):
        quarantine.inspect(image)


def test_a_child_that_starts_slowly_is_kept_for_the_next_file(image: Path) -> None:
    with pytest.raises(Busy, match="did not get on with it"):
        quarantine.inspect(image, allowance=Allowance(seconds=60, wait=5, elapsed=0))
    (child,) = _children()
    assert quarantine.inspect(image).kind == "raster"
    assert _children() == [child]


def test_a_child_that_cannot_start_says_nothing_of_the_file(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlcore.quarantine.process.sys.executable", "/bin/false")
    with pytest.raises(Busy, match="the process that reads files does not start"):
        quarantine.inspect(image)


def test_a_child_that_waits_for_the_next_file_has_no_limit(child: int, image: Path) -> None:
    quarantine.inspect(image, allowance=Allowance(seconds=0.5, wait=5, elapsed=60))
    for _ in range(3):  # each has a limit of its own
        quarantine.inspect(image, allowance=Allowance(seconds=0.5, wait=5, elapsed=60))
    assert _children() == [child]


def test_the_clock_is_much_more_patient_than_a_processor() -> None:
    assert PROMPT.elapsed < 10, "somebody waits, and a job looks at what was not looked at"
    assert PATIENT.elapsed >= 30 * PATIENT.seconds
    assert STEADY.elapsed >= 6 * STEADY.seconds
