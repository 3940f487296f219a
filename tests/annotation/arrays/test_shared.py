"""Arrays of a project on machines that share a bucket and no folder."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from annotation import storage
from annotation.arrays import vectors
from annotation.arrays.fits import Kept, live_maps, newest_fit, store_fit
from annotation.arrays.ground import forget_ground, read_ground
from annotation.arrays.masks import load_mask, store_mask
from annotation.arrays.shares import drop_shares, keep_share, read_share
from annotation.arrays.shipping import Log
from annotation.arrays.vectors import Vectors
from annotation.errors import NotFound, NotReady
from annotation.models import Part, Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def use(bucket: str, tmp_path: Path, settings) -> Callable[[str], None]:
    """Return a function that goes to another machine."""

    def go(machine: str) -> None:
        settings.DATA_DIR = tmp_path / machine

    go("one")
    return go


@pytest.fixture
def rows(project: Project) -> np.ndarray:
    """Return vectors [6, 4] that float16 holds exactly once they are scaled."""
    return np.random.default_rng(1).normal(size=(6, 4)).astype(np.float32)


def written(project: Project, rows: np.ndarray, at: list[int]) -> Vectors:
    """Return vectors with some rows, and a map for the first."""
    made = Vectors(project, "ab")
    made.maps.write(at[0], np.full((2, 3, 3), 0.5, np.float16))
    made.write(at, rows[at], blocks=[slice(0, 4)])
    return made


def test_it_works(use, project: Project, rows: np.ndarray) -> None:
    mine = written(project, rows, [0, 1, 4]).read()
    use("two")
    theirs = Vectors(project, "ab")
    assert theirs.present.tolist() == [True, True, False, False, True]
    assert np.array_equal(theirs.read(), mine)
    assert isinstance(theirs.read(), np.memmap)
    assert theirs.blocks == (slice(0, 4),)
    assert theirs.maps.read(0).tolist() == np.full((2, 3, 3), 0.5).tolist()
    assert theirs.maps.read(1) is None
    theirs.write([2, 3], rows[[2, 3]])
    after = theirs.read()
    use("one")
    assert Vectors(project, "ab").present.all()
    assert np.array_equal(Vectors(project, "ab").read(), after)


def test_a_folder_and_a_bucket_hold_the_same(use, project: Project, rows: np.ndarray, settings) -> None:
    shared = written(project, rows, [0, 1, 4])
    there, map_there = shared.read(), shared.maps.read(0)
    use("alone")
    settings.STORAGE_URL = ""
    alone = written(project, rows, [0, 1, 4])
    assert np.array_equal(alone.read(), there)
    assert np.array_equal(alone.maps.read(0), map_there)


def test_forgotten_rows_are_missing_everywhere_until_they_are_made_again(use, project: Project, rows) -> None:
    written(project, rows, [0, 1, 2])
    use("two")
    assert Vectors(project, "ab").present.all()
    use("web")  # which never had any
    vectors.forget(project, [1, 7])
    assert not list(Path(Vectors(project, "ab").folder).glob("vectors"))
    use("two")
    assert Vectors(project, "ab").missing(np.arange(3)).tolist() == [1]
    Vectors(project, "ab").write([1], rows[[1]])
    use("one")
    assert Vectors(project, "ab").present.all()


def test_the_newest_word_on_a_row_counts_in_whatever_order_parts_come(use, project: Project, rows, monkeypatch) -> None:
    written(project, rows, [0, 1])
    late = []
    with monkeypatch.context() as patch:
        patch.setattr("annotation.arrays.shipping.storage.write", lambda path, data: late.append((path, data)))
        Log(Vectors(project, "ab").folder).write([0, 1], np.ones((2, 4), np.float16), {})
    Vectors(project, "ab").forget([0])
    assert Vectors(project, "ab").present.tolist() == [False, True]
    storage.write(*late[0])
    assert Vectors(project, "ab").present.tolist() == [False, True]
    assert Vectors(project, "ab").read()[1].tolist() == [1, 1, 1, 1]


def test_vectors_that_were_deleted_are_gone_everywhere(use, project: Project, rows) -> None:
    written(project, rows, [0, 1, 2])
    use("two")
    held = Vectors(project, "ab").read()
    first = held[0].tolist()
    use("one")
    Vectors(project, "ab").delete()
    Vectors(project, "ab").write([1], 7 + rows[[1]])
    use("two")
    assert Vectors(project, "ab").present.tolist() == [False, True]
    assert Vectors(project, "ab").maps.read(0) is None
    assert held[0].tolist() == first  # whoever has them open keeps what they had


def test_an_emptied_cache_fills_again(use, project: Project, rows) -> None:
    before = written(project, rows, [0, 1, 2]).read().copy()
    storage.store().cache.remove(".")
    assert np.array_equal(Vectors(project, "ab").read(), before)
    assert Vectors(project, "ab").maps.read(0) is not None


def test_fits_and_live_maps_are_the_newest_everywhere(use, project: Project) -> None:
    kept = Kept((1, 2), np.full((3, 2), 0.5, np.float16), np.full(3, 0.5, np.float16))
    for number in (1, 2, 3):
        store_fit(project, number, kept)
    live_maps(project).write(7, np.ones((2, 2), np.uint8))
    use("web")
    assert newest_fit(project).number == 3
    assert newest_fit(project).values.tolist() == kept.values.tolist()
    assert live_maps(project).read(7).tolist() == [[1, 1], [1, 1]]
    use("one")
    live_maps(project).write(7, np.zeros((2, 2), np.uint8))
    use("web")
    assert live_maps(project).read(7).tolist() == [[0, 0], [0, 0]]
    assert live_maps(project).read(8) is None


def test_a_fit_of_which_a_part_is_missing_does_not_count_yet(use, project: Project, bucket: str, s3_server) -> None:
    kept = Kept((1, 2), np.full((3, 2), 0.5, np.float16), np.full(3, 0.5, np.float16))
    store_fit(project, 1, kept)
    store_fit(project, 2, kept)
    key = next(name for name in s3_server.names(bucket) if name.endswith("fits/2/columns.json"))
    s3_server.client().delete_object(Bucket=bucket.split("/")[2], Key=key)
    use("web")
    assert newest_fit(project).number == 1


def test_masks_are_read_where_they_were_not_painted(use) -> None:
    painted = np.eye(8, dtype=np.uint8)
    sha256 = store_mask(painted)
    use("two")
    assert np.array_equal(load_mask(sha256), painted)
    with pytest.raises(NotFound, match="restore it from a backup"):
        load_mask("0" * 64)


def test_where_samples_lie_is_forgotten_everywhere(use, scene, django_capture_on_commit_callbacks) -> None:
    project = scene.project
    before = read_ground(project, 12)
    use("two")
    assert np.array_equal(read_ground(project, 12), before)
    with django_capture_on_commit_callbacks(execute=True):
        forget_ground(project)
    project.samples.filter(index=11).delete()
    use("one")
    assert read_ground(project, 12)["sample"][11] == 0


def test_without_vectors_it_says_so(use, project: Project) -> None:
    with pytest.raises(NotReady):
        Vectors(project, "ab").read()


def test_a_part_that_was_made_elsewhere_brings_its_maps(use, project: Project, rows: np.ndarray) -> None:
    written(project, rows, [0, 1])
    use("helper")
    part, theirs = Part.objects.create(project=project, encoder="ab", rows=[2, 3]), Vectors(project, "ab")
    theirs.maps.write(3, np.full((2, 3, 3), 0.25, np.float16))
    keep_share(part, theirs, [2, 3], [theirs.scaled(rows[[2, 3]])])
    use("one")
    mine = Vectors(project, "ab")
    told, stored = read_share(part, mine)
    mine.write_scaled(told.tolist(), stored)
    drop_shares(mine)
    use("two")
    assert Vectors(project, "ab").present.tolist() == [True] * 4
    assert Vectors(project, "ab").maps.read(3).tolist() == np.full((2, 3, 3), 0.25).tolist()
    assert read_share(part, mine) is None
