"""The feature benchmark from end to end, on a scene made here."""

import numpy as np
import pytest

from mlcore.benchmarks import datasets, features, report
from mlcore.benchmarks.__main__ import main
from mlcore.benchmarks.datasets.dataset import DataAbsent
from mlcore.benchmarks.plan import Amount
from mlcore.errors import UnknownName
from tests.mlcore.benchmarks.fields import fields


@pytest.fixture
def made_here(monkeypatch):
    monkeypatch.setattr(datasets, "DATASETS", {"fields": lambda root: fields()})
    datasets.load_set.cache_clear()
    yield
    datasets.load_set.cache_clear()


def settings(tmp_path, rows=("raw",), **amount):
    return features.Settings(tmp_path, tmp_path / "store", ["fields"], list(rows), Amount(1, **amount))


def test_it_works(made_here, tmp_path):
    asked = settings(
        tmp_path, rows=("raw", "pca-statistics", "statistics"), splits=("block",), budgets=(20,), checks=False
    )
    planned = features.plan(asked)
    records = features.run(planned, asked)
    assert {record["row"] for record in records} == {"raw", "pca-statistics", "statistics"}
    plain = [record["scores"]["accuracy"] for record in records if not record["check"]]
    assert np.mean(plain) > 0.8
    page = report.markdown(records, planned.sets)
    assert "### Fields (accuracy, %)" in page
    assert "block 20" in page
    assert "| rgb | **ours without weights** | linear |" in page


def test_labels_that_are_shuffled_fall_to_chance(made_here, tmp_path):
    asked = settings(tmp_path, rows=("raw", "pca-statistics"), splits=())
    records = features.run(features.plan(asked), asked)
    shuffled = [record["scores"]["balanced"] for record in records if record["check"] == "permuted"]
    assert len(shuffled) == 2
    assert np.mean(shuffled) == pytest.approx(1 / 3, abs=0.05)


def test_a_second_run_measures_nothing_again(made_here, tmp_path, monkeypatch):
    asked = settings(tmp_path, budgets=(5,), checks=False)
    first = features.run(features.plan(asked), asked)
    monkeypatch.setattr("mlcore.benchmarks.runner._measured", None)
    assert features.run(features.plan(asked), asked) == first
    assert features.recorded(features.plan(asked), asked) == first


def test_what_was_not_measured_is_told_for_each_row(made_here, tmp_path):
    asked = settings(tmp_path, budgets=(5,), splits=("block",), checks=False)
    planned = features.plan(asked)
    records = features.run(planned, asked)
    assert features.missing(planned, records) == []
    assert features.missing(planned, records[1:]) == [f"raw, block splits: 1 of {len(records)} fits weren't measured"]


def test_a_killed_run_loses_only_the_line_that_it_was_writing(made_here, tmp_path):
    asked = settings(tmp_path, budgets=(5,), splits=("block",), checks=False)
    first = features.run(features.plan(asked), asked)
    lines = asked.store / "results.jsonl"
    lines.write_bytes(lines.read_bytes()[:-40])
    assert len(features.recorded(features.plan(asked), asked)) == len(first) - 1
    again = features.run(features.plan(asked), asked)
    assert [record["scores"] for record in again] == [record["scores"] for record in first]


def test_blocked_splits_that_bars_use_have_twice_the_seeds(made_here, tmp_path):
    planned = features.plan(settings(tmp_path, checks=False))
    units = [unit for group in planned.groups for unit in group.units if unit.row == "raw" and unit.head == "linear"]
    assert sorted((unit.split, unit.budget, unit.seed) for unit in units) == [
        ("block", 5, 0),
        ("block", 5, 1),
        ("block", 20, 0),
        ("block", 20, 1),
        ("random", 5, 0),
        ("random", 20, 0),
    ]


def test_a_data_set_that_is_not_here_is_told_and_skipped(tmp_path, monkeypatch):
    def absent(root):
        raise DataAbsent(f"{root / 'fields.tif'} is not there.")

    monkeypatch.setattr(datasets, "DATASETS", {"fields": absent})
    datasets.load_set.cache_clear()
    planned = features.plan(settings(tmp_path))
    assert planned.groups == []
    assert "fields.tif is not there" in planned.skipped[0]


def test_an_unknown_row_or_set_lists_those_there_are(made_here, tmp_path, capsys):
    with pytest.raises(UnknownName, match="pca-statistics"):
        features.plan(settings(tmp_path, rows=("raw-bands",)))
    assert main(["features", "--sets", "atlantis", "--data", str(tmp_path), "--store", str(tmp_path)]) == 2
    assert "atlantis" in capsys.readouterr().err
