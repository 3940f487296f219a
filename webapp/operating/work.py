"""Work: the queues of jobs, what failed, and how long jobs take, from their rows: so it counts on all machines."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, ExpressionWrapper, F, Max, Min, Q, fields

from annotation import clock
from annotation.models import Job
from annotation.models.jobs import JobKind

LANES = {"interactive": "Refits and ranks", "batch": "Ingest, embed, publish, export", "gpu": "Training"}
LATE = timedelta(minutes=2)  # a job that waits longer while none runs: its worker is gone
RECENT = timedelta(days=1)


@dataclass(frozen=True)
class Lane:
    """One queue and its workers."""

    name: str
    title: str
    waiting: int
    running: int
    oldest: timedelta | None  # how long the oldest waiting job has waited, from when it may begin

    @property
    def is_stuck(self) -> bool:
        """Return whether jobs wait and nobody takes them."""
        return self.oldest is not None and self.oldest > LATE and not self.running


@dataclass(frozen=True)
class Pace:
    """How long jobs of a kind took in the last day, and how many failed."""

    kind: str
    title: str
    done: int
    failed: int
    mean: float  # seconds
    longest: float


def lanes() -> list[Lane]:
    """Return every queue."""
    now = clock.now()
    may_begin = Q(state=Job.State.QUEUED) & (Q(not_before__isnull=True) | Q(not_before__lte=now))
    rows = Job.objects.under_way().order_by().values("kind")
    counted = rows.annotate(
        waiting=Count("pk", Q(state=Job.State.QUEUED)),
        running=Count("pk", Q(state=Job.State.RUNNING)),
        oldest=Min("created_at", filter=may_begin),
    )
    of_kind = {row["kind"]: (row["waiting"], row["running"], row["oldest"]) for row in counted}
    return [
        _lane(name, [of_kind[kind] for kind in JobKind if kind in of_kind and kind.lane == name], now) for name in LANES
    ]


def _lane(name: str, told: list[tuple[int, int, datetime | None]], now: datetime) -> Lane:
    begun = [oldest for _, _, oldest in told if oldest]
    waiting, running = sum(row[0] for row in told), sum(row[1] for row in told)
    return Lane(name, LANES[name], waiting, running, max(now - min(begun), timedelta()) if begun else None)


def paces() -> list[Pace]:
    """Return the kinds of jobs that ended in the last day."""
    took = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=fields.DurationField())
    ended = Job.objects.filter(finished_at__gt=clock.now() - RECENT).order_by().values("kind")
    done = Q(state=Job.State.DONE)
    rows = ended.annotate(
        done=Count("pk", done),
        failed=Count("pk", Q(state=Job.State.FAILED)),
        mean=Avg(took, filter=done),
        longest=Max(took, filter=done),
    ).order_by("kind")
    return [
        Pace(
            row["kind"],
            JobKind(row["kind"]).label if row["kind"] in JobKind.values else row["kind"],  # of a newer release
            row["done"],
            row["failed"],
            _seconds(row["mean"]),
            _seconds(row["longest"]),
        )
        for row in rows
    ]


def failed() -> int:
    """Return how many failed jobs wait for a person."""
    return Job.objects.filter(state=Job.State.FAILED).count()


def newest_failures(count: int = 10) -> list[Job]:
    """Return the failed jobs that came last."""
    return list(Job.objects.filter(state=Job.State.FAILED).select_related("project").order_by("-finished_at")[:count])


def _seconds(took: timedelta | None) -> float:
    return took.total_seconds() if took else 0.0
