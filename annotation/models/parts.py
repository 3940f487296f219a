"""Part: a share of an embedding, which one worker turns into vectors in a file of its own."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction

from annotation import clock
from annotation.models.jobs import LOST_AFTER, Job
from annotation.models.projects import Project


class PartQuerySet(models.QuerySet["Part"]):
    """Many parts."""

    def free(self) -> Self:
        """Return those that nobody works on: they wait, or the heart of the job that took them stopped."""
        alive = models.Q(
            holder__state=Job.State.RUNNING,
            holder__started_at=models.F("held_since"),  # a job that was started again doesn't know what it had before
            holder__heartbeat_at__gte=clock.now() - LOST_AFTER,
        )
        held = Part.objects.filter(alive, state=Part.State.TAKEN)
        return self.exclude(state=Part.State.DONE).exclude(pk__in=held.values("pk"))

    @transaction.atomic
    def take(self, job: Job) -> "Part | None":
        """Return the first free part, taken for a running job; None without one."""
        while part := self.free().select_for_update(skip_locked=True).order_by("id").first():
            if not self.free().filter(pk=part.pk).exists():  # somebody took it between the choice and the lock
                continue
            part.state, part.holder, part.held_since = Part.State.TAKEN, job, job.started_at
            part.takes, part.tiles, part.reasons = part.takes + 1, 0, {}
            part.save()
            return part
        return None


class Part(models.Model):
    """A share of an embedding: rows of a project's samples for one encoder.

    Whoever takes it counts up `takes`: that number is part of its file's name, and of all that the worker says of it,
    so one that was given up and comes back to life changes nothing.
    """

    class State(models.TextChoices):
        """Where the part stands; one that is joined to the others is deleted."""

        WAITING = "waiting", "Waiting"
        TAKEN = "taken", "Taken"
        DONE = "done", "Done"

    project = models.ForeignKey(Project, models.CASCADE, related_name="parts")
    encoder = models.CharField(max_length=64)  # its digest
    rows = ArrayField(models.IntegerField())
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    holder = models.ForeignKey(  # without a constraint: a release that knows no parts deletes jobs
        Job, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False
    )
    held_since = models.DateTimeField(null=True, blank=True)  # when that job was started
    takes = models.PositiveIntegerField(default=0)
    tiles = models.PositiveIntegerField(default=0)  # embedded so far
    reasons = models.JSONField(default=dict)  # why the encoder can't read some tiles: how many, by reason

    objects = PartQuerySet.as_manager()

    class Meta:
        """In the order of rows."""

        ordering = ["id"]
        indexes = [models.Index(fields=["project", "encoder", "state"])]

    def __str__(self) -> str:
        """Return how much it is and where it stands."""
        return f"{len(self.rows)} rows: {self.get_state_display()}"

    def tell(self, *, done: bool = False) -> bool:
        """Write down how far it is; False when somebody else has it by now, or its imagery changed."""
        mine = Part.objects.filter(pk=self.pk, takes=self.takes, state=Part.State.TAKEN)
        self.state = Part.State.DONE if done else Part.State.TAKEN
        return bool(mine.update(tiles=self.tiles, reasons=self.reasons, state=self.state))

    def put_back(self) -> bool:
        """Let it be done again, because its imagery changed or its file is gone; False if it was taken anew."""
        same = Part.objects.filter(pk=self.pk, takes=self.takes)
        return bool(same.update(state=Part.State.WAITING, holder=None, takes=self.takes + 1, tiles=0))
