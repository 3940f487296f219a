"""Quantities in the active benchmark: the app's own head, errors beside random's, and whether intervals hold."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.benchmarks import datasets
from mlcore.benchmarks.active.__main__ import main
from mlcore.benchmarks.active.annotator import Curve, run
from mlcore.benchmarks.active.quantities import AmountFit, paired
from mlcore.benchmarks.active.report import text
from mlcore.benchmarks.active.report.amounts import amounts_of, table
from mlcore.benchmarks.active.report.verdicts import verdicts
from mlcore.benchmarks.active.tasks import ActiveTask, load_task
from mlcore.benchmarks.store import Store
from mlcore.heads import Lesson, RegressionHead
from mlcore.query import Pool
from tests.mlcore.benchmarks.datasets.test_sets import real


def make_task(count=240):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(count, 6)).astype(np.float32)
    return ActiveTask("made", x, 3 * x[:, 0] + rng.normal(size=count), group=np.arange(count) % 8)


def make_curve(strategy, seed, error, *, held=(0.9, 0.8)):
    return Curve("made", strategy, seed, [25, 50], [-error - 1, -error], [], [0.1] * 2, full=-10.0, held=list(held))


def curves(gaps):
    chance = [make_curve("random", seed, 5.0 + seed) for seed in range(len(gaps))]
    return chance + [make_curve("auto", seed, 5.0 + seed + gap) for seed, gap in enumerate(gaps)]


def test_it_works():
    curve = run(make_task(), "auto", 0, budget=60, batch=20)
    assert curve.labels == [20, 40, 60]
    assert curve.scores[-1] > -2
    assert all(0.7 < share <= 1 for share in curve.held)
    assert len(curve.held) == 2
    assert curve.full < -2


def test_it_is_the_apps_head_with_its_blocks():
    task = replace(make_task(), blocks=(slice(0, 2), slice(2, 6)))
    fit = AmountFit.of(task, np.arange(40), 3)
    lesson = Lesson(inputs=task.x[:40], targets=task.y[:40], seed=3, blocks=task.blocks)
    off = RegressionHead.fit(lesson).predict(task.x[40:]).value - task.y[40:]
    assert fit.error(np.arange(40, 240)) == pytest.approx(np.sqrt(np.mean(off**2)))
    assert AmountFit.of(task, np.arange(4), 3) is None
    pool = Pool(task.x, np.arange(40, 240), np.arange(40))
    told = fit.told(pool, np.arange(240), "auto")
    assert (told.amounts, told.ensemble) == (fit.head.models[0].process, None)
    assert fit.told(pool, np.arange(240), "ensemble_spread").ensemble.shape == (240, 2)


def test_the_paired_difference_has_its_interval():
    assert paired([1.0, 2.0], [1.0, 2.0]) == (0, 0, 0)
    value, low, high = paired([1.0, 2.0, 3.0], [2.0, 2.0, 2.0])
    assert (value, low, high) == pytest.approx((0, -2.484, 2.484), abs=1e-3)


def test_a_line_tells_error_difference_and_intervals():
    lines = amounts_of(curves([-1.0, -0.5, -1.5]))
    assert [(line.strategy, line.seeds) for line in lines] == [("random", 3), ("auto", 3)]
    assert (lines[1].error, lines[1].chance, lines[1].last) == pytest.approx((5.5, 6.5, 5.0))
    assert lines[1].gap == "-1.00 [-2.24 to +0.24]"
    assert table(curves([-1.0, -0.5]))[-1][-2:] == ["90.0 %", "80.0 %"]


@pytest.mark.parametrize(("gap", "met"), [(-1.0, True), (1.0, False)])
def test_the_bar_is_not_to_be_worse_than_random(gap, met):
    judged = {verdict.bar: verdict for verdict in verdicts(curves([gap, gap, gap]))}
    assert judged["RMSE not above random's on made"].met is met
    assert "## Quantities" in text(curves([gap, gap]))


def test_sites_are_held_out_anew_for_each_seed(tmp_path):
    real("fuel-moisture")
    task = load_task("fuel-moisture@raw", datasets.data_root(), Store(tmp_path))
    tests = [set(task.group[task.parts(seed)[1]].tolist()) for seed in (0, 1)]
    assert tests[0] != tests[1]
    assert not tests[0] & set(task.group[task.parts(0)[0]].tolist())


def test_the_command_takes_quantities_by_one_word(tmp_path, capsys):
    told = ["--amounts", "--data", str(tmp_path), "--store", str(tmp_path)]
    assert main(told) == 2
    assert "fuel-moisture@ours is left out" in capsys.readouterr().err
