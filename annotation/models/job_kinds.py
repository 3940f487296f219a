"""JobKind: what a job does, in which lane it waits, and how often it is tried. This is the one place that says so."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import models

from annotation.models.chains import LINK

# before the second try, the third and so on
BACK_OFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))


class JobKind(models.TextChoices):
    """What a job does."""

    INGEST = "ingest", "Ingest imagery"
    EMBED = "embed", "Embed tiles"
    PART = "part", "Embed a part of the tiles"
    REFIT = "refit", "Refit and rank"
    PUBLISH = "publish", "Publish a model version"
    EXPORT = "export", "Export"
    IMPORT = "import", "Import labels"
    FINETUNE = "finetune", "Fine-tune on the labels"
    PRETRAIN = "pretrain", "Pretrain on this imagery"
    SELECT = "select", "Compare encoders"
    SWITCH = "switch", "Change the encoder"
    INSIGHT = "insight", "Work out the insights"
    PRUNE = "prune", "Remove what nothing needs"

    @property
    def lane(self) -> str:
        """Return the queue: refits never wait behind batch work, and neither waits behind training."""
        if self in TRAINING:
            return "gpu"
        return "interactive" if self is JobKind.REFIT else "batch"

    @property
    def tries(self) -> int:
        """Return how often a job whose worker was killed, or had no time for it, is begun before a person must ask.

        All kinds are safe to run again: what a killed run left is used, replaced or removed. Trainings begin anew and
        take hours, so they are begun once more only.
        """
        return 2 if self in TRAINING else 1 + len(BACK_OFF)

    def wait_after(self, attempts: int) -> timedelta:
        """Return how long a job waits that was begun so often."""
        return BACK_OFF[min(max(attempts, 1), len(BACK_OFF)) - 1]


TRAINING = [JobKind.FINETUNE, JobKind.PRETRAIN, JobKind.SELECT]
CANCELLABLE = [*TRAINING, JobKind.SWITCH]
# Of these, one waiting job says it all: a second request joins it.
COALESCED = [JobKind.EMBED, JobKind.REFIT, JobKind.PUBLISH, *CANCELLABLE, JobKind.INSIGHT, JobKind.PRUNE]
# What the params of a job of each kind may hold; with anything else it was written by a newer release.
PARAMS: dict[JobKind, frozenset[str]] = {
    JobKind.INGEST: frozenset(
        {"files", "sensor", "acquired", "outcome", "restate", "mounted", "shift", "catalogue", "bring"}
    ),
    JobKind.EXPORT: frozenset(
        {"images", "pseudonyms", "own_crs", "dissolve", "splits", "shares", "seed", "block", "licence", "notes"}
    ),
    JobKind.PART: frozenset({"key", "encoder", "without"}),
    JobKind.FINETUNE: frozenset({"method"}),
    JobKind.PRETRAIN: frozenset({"minutes"}),
    JobKind.SWITCH: frozenset({"encoder", "version"}),
}


def unknown_to_this_release(kind: str, params: Iterable[str]) -> str:
    """Return in words what of a job this release doesn't know; '' where it can run it."""
    if kind not in JobKind.values:
        return f"no work of the kind {kind!r}"
    strange = sorted(set(params) - PARAMS.get(JobKind(kind), frozenset()) - {LINK})
    return f"no {', '.join(map(repr, strange))} of a job to {JobKind(kind).label.lower()}" if strange else ""


def checked(kind: JobKind, params: dict[str, Any]) -> dict[str, Any]:
    """Return the params of a new job.

    Raises:
        TypeError: workers of this very release would leave it to a newer one.
    """
    if strange := unknown_to_this_release(kind, params):
        raise TypeError(f"This release knows {strange}: name it in PARAMS.")
    return params
