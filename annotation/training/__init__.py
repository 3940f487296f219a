"""Training: embed a project's samples, refit its light head and rank, publish a model version.

It loads torch, so only bodies of tasks and commands import it.
"""

from annotation.training.embedding import embed
from annotation.training.publishing import publish
from annotation.training.refitting import refit

__all__ = ["embed", "publish", "refit"]
