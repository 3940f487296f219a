"""Job: a piece of work for a worker, visible from the moment it is asked for."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction

from annotation import clock
from annotation.clock import Moment
from annotation.errors import JobCancelled
from annotation.models.chains import LINK, brings_news, next_link
from annotation.models.job_kinds import CANCELLABLE, COALESCED, TRAINING, JobKind, checked
from annotation.models.projects import Project

__all__ = ["CANCELLABLE", "COALESCED", "LOST_AFTER", "TRAINING", "Job", "JobKind", "JobQuerySet"]

LOST_AFTER = timedelta(seconds=30)  # without a heartbeat
_COALESCED = ["embed", "refit", "publish", "finetune", "pretrain", "select", "switch", "insight", "prune"]
RESEND_AFTER = timedelta(seconds=60)  # queued, but no worker took it: the message may be lost


class JobQuerySet(models.QuerySet["Job"]):
    """Many jobs."""

    def due(self) -> Self:
        """Return queued jobs that may begin now."""
        now = models.Q(not_before__isnull=True) | models.Q(not_before__lte=clock.now())
        return self.filter(now, state=Job.State.QUEUED)

    def unsent(self) -> Self:
        """Return jobs that may begin and that no message was sent for, or whose message seems lost."""
        late = models.Q(sent_at__isnull=True) | models.Q(sent_at__lt=clock.now() - RESEND_AFTER)
        return self.due().filter(late, kind__in=JobKind.values)  # others are sent by the release that knows them

    def recover_lost(self) -> int:
        """Let jobs whose worker fell silent wait for their next try, or fail after the last; return how many."""
        lost = self.filter(state="running", kind__in=JobKind.values, heartbeat_at__lt=clock.now() - LOST_AFTER)
        return sum(job.recover() for job in lost)

    def under_way(self) -> Self:
        """Return jobs that wait or run."""
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])


class Job(models.Model):
    """A piece of work for a worker."""

    class State(models.TextChoices):
        """Where the job stands."""

        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    project = models.ForeignKey(Project, models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=12, choices=JobKind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    params = models.JSONField(default=dict)  # may name files of the server: never shown
    result = models.JSONField(default=dict)  # what people may see of it: a training curve, a comparison
    stop_asked = models.BooleanField(default=False)  # the runner looks at it whenever it reports
    progress = models.FloatField(default=0)  # 0..1
    message = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = Moment(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # begun since a person asked; an orderly end doesn't count
    not_before = models.DateTimeField(null=True, blank=True)  # when the next try may begin

    objects = JobQuerySet.as_manager()

    class Meta:
        """Newest first; at most one waiting job of a coalesced kind."""

        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "sent_at"]), models.Index(fields=["project", "-id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=models.Q(state="queued", kind__in=_COALESCED),
                name="one_waiting_job_a_kind",
            )
        ]

    def __str__(self) -> str:
        """Return what it does and where it stands."""
        return f"{self.get_kind_display()}: {self.get_state_display()}"

    def to_dict(self) -> dict[str, Any]:
        """Return what people are told of it."""
        return {
            "id": self.pk,
            "kind": self.kind,
            "title": self.get_kind_display(),
            "state": self.state,
            "progress": self.progress,
            "message": self.message,
            "error": self.error,
            "created_at": self.created_at.isoformat(),
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
        }

    @classmethod
    def request(cls, project: Project, kind: JobKind, *, user_id: int | None = None, **params: Any) -> "Job":
        """Write down that work is wanted; a coalesced kind joins the job that already waits, and chains have an end."""
        params = checked(kind, {**next_link(kind), **params})
        if kind in COALESCED and (waiting := cls.objects.filter(project=project, kind=kind, state="queued").first()):
            return waiting
        try:
            with transaction.atomic():
                return cls.objects.create(project=project, kind=kind, params=params, requested_by_id=user_id)
        except IntegrityError:
            return cls.objects.filter(project=project, kind=kind, state=cls.State.QUEUED).first() or cls.request(
                project, kind, user_id=user_id, **params
            )

    @classmethod
    def ask(cls, project: Project, kind: JobKind, *, sees: str = "") -> bool:
        """Write down, in one statement, that work of a coalesced kind is wanted.

        A job says what the one that it asks for will see; False when that was seen already, and nothing is asked.
        """
        if not brings_news(kind, sees):
            return False
        Job.objects.bulk_create([Job(project=project, kind=kind, params=next_link(kind, sees))], ignore_conflicts=True)
        return True

    @property
    def _mine(self) -> JobQuerySet:
        """Return the row while this run is its newest: a worker that was given up may come back to life."""
        return Job.objects.filter(pk=self.pk, state=Job.State.RUNNING, started_at=self.started_at)

    def start(self) -> bool:
        """Take the job if it waits and may begin; False when another worker was first."""
        now = clock.now()
        waiting = Job.objects.due().filter(pk=self.pk)
        why = models.Case(models.When(attempts__gt=0, then="message"), default=models.Value(""))
        begun = {"started_at": now, "heartbeat_at": now, "progress": 0, "error": "", "message": why, "result": {}}
        if not waiting.update(state=Job.State.RUNNING, attempts=models.F("attempts") + 1, not_before=None, **begun):
            return False
        self.refresh_from_db(fields=["state", "attempts", *begun])
        return True

    def report(self, progress: float, message: str = "") -> None:
        """Tell how far the work is, 0..1.

        Raises:
            JobCancelled: somebody asked it to end, or it was given up for lost and another worker has it.
        """
        again = self.message if self.attempts > 1 else ""  # as it began: why it runs once more
        line = f"{again} {message}".strip()[:300]
        alive = self._mine.update(progress=min(max(progress, 0.0), 1.0), message=line, heartbeat_at=clock.now())
        if self.started_at and not alive and Job.objects.under_way().filter(pk=self.pk).exists():
            raise JobCancelled(f"{self.get_kind_display()}: another worker has it.")
        if self.kind in CANCELLABLE and self.is_stop_asked():
            raise JobCancelled(f"{self.get_kind_display()}: cancelled.")

    def show(self, **result: Any) -> None:
        """Let people see something of the work before it is done."""
        self.result = {**self.result, **result}
        self._mine.update(result=self.result)

    def remember(self, **params: Any) -> None:
        """Keep something for the next try, should this one's worker be killed."""
        self.params = {**self.params, **params}
        self._mine.update(params=self.params)

    def cancel(self) -> bool:
        """End a waiting job, or ask a running one to end; False when it is over already."""
        waiting = Job.objects.filter(pk=self.pk, state=Job.State.QUEUED, kind__in=CANCELLABLE)
        if waiting.update(state=Job.State.CANCELLED, finished_at=clock.now()):
            return True
        running = Job.objects.filter(pk=self.pk, state=Job.State.RUNNING, kind__in=CANCELLABLE)
        return bool(running.update(stop_asked=True))

    def is_stop_asked(self) -> bool:
        """Return whether somebody wants the running job to end."""
        return Job.objects.filter(pk=self.pk, stop_asked=True).exists()

    def stop(self) -> None:
        """Mark a running job as cancelled."""
        self._mine.update(state=Job.State.CANCELLED, message="", finished_at=clock.now())

    def beat(self) -> None:
        """Tell that the worker is alive."""
        self._mine.update(heartbeat_at=clock.now())

    def finish(self, message: str = "") -> None:
        """Mark it done."""
        self._mine.update(state=Job.State.DONE, progress=1, message=message[:300], finished_at=clock.now())

    def fail(self, error: str) -> None:
        """Mark it failed, with the reason that people will read."""
        self._mine.update(state=Job.State.FAILED, error=error[:4000], finished_at=clock.now())

    def hand_back(self, reason: str = "", *, wait: timedelta = timedelta()) -> None:
        """Let a running job wait again, because its worker is shut down, or for what it lacks: no try is spent."""
        if self.is_stop_asked():
            self.stop()
        else:
            later = clock.now() + wait if wait else None
            self._wait_again(self._mine, attempts=models.F("attempts") - 1, message=reason[:300], not_before=later)

    def try_later(self, reason: str) -> None:
        """Let a running job that met a busy machine wait for its next try, or fail after the last."""
        error = f"{reason} It was tried {JobKind(self.kind).tries} times; start it again when there is less to do."
        self._try_again(self._mine, f"{reason[:250]} Tried again", error)

    def recover(self) -> bool:
        """Let a job whose worker fell silent wait for its next try, or fail after the last; False if it came back."""
        tries, silent = JobKind(self.kind).tries, self._mine.filter(heartbeat_at=self.heartbeat_at)
        times = f"{tries} times in a row " if tries > 1 else ""
        error = f"The worker that ran it stopped answering {times}(killed, restarted or out of memory). Start it again."
        return self._try_again(silent, "Its worker was killed; tried again", error)

    def _try_again(self, of: JobQuerySet, why: str, error: str) -> bool:
        """Let it wait for its next try and say why, or fail after the last with an error."""
        kind = JobKind(self.kind)
        if self.is_stop_asked():
            return bool(of.update(state=Job.State.CANCELLED, message="", finished_at=clock.now()))
        if self.attempts < kind.tries:
            told, wait = f"{why} ({self.attempts + 1} of {kind.tries}).", kind.wait_after(self.attempts)
            return self._wait_again(of, message=told, not_before=clock.now() + wait)
        return bool(of.update(state=Job.State.FAILED, error=error[:4000], message="", finished_at=clock.now()))

    def _wait_again(self, running: JobQuerySet, **facts: Any) -> bool:
        """Queue a running job again; where an equal one waits already, that one does the work."""
        try:
            with transaction.atomic():
                return bool(running.update(state=Job.State.QUEUED, sent_at=None, progress=0, **facts))
        except IntegrityError:
            told = "A newer request does it."
            return bool(running.update(state=Job.State.DONE, message=told, finished_at=clock.now()))

    def restart(self) -> bool:
        """Queue a failed job again; False when it is not failed or an equal one already waits."""
        fresh = {"sent_at": None, "error": "", "progress": 0, "finished_at": None, "stop_asked": False, "attempts": 0}
        params = {name: value for name, value in self.params.items() if name != LINK}
        try:
            with transaction.atomic():
                failed = Job.objects.filter(pk=self.pk, state=Job.State.FAILED)
                return bool(failed.update(state=Job.State.QUEUED, params=params, **fresh))
        except IntegrityError:
            return False
