"""The active benchmark: simulated annotators on data made in code."""

import json
from dataclasses import replace

import numpy as np
import pytest

from mlcore.audits import promises
from mlcore.benchmarks.__main__ import main as every
from mlcore.benchmarks.active import runs
from mlcore.benchmarks.active.__main__ import main
from mlcore.benchmarks.active.annotator import Curve, run
from mlcore.benchmarks.active.beliefs import believe, summary
from mlcore.benchmarks.active.report.verdicts import verdicts
from mlcore.benchmarks.active.runs import Settings, _belief_digest, known, run_all
from mlcore.benchmarks.active.savings import areas, holm, labels_needed, savings, worse_than_random
from mlcore.benchmarks.active.tasks import ActiveTask


def make_task(count=300, *, amounts=False):
    rng = np.random.default_rng(0)
    y = rng.choice(3, count, p=[0.7, 0.2, 0.1])
    x = (3 * np.eye(3, 8)[y] + rng.normal(size=(count, 8))).astype(np.float32)
    return ActiveTask("made", x, x[:, 0].astype(float) if amounts else y, np.arange(count) % 3 == 0)


def make_curves(needed, *, seeds=6):
    """Straight lines that reach 1 after so many labels."""
    labels = list(range(10, 210, 10))
    return [
        Curve(
            "made", name, seed, labels, scores := [min(1.0, n / slope) for n in labels], scores, [0.1] * 20, 3, 1.0, 1.0
        )
        for name, slope in needed.items()
        for seed in range(seeds)
    ]


def test_it_works():
    curve = run(make_task(), "auto", 0, budget=30)
    assert curve.labels == [5, 10, 15, 20, 25, 30]
    assert len(curve.scores) == len(curve.f1) == len(curve.seconds) == 6
    assert curve.scores[-1] > 0.7
    assert curve.full >= 0.8
    assert 1 <= curve.classes_first <= 3


def test_the_same_seed_gives_the_same_curve():
    first, second = (run(make_task(), "badge", 1, budget=20) for _ in range(2))
    assert first.scores == second.scores


def test_strategies_of_a_seed_share_pool_and_test():
    task = make_task()
    np.testing.assert_array_equal(task.parts(3)[0], task.parts(3)[0])
    pool, test = task.parts(0)
    assert not set(pool) & set(test)


def test_amounts_are_learnt_too():
    curve = run(make_task(amounts=True), "auto", 0, budget=20)
    assert curve.f1 == []
    assert curve.scores[-1] > curve.scores[0]


def test_each_set_is_asked_by_what_can_read_its_models(tmp_path):
    tasks = [make_task(), replace(make_task(amounts=True), name="amounts")]
    settings = Settings(["random", "margin", "ensemble_spread", "auto"], 1, tmp_path, budget=10)
    pairs = [(curve.task, curve.strategy) for curve in run_all(tasks, settings)]
    assert pairs == [
        ("made", "random"),
        ("made", "margin"),
        ("made", "auto"),
        ("amounts", "random"),
        ("amounts", "ensemble_spread"),
        ("amounts", "auto"),
    ]
    assert settings.count(tasks) == len(pairs)
    told = {verdict.bar for verdict in verdicts(run_all(tasks, settings))}
    assert "RMSE not above random's on amounts" in told


def test_other_libraries_run_on_the_first_seeds(tmp_path):
    settings = Settings(["random", "auto", "modal:margin"], 20, tmp_path, peer_seeds=5)
    assert settings.count([make_task()]) == 45
    assert settings.strategies_of(make_task(), 5) == ["random", "auto"]


def test_a_peer_is_judged_on_the_seeds_that_it_ran_on():
    curves = make_curves({"random": 200, "auto": 100}, seeds=10)
    curves = [replace(curve, scores=[0.5] * 20) if curve.seed > 4 else curve for curve in curves]
    curves += make_curves({"modal:margin": 200}, seeds=5)
    judged = {verdict.bar: verdict for verdict in verdicts(curves)}
    assert judged["1.15x the best peer at 95 %"].found.startswith("2.00 x modal:margin")


def test_features_of_a_row_are_judged_beside_the_plain_ones():
    curves = make_curves({"random": 200, "auto": 100})
    curves += [replace(curve, task="made@ours") for curve in make_curves({"random": 200, "auto": 80})]
    judged = {verdict.bar: verdict for verdict in verdicts(curves)}
    told = judged["`auto` on the features of ours beats itself on PCA on most sets"]
    assert told.met
    assert told.found.startswith("1 of 1, mean score along the curve: made +0.0")


def test_a_strategy_that_needs_half_the_labels_saves_them():
    curves = make_curves({"random": 200, "auto": 100})
    assert labels_needed(curves[:6], 0.95) == pytest.approx(190)
    saving = savings(curves, "auto", 0.95)
    assert saving.ratio == pytest.approx(2)
    assert saving.low == pytest.approx(saving.high)
    assert worse_than_random(curves, "auto") == []


def test_a_strategy_worse_than_chance_is_told():
    curves = make_curves({"random": 100, "entropy": 200})
    assert worse_than_random(curves, "entropy") == ["made"]
    assert areas(curves, ["entropy"])[0].cold < 0


def test_holm_corrects_for_how_many_are_tested():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


def test_the_command_reads_arrays_and_writes_figures(tmp_path, capsys):
    task = make_task(150)
    np.savez(tmp_path / "mine.npz", x=task.x, y=task.y, test=task.test)
    told = ["--features", str(tmp_path / "mine.npz"), "--strategies", "auto", "--budget", "15", "--seeds", "2"]
    told += ["--threads", "1", "--store", str(tmp_path / "store")]
    assert main([*told, "--json", str(tmp_path / "found.json"), "--markdown", str(tmp_path / "found.md")]) == 0
    printed = capsys.readouterr().out
    assert "Labels saved" in printed
    assert "too few for a claim" in printed
    assert "![Learning curves](found.svg)" in (tmp_path / "found.md").read_text()
    assert (tmp_path / "found.svg").read_text().count("<polyline") == 2
    written = json.loads((tmp_path / "found.json").read_text())
    assert {curve["strategy"] for curve in written["curves"]} == {"random", "auto"}
    assert written["savings"]["accuracy"][0]["sets"].keys() == {"mine"}


def test_what_was_measured_is_not_measured_again(tmp_path, monkeypatch):
    settings = Settings(["random", "auto"], 2, tmp_path, budget=10)
    first = run_all([make_task()], settings)
    assert len(first) == 4
    monkeypatch.setattr(runs, "run", None)
    told = []
    assert run_all([make_task()], settings, lambda *what: told.append(what)) == first
    assert told == [("made", 0, 0), ("made", 1, 0)]


def test_a_killed_run_goes_on_where_it_stopped(tmp_path):
    late = Settings(["random", "auto"], 2, tmp_path, budget=10, deadline=0.0)
    assert run_all([make_task()], late) == []
    run_all([make_task()], replace(late, deadline=float("inf"), seeds=1))
    assert {curve.seed for curve in known([make_task()], late)} == {0}
    assert known([make_task()], replace(late, strategies=["random", "badge"])) == []  # of seeds that all have


def test_curves_end_where_the_smallest_pool_does(tmp_path):
    task = replace(make_task(60), test=None, group=np.repeat(["a", "b", "c", "d"], [5, 10, 20, 25]))
    curves = run_all([task], Settings(["random"], 6, tmp_path, budget=50))
    assert len({len(task.parts(seed)[0]) for seed in range(6)}) > 1
    assert len({tuple(curve.labels) for curve in curves}) == 1


def test_other_answers_are_measured_anew(tmp_path):
    settings = Settings(["random"], 1, tmp_path, budget=10)
    run_all([make_task()], settings)
    assert known([replace(make_task(), y=make_task().y[::-1].copy())], settings) == []


def test_another_rule_of_promises_is_measured_anew(monkeypatch):
    """What is kept of one rule never passes for what another one says."""
    first = _belief_digest.__wrapped__()
    monkeypatch.setattr(promises, "SHARES", np.arange(1, 21) / 20)
    assert _belief_digest.__wrapped__() != first
    monkeypatch.undo()
    assert _belief_digest.__wrapped__() == first


def test_bars_are_judged_by_the_same_runs():
    judged = {verdict.bar: verdict for verdict in verdicts(make_curves({"random": 300, "auto": 100, "badge": 150}))}
    assert judged["2.8x fewer labels than random to 95 %"].met is False
    assert judged["1.15x the best peer at 95 %"].met is True
    assert "badge" in judged["1.15x the best peer at 95 %"].found
    assert judged["on no set significantly below random"].met is True
    assert judged["estimates and promises over 500 runs"].met is None


def test_a_wrong_name_lists_the_right_ones(capsys):
    assert main(["--strategies", "oracle"]) == 2
    assert "choose one of: auto, badge" in capsys.readouterr().err


def test_data_that_is_absent_is_left_out_and_said(tmp_path, capsys):
    assert main(["--sets", "statlog", "--data", str(tmp_path), "--store", str(tmp_path)]) == 2
    assert "statlog is left out" in capsys.readouterr().err


def test_audits_of_a_run_tell_whether_it_may_be_believed():
    rng = np.random.default_rng(0)
    confidence = 1 - rng.beta(0.5, 9, 3000)
    beliefs = summary(believe(confidence, rng.random(3000) > confidence, 0, draws=60))
    assert beliefs["runs"] == 60
    assert beliefs["plain_interval_holds"] > 0.85
    assert beliefs["plain_off"] < 0.06
    assert beliefs["average_error_of_accepted"] <= 0.05
    assert beliefs["confident_above_bound"] <= 0.1
    assert 0 < beliefs["average_accepts"] <= beliefs["oracle_accepts"] + 0.1
    assert believe(confidence[:50], np.zeros(50, bool), 0) == []


def test_the_benchmark_is_one_of_several(tmp_path, capsys):
    assert every(["active", "--sets", "statlog", "--data", str(tmp_path), "--store", str(tmp_path)]) == 2
    assert "statlog is left out" in capsys.readouterr().err
