"""Choices are made on some data sets and judged on others."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.benchmarks import datasets
from mlcore.benchmarks.__main__ import main
from mlcore.benchmarks.choices.choosing import choose, mean_ranks, verdicts
from mlcore.benchmarks.useless import with_useless
from tests.mlcore.benchmarks.fields import fields

SCORES = {
    "one": {"today": 50.0, "new": 90.0},
    "two": {"today": 70.0, "new": 65.0},
    "three": {"today": 70.0, "new": 66.0},
}


@pytest.fixture
def made_here(monkeypatch):
    sets = {name: lambda root, i=i, name=name: replace(fields(i), name=name) for i, name in enumerate(("one", "two"))}
    monkeypatch.setattr(datasets, "DATASETS", sets)
    datasets.load_set.cache_clear()
    yield
    datasets.load_set.cache_clear()


def asked(tmp_path, *more):
    few = ["--sets", "one,two", "--seeds", "1", "--budgets", "5", "--places", "300", "--features", "raw"]
    return ["choices", *few, "--store", str(tmp_path / "store"), "--data", str(tmp_path), *more]


def test_it_works(made_here, tmp_path, capsys):
    page = tmp_path / "page.md"
    assert main(asked(tmp_path, "--among", "pooled,taught", "--markdown", str(page))) == 0
    text = page.read_text()
    assert "| data set | since | pooled | taught | chosen with | chosen without |" in text
    assert text.count("| Fields |") == 2
    assert "seeds 100 to 100, at most 300 places" in text


def test_what_was_measured_is_not_measured_again(made_here, tmp_path, monkeypatch):
    assert main(asked(tmp_path, "--among", "pooled,linear")) == 0
    monkeypatch.setattr("mlcore.benchmarks.runner._measured", None)
    assert main(asked(tmp_path, "--among", "pooled,linear")) == 0


def test_encoders_and_useless_blocks_are_choices_too(made_here, tmp_path, capsys):
    assert main(asked(tmp_path, "--of", "encoder", "--among", "raw,encoder:statistics", "--head", "pooled")) == 0
    assert "encoder:statistics" in capsys.readouterr().out
    assert main(asked(tmp_path, "--of", "blocks", "--head", "pooled")) == 0
    assert "| data set | since | as they are | noise | stranger |" in capsys.readouterr().out


def test_one_set_alone_judges_nothing(made_here, tmp_path, capsys):
    assert main(asked(tmp_path, "--sets", "one", "--among", "pooled,linear")) == 2
    assert "two sets are needed, got 1" in capsys.readouterr().err


def test_a_head_that_does_not_exist_is_refused_with_those_there_are(made_here, tmp_path, capsys):
    assert main(asked(tmp_path, "--among", "pooled,oracle")) == 2
    assert "taught" in capsys.readouterr().err


def test_a_set_that_alone_speaks_for_a_candidate_does_not_get_it():
    assert choose(SCORES) == "new"
    judged = {verdict.dataset: verdict for verdict in verdicts(SCORES)}
    assert (judged["one"].with_it, judged["one"].without_it) == ("new", "today")
    assert (judged["one"].gain, judged["one"].flattery) == (0.0, 40.0)
    assert judged["two"].without_it == "new"
    assert judged["two"].gain == -5.0


def test_of_equals_today_stays():
    assert choose({"one": {"today": 50.0, "new": 50.0}}) == "today"
    assert mean_ranks(SCORES) == {"today": pytest.approx(4 / 3), "new": pytest.approx(5 / 3)}


def test_a_useless_block_is_as_wide_as_the_others_and_says_nothing_of_its_place():
    features = np.random.default_rng(0).normal(3, 2, (500, 4)).astype(np.float32)
    for how in ("noise", "stranger"):
        wider, blocks = with_useless(features, (slice(0, 4),), how, 1)
        np.testing.assert_array_equal(wider[:, :4], features)
        assert blocks == (slice(0, 4), slice(4, 8))
        assert wider[:, 4:].mean() == pytest.approx(3, abs=0.3)
        assert abs(np.corrcoef(wider[:, 0], wider[:, 4])[0, 1]) < 0.15
