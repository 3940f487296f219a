"""Rounds: write a ranking down, with audit samples among it, and take back what nobody has looked at yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from annotation import clock
from annotation.audits.drawing import waiting
from annotation.deletions import hold_project
from annotation.models import Annotation, Lease, Project, Rank, Round
from annotation.promises.drawing import draw_audits, share_of


@dataclass(frozen=True)
class Place:
    """One sample in a strategy's order."""

    sample: int  # id
    score: float | None  # none where it was not picked, but is next for somebody
    reason: str
    marks: Mapping[str, Any] = field(default_factory=dict)  # points of it to ask for


@dataclass(frozen=True)
class Score:
    """How often the fit is right on audit samples: a share, its 95 % interval, and on how many."""

    value: float
    low: float
    high: float
    audits: int


@dataclass(frozen=True)
class Ranking:
    """A strategy's order of a project's samples, best first, and how it came about."""

    places: Sequence[Place]
    strategy: str
    seed: int
    encoder: str  # digest
    labels: int
    classes: int  # that the fit knows; 0 without a fit
    candidates: int
    score: Score | None = None
    report: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    inputs: Mapping[str, Any] = field(default_factory=dict)  # what a replay needs besides
    seen_at: datetime = field(default_factory=clock.now)  # when the labels were read
    upcoming: Sequence[Lease] = ()  # prefetched, but counted as on show: who holds them keeps them


@transaction.atomic
def write_round(project: Project, ranking: Ranking) -> Round:
    """Make the ranking the project's newest round, and give back what was prefetched under older ones.

    Tiles that it counted on stay with those who hold them, and stand first in it, for others if they are let go.
    """
    hold_project(project)
    number = (project.rounds.aggregate(newest=Max("number"))["newest"] or 0) + 1
    score = ranking.score
    written = Round.objects.create(
        project=project,
        number=number,
        strategy=ranking.strategy,
        seed=ranking.seed,
        encoder=ranking.encoder,
        labels=ranking.labels,
        classes=ranking.classes,
        candidates=ranking.candidates,
        audits=score.audits if score else 0,
        accuracy=score.value if score else None,
        accuracy_low=score.low if score else None,
        accuracy_high=score.high if score else None,
        report=ranking.report,
        seconds=ranking.seconds,
        inputs=dict(ranking.inputs),
        seen_at=ranking.seen_at,
    )
    draw_audits(project, seed=project.seed + number)
    Rank.objects.bulk_create(_ranks(project, written, _places(ranking)), batch_size=1000)
    _return_unshown(project, written, ranking.upcoming)
    return written


def _places(ranking: Ranking) -> list[Place]:
    """Return what somebody comes to next, with the reason from the round that it was picked in, then the picks."""
    first = {
        lease.sample_id: Place(lease.sample_id, None, lease.rank.reason, lease.rank.marks)
        if lease.rank
        else Place(lease.sample_id, None, "")
        for lease in ranking.upcoming
    }
    return [*first.values(), *(place for place in ranking.places if place.sample not in first)]


def _ranks(project: Project, written: Round, places: Sequence[Place]) -> list[Rank]:
    fresh, skipped = waiting(project)
    share = share_of(project)
    period = round(1 / share) if share else 0
    drawn = {*fresh, *skipped}
    order = interleave(
        [place for place in places if place.sample not in drawn],
        fresh,
        period=period,
        first=max(0, period - 1 - _served_since_audit(project, period)),
    )
    # The person who skipped an audit is not asked again; in a slot of its own it would cost them their next audit.
    at = next((position for position, item in enumerate(order) if isinstance(item, int)), len(order))
    order[at:at] = skipped
    return [
        Rank(round=written, position=position, sample_id=item)
        if isinstance(item, int)
        else Rank(
            round=written,
            position=position,
            sample_id=item.sample,
            score=item.score,
            reason=item.reason[:200],
            marks=dict(item.marks),
        )
        for position, item in enumerate(order, start=1)
    ]


def interleave(places: Sequence[Place], audits: Sequence[int], *, period: int, first: int) -> list[Place | int]:
    """Return the order with an audit after `first` samples, then one in every `period`; leftovers come last."""
    order: list[Place | int] = []
    waiting, until = list(audits), first
    for place in places:
        if until == 0 and waiting:
            order.append(waiting.pop(0))
            until = period - 1
        order.append(place)
        until = max(0, until - 1)
    return order + waiting


def _served_since_audit(project: Project, period: int) -> int:
    """Return how many samples were answered or are on show since the last audit, counted up to `period`."""
    shown = Lease.objects.active().filter(project=project, shown_at__isnull=False)
    if shown.filter(sample__audit__isnull=False).exists():
        return 0
    said = Annotation.objects.filter(sample__project=project).by_people().exclude(verdict="retract")
    last = said.filter(sample__audit__isnull=False).aggregate(newest=Max("pk"))["newest"] or 0
    return said.filter(pk__gt=last)[:period].count() + shown.count()


def _return_unshown(project: Project, written: Round, upcoming: Sequence[Lease]) -> None:
    # locked in one order, as a claim locks its person's, so that the two never wait for each other in a ring
    unshown = Lease.objects.filter(Q(shown_at=None), project=project).select_for_update().order_by("id")
    held = list(unshown)
    counted = {lease.pk for lease in upcoming}
    ranks = {rank.sample_id: rank for rank in written.ranks.filter(sample__in=[lease.sample_id for lease in upcoming])}
    kept = [lease for lease in held if lease.pk in counted]
    for lease in kept:
        lease.rank = ranks.get(lease.sample_id)
    Lease.objects.bulk_update(kept, ["rank"])
    Lease.objects.filter(pk__in=[lease.pk for lease in held if lease.pk not in counted], shown_at=None).delete()
