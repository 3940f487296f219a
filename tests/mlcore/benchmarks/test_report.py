"""The report: pairs, ranks and verdicts, from figures that are made up here."""

import numpy as np
import pytest

from mlcore.benchmarks import report
from mlcore.benchmarks.report.figures import Cell, Figures, Setting
from mlcore.benchmarks.report.paired import paired
from mlcore.benchmarks.report.ranks import duels, ranking
from mlcore.benchmarks.report.verdicts import verdicts
from tests.mlcore.benchmarks.fields import fields


def records(row, accuracies, *, saw_test=False, **other):
    base = {"dataset": "fields", "view": "rgb", "head": "linear", "split": "block", "budget": 5, "check": ""}
    return [
        base | {"row": row, "seed": seed, "saw_test": saw_test, "scores": {"accuracy": value, "chance": 0.3}} | other
        for seed, value in enumerate(accuracies)
    ]


def spread(mean, seeds=10):
    return list(mean + 0.01 * np.sin(np.arange(seeds)))


def figures(*groups):
    return Figures([record for group in groups for record in group], [fields()])


def test_it_works():
    told = figures(records("ours+spectra", spread(0.8)), records("raw", spread(0.7)))
    cell = told.cell(Setting("fields", "rgb", "block", 5), "ours+spectra", "linear")
    assert str(cell).startswith("80.")
    assert next(iter(ranking(told, 5, "linear").ranks)) == "ours+spectra"
    assert [duel.peer for duel in duels(told, 5, "linear")] == ["raw"]
    assert duels(told, 5, "linear")[0].result.is_better


def test_a_pair_is_compared_seed_by_seed():
    rising = Cell({seed: 50.0 + 10 * seed for seed in range(10)})
    better = Cell({seed: 51.0 + 10 * seed for seed in range(10)})
    result = paired(better, rising)
    assert result.mean == pytest.approx(1)
    assert (result.low, result.high) == pytest.approx((1, 1))
    assert result.wins == 10
    assert result.p == pytest.approx(2**-10)


def test_a_smaller_error_is_better():
    result = paired(Cell({0: 20.0, 1: 21.0, 2: 22.0}), Cell({0: 25.0, 1: 25.0, 2: 25.0}), higher_is_better=False)
    assert result.mean == pytest.approx(4)


def test_equal_rows_are_not_better_than_each_other():
    same = Cell({seed: float(seed) for seed in range(10)})
    assert not paired(same, same).is_better


def test_rows_that_saw_the_test_are_marked_and_not_compared():
    told = figures(
        records("ours+spectra", spread(0.8)),
        records("galileo", spread(0.9), saw_test=True),
        records("raw", spread(0.7)),
    )
    assert "galileo" not in ranking(told, 5, "linear").ranks
    assert duels(told, 5, "linear")[0].peer == "raw"
    everything = [*records("ours+spectra", spread(0.8)), *records("galileo", spread(0.9), saw_test=True)]
    assert "Galileo-nano * | linear" in report.markdown(everything, [fields()])


def test_bars_are_met_missed_or_not_measured():
    told = {
        verdict.bar: verdict
        for verdict in verdicts(figures(records("ours+spectra", spread(0.8)), records("raw", spread(0.9))))
    }
    assert told["best mean rank of the frozen rows, blocked, 5 a class"].word == "missed"
    assert told["best mean rank of the frozen rows, blocked, 20 a class"].word == "not measured"


def test_lost_points_are_told_for_each_way_to_lose_bands():
    budget = {"budget": 20}
    told = verdicts(
        figures(
            records("ours+spectra", spread(0.8), **budget), records("ours+spectra", spread(0.7), check="half", **budget)
        )
    )
    half = next(verdict for verdict in told if "half of the bands" in verdict.bar)
    assert half.word == "missed"
    assert "10.0" in half.found
