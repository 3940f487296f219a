"""Texts as vectors: the protocol of sentence encoders, and one that needs no weights."""

from mlcore.text.encoder import TEXT_DIM, SentenceEncoder
from mlcore.text.hashing import HashingEncoder

__all__ = ["TEXT_DIM", "HashingEncoder", "SentenceEncoder"]
