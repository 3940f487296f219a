"""Job: a piece of work for a worker, visible from the moment it is asked for."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from annotation.errors import JobCancelled
from annotation.models.projects import Project

LOST_AFTER = timedelta(seconds=30)  # without a heartbeat
RESEND_AFTER = timedelta(seconds=60)  # queued, but no worker took it: the message may be lost


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

    @property
    def lane(self) -> str:
        """Return the queue: refits never wait behind batch work, and neither waits behind training."""
        if self in TRAINING:
            return "gpu"
        return "interactive" if self is JobKind.REFIT else "batch"


TRAINING = [JobKind.FINETUNE, JobKind.PRETRAIN, JobKind.SELECT]
CANCELLABLE = [*TRAINING, JobKind.SWITCH]
# Of these, one waiting job says it all: a second request joins it.
COALESCED = [JobKind.EMBED, JobKind.REFIT, JobKind.PUBLISH, *CANCELLABLE, JobKind.INSIGHT]


class JobQuerySet(models.QuerySet["Job"]):
    """Many jobs."""

    def unsent(self) -> Self:
        """Return queued jobs that no message was sent for, or whose message seems lost."""
        late = models.Q(sent_at__isnull=True) | models.Q(sent_at__lt=timezone.now() - RESEND_AFTER)
        return self.filter(late, state=Job.State.QUEUED)

    def fail_lost(self) -> int:
        """Mark running jobs whose worker fell silent as failed; return how many."""
        return self.filter(state=Job.State.RUNNING, heartbeat_at__lt=timezone.now() - LOST_AFTER).update(
            state=Job.State.FAILED,
            error="The worker that ran it stopped answering (killed, restarted or out of memory). Start it again.",
            finished_at=timezone.now(),
        )

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
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        """Newest first; at most one waiting job of a coalesced kind."""

        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "sent_at"]), models.Index(fields=["project", "-id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=models.Q(
                    state="queued",
                    kind__in=["embed", "refit", "publish", "finetune", "pretrain", "select", "switch", "insight"],
                ),
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
        """Write down that work is wanted; a coalesced kind joins the job that already waits."""
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
    def ask(cls, project: Project, kind: JobKind) -> None:
        """Write down, in one statement, that work of a coalesced kind is wanted."""
        Job.objects.bulk_create([Job(project=project, kind=kind)], ignore_conflicts=True)

    def start(self) -> bool:
        """Take the job if it still waits; False when another worker was first."""
        now = timezone.now()
        return bool(
            Job.objects.filter(pk=self.pk, state=Job.State.QUEUED).update(
                state=Job.State.RUNNING, started_at=now, heartbeat_at=now, progress=0, error="", message="", result={}
            )
        )

    def report(self, progress: float, message: str = "") -> None:
        """Tell how far the work is, 0..1.

        Raises:
            JobCancelled: somebody asked it to end.
        """
        Job.objects.filter(pk=self.pk, state=Job.State.RUNNING).update(
            progress=min(max(progress, 0.0), 1.0), message=message[:300], heartbeat_at=timezone.now()
        )
        if self.kind in CANCELLABLE and self.is_stop_asked():
            raise JobCancelled(f"{self.get_kind_display()}: cancelled.")

    def show(self, **result: Any) -> None:
        """Let people see something of the work before it is done."""
        self.result = {**self.result, **result}
        Job.objects.filter(pk=self.pk, state=Job.State.RUNNING).update(result=self.result)

    def cancel(self) -> bool:
        """End a waiting job, or ask a running one to end; False when it is over already."""
        waiting = Job.objects.filter(pk=self.pk, state=Job.State.QUEUED, kind__in=CANCELLABLE)
        if waiting.update(state=Job.State.CANCELLED, finished_at=timezone.now()):
            return True
        running = Job.objects.filter(pk=self.pk, state=Job.State.RUNNING, kind__in=CANCELLABLE)
        return bool(running.update(stop_asked=True))

    def is_stop_asked(self) -> bool:
        """Return whether somebody wants the running job to end."""
        return Job.objects.filter(pk=self.pk, stop_asked=True).exists()

    def stop(self) -> None:
        """Mark a running job as cancelled."""
        Job.objects.filter(pk=self.pk, state=Job.State.RUNNING).update(
            state=Job.State.CANCELLED, message="", finished_at=timezone.now()
        )

    def beat(self) -> None:
        """Tell that the worker is alive."""
        Job.objects.filter(pk=self.pk, state=Job.State.RUNNING).update(heartbeat_at=timezone.now())

    def finish(self, message: str = "") -> None:
        """Mark it done."""
        Job.objects.filter(pk=self.pk, state=Job.State.RUNNING).update(
            state=Job.State.DONE, progress=1, message=message[:300], finished_at=timezone.now()
        )

    def fail(self, error: str) -> None:
        """Mark it failed, with the reason that people will read."""
        Job.objects.filter(pk=self.pk, state=Job.State.RUNNING).update(
            state=Job.State.FAILED, error=error[:4000], finished_at=timezone.now()
        )

    def restart(self) -> bool:
        """Queue a failed job again; False when it is not failed or an equal one already waits."""
        try:
            with transaction.atomic():
                return bool(
                    Job.objects.filter(pk=self.pk, state=Job.State.FAILED).update(
                        state=Job.State.QUEUED, sent_at=None, error="", progress=0, finished_at=None, stop_asked=False
                    )
                )
        except IntegrityError:
            return False
