"""Strategies of other libraries, where they are installed."""

import sys
from types import ModuleType

import numpy as np
import pytest

from mlcore.benchmarks.active import peers
from mlcore.benchmarks.active.__main__ import main
from mlcore.errors import UnknownName
from mlcore.query import Pool, choose


def make_pool(count=200, known=20):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(count, 8)).astype(np.float32)
    chances = rng.dirichlet(np.ones(3), count).astype(np.float32)
    return Pool(x, np.arange(known, count), np.arange(known), chances, labels=np.arange(known) % 3)


@pytest.mark.parametrize("name", peers.PEERS)
def test_it_works(name):
    if not peers.is_installed(name):
        pytest.skip(f"{name} is not installed")
    pool = make_pool()
    rows = peers.get_peer(name)(pool, 5).indices
    assert len(set(rows)) == 5
    assert np.isin(rows, pool.candidates).all()
    if name.endswith(("margin", "breaking_ties")):
        assert set(rows) == set(choose("margin", pool, 5).indices)


def test_a_peer_sees_what_ours_see(monkeypatch):
    library = ModuleType("modAL")
    library.uncertainty = ModuleType("modAL.uncertainty")
    seen = {}

    def margin_sampling(model, x, n_instances):
        seen.update(chances=model.predict_proba(x), x=x)
        return np.array([3, 1])[:n_instances]

    library.uncertainty.margin_sampling = margin_sampling
    monkeypatch.setitem(sys.modules, "modAL", library)
    monkeypatch.setitem(sys.modules, "modAL.uncertainty", library.uncertainty)
    monkeypatch.setattr(peers, "is_installed", lambda name: True)
    pool = make_pool()
    assert peers.get_peer("modal:margin")(pool, 2).indices.tolist() == [23, 21]
    np.testing.assert_allclose(seen["chances"], pool.probabilities[20:])
    np.testing.assert_array_equal(seen["x"], pool.features[20:])


def test_a_library_that_is_absent_is_said(monkeypatch, capsys):
    monkeypatch.setattr(peers, "find_spec", lambda name: None)
    assert main(["--strategies", "skactiveml:badge"]) == 2
    assert "skactiveml:badge needs a library that isn't installed" in capsys.readouterr().err


def test_a_wrong_name_lists_the_right_ones():
    with pytest.raises(UnknownName, match="baal:margin"):
        peers.get_peer("modal:oracle")
