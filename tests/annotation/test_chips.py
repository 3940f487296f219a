"""Chips of samples: the same with and without readers ahead, in the same order, never more than memory allows."""

from threading import Event, current_thread

import numpy as np
import pytest

from annotation import chips
from annotation.chips import load_samples
from annotation.models import Project
from mlcore.errors import UnreadableFile
from tests.pools import covered_project
from tests.worlds import shared_world

world, alice, covered = shared_world(covered_project)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the threads that read chips, in order."""
    threads: list[str] = []
    chip = chips._chip
    monkeypatch.setattr(chips, "_chip", lambda *what: (threads.append(current_thread().name), chip(*what))[1])
    return threads


@pytest.mark.parametrize("readers", [1, 2, 5])
def test_it_works(covered: Project, settings, readers: int) -> None:
    settings.EMBED_READERS = 0
    alone = list(load_samples(covered, covered.samples.all()))
    settings.EMBED_READERS = readers
    ahead = list(load_samples(covered, covered.samples.all()))
    assert [row for row, _ in ahead] == [row for row, _ in alone] and len(alone) == 64
    for (_, one), (_, other) in zip(alone, ahead, strict=True):
        assert (one.place, one.acquired, len(one.chips)) == (other.place, other.acquired, len(other.chips))
        np.testing.assert_array_equal(one.chips[0].pixels, other.chips[0].pixels)


def test_threads_read_while_the_caller_computes(covered: Project, read: list[str], settings) -> None:
    settings.EMBED_READERS = 2
    next(load_samples(covered, covered.samples.all()))
    assert read and all(name.startswith("reader") for name in read)


def test_without_readers_the_caller_reads(covered: Project, read: list[str], settings) -> None:
    settings.EMBED_READERS = 0
    next(load_samples(covered, covered.samples.all()))
    assert read == [current_thread().name]


@pytest.mark.parametrize(("name", "most"), [("_MOST_AHEAD", 16), ("_VALUES_AHEAD", 3 * 32 * 32 * 16)])
def test_no_more_is_read_ahead_than_memory_allows(
    covered: Project, read: list[str], settings, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    settings.EMBED_READERS = 2
    monkeypatch.setattr(chips, name, most)
    loading = load_samples(covered, covered.samples.all())
    next(loading)
    settled = Event()
    settled.wait(0.3)  # as long as the caller likes
    assert len(read) <= 32
    assert len(list(loading)) == 63


def test_what_a_reader_cannot_read_is_the_caller_s_error(
    covered: Project, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMBED_READERS = 2

    def refuse(*_: object) -> None:
        raise UnreadableFile("scene.tif is damaged.")

    monkeypatch.setattr(chips, "_chip", refuse)
    with pytest.raises(UnreadableFile, match="damaged"):
        list(load_samples(covered, covered.samples.all()))


def test_threads_and_their_open_files_stay_for_the_next_part(covered: Project, read: list[str], settings) -> None:
    settings.EMBED_READERS = 2
    for _ in range(3):
        list(load_samples(covered, covered.samples.all()))
    assert len(set(read)) <= 2
