"""Words alone: an encoder of samples without imagery, by what was written there."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mlcore.encoders.protocol import VectorsOnly
from mlcore.samples import Sample
from mlcore.text import TEXT_DIM, HashingEncoder, SentenceEncoder, get_sentences


class Words(VectorsOnly):
    """The mean of a sample's sentences, and log2(1 + posts)."""

    dim = TEXT_DIM + 1

    def __init__(self, sentences: SentenceEncoder) -> None:
        """Read sentences by an encoder of them."""
        self.sentences = sentences
        self.name = f"words by {sentences.name}"

    @property
    def digest(self) -> str:
        """Return what identifies its vectors."""
        return hashlib.sha256(f"words 1 {self.sentences.name}".encode()).hexdigest()

    @property
    def blocks(self) -> Mapping[str, slice]:
        """Return that all columns are of one kind."""
        return {"text": slice(0, self.dim)}

    def cannot_read(self, sample: Sample) -> str:
        """Say that nothing was written there, or return ''."""
        return "" if sample.texts else f"{self.name} needs posts; nothing was written here"

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim]."""
        vectors = np.zeros((len(samples), self.dim), np.float32)
        for row, sample in zip(vectors, samples, strict=True):
            if sample.texts:
                row[:-1] = self.sentences.embed(sample.texts).mean(0)
                row[-1] = np.log2(1 + len(sample.texts))
        return vectors


def load(name: str) -> Words:
    """Return one that reads sentences by an encoder of that name.

    Raises:
        UnknownName, NotInstalled: as `get_sentences`.
    """
    return Words(get_sentences(name or HashingEncoder.name))
