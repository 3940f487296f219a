"""Pace: how long a label will take."""

import numpy as np
import pytest

from mlcore.errors import BadFeatures, NotEnoughLabels
from mlcore.query.seconds import Pace


def labels(count=400):
    rng = np.random.default_rng(0)
    people = rng.choice(["alice", "bob"], count).tolist()
    tools = rng.choice(["class", "polygon"], count).tolist()
    objects = rng.integers(0, 5, count).astype(float)
    seconds = [
        2.0 * (2 if person == "bob" else 1) * (5 if tool == "polygon" else 1) * 1.2**number
        for person, tool, number in zip(people, tools, objects, strict=True)
    ]
    return np.array(seconds) * np.exp(rng.normal(0, 0.1, count)), people, tools, objects[:, None]


def test_it_works():
    seconds, people, tools, facts = labels()
    pace = Pace.fit(seconds, people, tools, facts)
    assert pace.predict(1, person="bob", tool="polygon", facts=np.array([[2.0]]))[0] == pytest.approx(28.8, rel=0.1)
    assert pace.predict(1, person="alice", tool="class", facts=np.array([[0.0]]))[0] == pytest.approx(2, rel=0.1)


def test_a_stranger_gets_the_common_pace():
    pace = Pace.fit(*labels())
    known = [pace.predict(1, person=name, tool="class")[0] for name in ("alice", "bob")]
    assert known[0] < pace.predict(1, person="carol", tool="class")[0] < known[1]


def test_one_slip_says_little_about_a_person():
    pace = Pace.fit(np.array([3.0] * 20 + [200.0]), ["alice"] * 20 + ["bob"], ["class"] * 21)
    assert pace.predict(1, person="bob", tool="class")[0] < 20


def test_nobody_has_labelled():
    with pytest.raises(NotEnoughLabels, match="how long"):
        Pace.fit(np.zeros(0), [], [])


def test_what_does_not_fit_is_refused():
    with pytest.raises(BadFeatures, match="one length"):
        Pace.fit(np.ones(2), ["alice"], ["class", "class"])
    with pytest.raises(BadFeatures, match="1 facts"):
        Pace.fit(*labels()).predict(3, facts=np.zeros((3, 2)))


def test_a_person_who_slows_down_is_foreseen_slower_at_once():
    pace = Pace.fit(*labels())
    usual = pace.predict(20)
    before = pace.factor("alice", "class", usual[:0], usual[:0])
    assert before * usual[0] == pytest.approx(pace.predict(1, person="alice", tool="class")[0], rel=1e-5)
    tired = pace.factor("alice", "class", 3 * before * usual, usual)
    assert 2.3 * before < tired < 3 * before
    assert pace.factor("bob", "class", usual[:0], usual[:0]) == pytest.approx(2 * before, rel=0.1)


def test_a_factor_is_the_same_for_every_sample_so_it_moves_no_order():
    seconds, people, tools, facts = labels()
    pace = Pace.fit(seconds, people, tools, facts)
    gains = np.random.default_rng(1).random(len(facts))
    orders = [np.argsort(gains / pace.predict(len(facts), person=who, facts=facts)) for who in ("", "alice", "bob")]
    assert (orders[0] == orders[1]).all() and (orders[0] == orders[2]).all()


def test_a_factor_refuses_what_does_not_fit():
    pace = Pace.fit(*labels())
    for seconds, usual in (([1.0], [1.0, 2.0]), ([np.nan], [1.0])):
        with pytest.raises(BadFeatures, match="one length and finite"):
            pace.factor("alice", "class", np.array(seconds), np.array(usual))
