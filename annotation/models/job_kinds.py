"""JobKind: what a job does, in which lane it waits, and how often it is tried. This is the one place that says so."""

from datetime import timedelta

from django.db import models

# before the second try, the third and so on
BACK_OFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))


class JobKind(models.TextChoices):
    """What a job does."""

    INGEST = "ingest", "Ingest imagery"
    EMBED = "embed", "Embed tiles"
    REFIT = "refit", "Refit and rank"
    PUBLISH = "publish", "Publish a model version"
    EXPORT = "export", "Export"
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
        """Return how often a job whose worker was killed is begun before a person must ask.

        All kinds are safe to run again: what a killed run left is used, replaced or removed. Trainings begin anew and
        take hours, so they are begun once more only.
        """
        return 2 if self in TRAINING else 1 + len(BACK_OFF)


TRAINING = [JobKind.FINETUNE, JobKind.PRETRAIN, JobKind.SELECT]
CANCELLABLE = [*TRAINING, JobKind.SWITCH]
# Of these, one waiting job says it all: a second request joins it.
COALESCED = [JobKind.EMBED, JobKind.REFIT, JobKind.PUBLISH, *CANCELLABLE, JobKind.INSIGHT, JobKind.PRUNE]
