"""Vectors on disk: rows, their scale, and which columns are of one kind."""

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from annotation.arrays.vectors import Vectors
from annotation.models import Project

pytestmark = pytest.mark.django_db
DIGEST = "d" * 64


def made(count: int = 200) -> NDArray[np.float32]:
    spread = np.array([0.001, 0.02, 1.0, 1.0, 1.0, 40.0])
    vectors: NDArray[np.float64] = np.random.default_rng(0).normal(size=(count, 6)) * spread + 5
    return vectors.astype(np.float32)


def test_it_works(project: Project) -> None:
    vectors = Vectors(project, DIGEST)
    vectors.write([3, 1], made(2), blocks=[slice(0, 2), slice(2, 6)], map_blocks=[slice(0, 9)])
    assert vectors.present.tolist() == [False, True, False, True]
    assert vectors.missing(np.arange(5)).tolist() == [0, 2, 4]
    assert vectors.read().shape == (4, 6)
    assert vectors.blocks == (slice(0, 2), slice(2, 6))
    assert vectors.map_blocks == (slice(0, 9),)


def test_what_hardly_varies_stays_small_and_what_varies_much_is_tamed(project: Project) -> None:
    vectors = Vectors(project, DIGEST)
    vectors.write(range(200), made())
    spread = vectors.read().astype(float).std(0)
    assert spread[1] < 0.1
    assert spread[2:5] == pytest.approx([1, 1, 1], abs=0.25)
    assert 1 < spread[5] < 1.3


def test_later_batches_keep_the_scale_and_the_blocks_of_the_first(project: Project) -> None:
    vectors = Vectors(project, DIGEST)
    vectors.write(range(100), made(100), blocks=[slice(0, 6)])
    vectors.write(range(100, 200), made(100) * 2, blocks=[slice(0, 3)])
    assert vectors.blocks == (slice(0, 6),)
    assert vectors.read()[100:].astype(float).std(0)[2] == pytest.approx(2, abs=0.5)


def test_arrays_written_before_blocks_were_told_have_none(project: Project) -> None:
    vectors = Vectors(project, DIGEST)
    assert vectors.blocks == ()
    vectors.write([0, 1], made(2))
    path = vectors.folder / "scaling.json"
    scaling = json.loads(path.read_text())
    del scaling["blocks"], scaling["map_blocks"]
    path.write_text(json.dumps(scaling))
    assert (Vectors(project, DIGEST).blocks, Vectors(project, DIGEST).map_blocks) == ((), ())


def test_maps_come_back_whole_though_only_what_says_something_is_kept(project: Project) -> None:
    maps = Vectors(project, DIGEST).maps
    features = np.zeros((40, 3, 2), np.float16)
    features[[4, 17]] = np.arange(12).reshape(2, 3, 2)
    maps.write(7, features)
    stored = maps.read(7)
    assert stored is not None and stored.dtype == np.float16
    assert np.array_equal(stored, features)
    assert maps.file(7).stat().st_size < features.nbytes + 1000
    assert maps.read(8) is None


def test_a_map_that_says_nothing_is_kept_too(project: Project) -> None:
    maps = Vectors(project, DIGEST).maps
    maps.write(0, np.zeros((4, 3, 2), np.float16))
    assert np.array_equal(maps.read(0), np.zeros((4, 3, 2)))
