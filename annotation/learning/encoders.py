"""Encoders, opened: a key that a project may use becomes what turns samples into vectors."""

from dataclasses import replace

from annotation.encoders import find, is_shipped, parted, spectra_file
from annotation.models import Project
from mlcore.model import Encoder, StatisticsEncoder, load_encoder, read_spectra

AnyEncoder = Encoder | StatisticsEncoder


def open_encoder(project: Project, key: str | None = None) -> AnyEncoder:
    """Return the encoder that a project uses, or another one that it may use, by its key.

    'nano+place' is told the place of a tile too. A shipped one reads by the spectra that the project learnt from its
    own imagery, if it has; its own ones were made from such a one and carry them.

    Raises:
        UnknownName: there is no such encoder for this project.
        BadCheckpoint: its file is damaged.
    """
    key = key or project.encoder
    encoder, learnt = load_encoder(find(project, key)), spectra_file(project)
    if not is_shipped(key):
        return encoder
    told = encoder.with_knowledge(*parted(key)[1])
    return replace(told, spectra=read_spectra(learnt)) if learnt.is_file() else told
