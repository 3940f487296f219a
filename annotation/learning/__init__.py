"""Learning: embed a project's samples, refit its light head and rank, publish a model version.

It loads torch, so only bodies of tasks and commands import it.
"""

from annotation.learning.embedding import embed
from annotation.learning.publishing import publish
from annotation.learning.refitting import refit

__all__ = ["embed", "publish", "refit"]
