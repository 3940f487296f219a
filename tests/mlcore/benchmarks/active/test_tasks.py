"""Tasks of the active benchmark: any data set with any row's vectors, parted by place."""

import numpy as np
import pytest

from mlcore.benchmarks import datasets
from mlcore.benchmarks.active.tasks import load_task
from mlcore.benchmarks.store import Store
from mlcore.errors import UnknownName
from tests.mlcore.benchmarks.fields import fields


@pytest.fixture(autouse=True)
def only_fields(monkeypatch):
    monkeypatch.setattr(datasets, "DATASETS", {"fields": lambda root: fields()})
    datasets.load_set.cache_clear()
    yield
    datasets.load_set.cache_clear()


def test_it_works(tmp_path):
    task = load_task("fields", tmp_path, Store(tmp_path))
    pool, test = task.parts(0)
    at = task.places
    gaps = np.maximum(np.abs(at.row[pool][:, None] - at.row[test]), np.abs(at.column[pool][:, None] - at.column[test]))
    assert gaps.min() >= at.side
    assert set(task.y[test]) <= set(task.y[pool])


def test_every_seed_has_another_layout(tmp_path):
    task = load_task("fields", tmp_path)
    assert len({tuple(task.parts(seed)[1]) for seed in range(3)}) == 3


def test_any_row_gives_the_vectors(tmp_path):
    raw, handmade = (load_task(name, tmp_path, Store(tmp_path)) for name in ("fields@raw", "fields"))
    assert raw.name == "fields@raw"
    assert raw.x.shape[1] != handmade.x.shape[1]
    assert raw.digest != handmade.digest


def test_a_row_that_does_not_exist_is_said(tmp_path):
    with pytest.raises(UnknownName, match="oracle"):
        load_task("fields@oracle", tmp_path)
    with pytest.raises(UnknownName, match="row of frozen features"):
        load_task("fields@cnn-3d", tmp_path)
