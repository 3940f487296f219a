"""Sentences as hashed words and parts of words: no weights, any language, the same on every machine."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from mlcore.text.encoder import TEXT_DIM

_WORD = re.compile(r"\w+")
_PART = 4  # letters
_PART_WEIGHT = 0.5  # a part speaks less than a word


class HashingEncoder:
    """Count words and their 4-letter parts in hashed columns with hashed signs (Weinberger et al., arXiv 0902.2206)."""

    name = "hashing-1"

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 for each sentence, float32 [N, TEXT_DIM]; an empty one is zero."""
        sums = np.zeros((len(sentences), TEXT_DIM), np.float32)
        for row, sentence in enumerate(sentences):
            for term, weight in _terms(sentence):
                column, sign = _place(term)
                sums[row, column] += sign * weight
        sums = np.sign(sums) * np.sqrt(np.abs(sums))
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        unit: NDArray[np.float32] = sums / np.maximum(lengths, np.float32(1e-12))
        return unit


def _terms(sentence: str) -> Iterator[tuple[str, float]]:
    for word in _WORD.findall(sentence.casefold()):
        yield word, 1.0
        padded = f"<{word}>"
        for start in range(len(padded) - _PART + 1):
            yield padded[start : start + _PART], _PART_WEIGHT


@lru_cache(maxsize=100_000)
def _place(term: str) -> tuple[int, float]:
    number = int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "big")
    return (number >> 1) % TEXT_DIM, 1.0 if number & 1 else -1.0
