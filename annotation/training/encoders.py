"""Encoders, opened: a key that a project may use becomes what turns samples into vectors."""

from annotation.encoders import find
from annotation.models import Project
from mlcore.model import Encoder, StatisticsEncoder, load_encoder

AnyEncoder = Encoder | StatisticsEncoder


def open_encoder(project: Project, key: str | None = None) -> AnyEncoder:
    """Return the encoder that a project uses, or another one that it may use, by its key.

    Raises:
        UnknownName: there is no such encoder for this project.
        BadCheckpoint: its file is damaged.
    """
    return load_encoder(find(project, key or project.encoder))
