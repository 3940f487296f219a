"""decisions: what is accepted as soon as it is offered keeps its bound, world by world."""

import numpy as np
import pytest

from mlcore.benchmarks.active.decisions import AT, BOUND, HARD, WORLDS, Decision, Pool, decide, measure, oracle, summary
from mlcore.benchmarks.active.report.tables import decided

RUNS = 200  # of the 1,000 that the report has


@pytest.fixture(scope="module")
def every_line():
    return measure(runs=RUNS)


@pytest.fixture(scope="module")
def lines(every_line):
    return [line for line in every_line if not line["hard"]]


def test_in_hard_worlds_it_holds_over_all_decisions_those_that_accept_nothing_included(every_line):
    """Of those that accept, taken alone, nothing can be proven; what is proven is this."""
    hard = [line for line in every_line if line["hard"]]
    assert len(hard) == 2 * len(HARD)
    for line in hard:
        assert line["accept"] < 0.3, line
        assert line["above_of_all"] <= 0.1 if line["kind"] == "confidence" else line["of_all"] <= BOUND, line


def test_it_works(lines):
    """A look after every five audits, accepted as soon as anything is offered."""
    assert {line["world"] for line in lines} == set(WORLDS)
    assert len(lines) == 2 * len(WORLDS) == 12
    for line in lines:
        assert line["errors"] <= BOUND, line
        assert line["above_twice"] <= 0.02, line
        assert line["accept"] > 0.15, line


def test_a_promise_that_holds_in_nine_of_ten_decisions_does_so_among_those_that_accept(lines):
    for line in lines:
        if line["kind"] == "confidence":
            assert line["above_bound"] <= 0.1, line


def test_what_it_costs_is_told_beside_an_oracle(lines):
    easy = [line for line in lines if line["world"] == "calibrated, 8 % wrong"]
    assert all(0.35 < line["of_oracle"] < 1 for line in easy)
    assert all(line[f"of_oracle_{AT[0]}"] <= line[f"of_oracle_{AT[-1]}"] for line in lines)
    assert len(decided(lines)) == 13


def test_errors_are_counted_over_all_that_was_accepted_and_not_over_decisions():
    """Refused decisions count as nothing, and a large one weighs more than a small one."""
    large, small = Decision(50, 900, 9, 1000, (0,) * 3), Decision(60, 100, 20, 1000, (0,) * 3)
    figures = summary([large, small, Decision(0, 0, 0, 500, (0,) * 3)])
    assert figures["errors"] == pytest.approx(0.029)
    assert (figures["above_bound"], figures["above_twice"]) == (0.5, 0.5)
    assert figures["accept"] == pytest.approx(2 / 3)
    assert figures["of_oracle"] == pytest.approx(0.4)


def test_what_was_audited_is_not_accepted():
    pool = Pool(np.linspace(1, 0, 3000), np.zeros(3000, bool))
    made = decide(Pool(pool.confidence[np.random.default_rng(0).permutation(3000)], pool.wrong), "confidence")
    assert (made.wrong, made.oracle) == (0, 3000)
    assert made.accepted + made.audits <= 3000
    assert 80 <= made.audits <= 110


def test_an_oracle_takes_the_most_that_keeps_the_bound():
    wrong = np.array([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1], bool)
    assert oracle(np.linspace(1, 0, 12), wrong, 0.1) == 10
    assert oracle(np.ones(3), np.ones(3, bool), 0.1) == 0
