"""Baskets: what a person holds, renewed and filled up in the order in which samples are worth their time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import partial

from django.db.models import Q, QuerySet

from annotation import clock
from annotation.labeling.leases import Place, free_for, lease_free
from annotation.labeling.refits import waiting_refits
from annotation.labeling.seats import Seat
from annotation.labeling.standing import Newest
from annotation.models import Annotation, Assignment, AuditDraw, Job, Lease, Rank, Sample
from annotation.models.jobs import JobKind
from annotation.prepared import prepared

SHOWN = ("tile__grid", "audit")  # of a sample, on the labelling page


class Whose(Enum):
    """Samples by whom they are assigned to."""

    ALL = "all"
    ANYBODYS = "anybody's"
    LENT = "lent"  # shared, or of somebody who may not log in
    SKIPPED = "skipped"
    TWICE = "twice"  # audits that two people answer


# Those of others are passed over by their kind, or each claim would look at each one that waits for its person.
_ONE_OPINION = (Whose.ANYBODYS, Whose.LENT, Whose.SKIPPED, Whose.TWICE)


@dataclass(frozen=True)
class Wish:
    """What a person has and wants."""

    count: int  # samples to hold besides the one on show
    showing: int | None = None
    holding: Sequence[int] = ()
    unsaved: Sequence[int] = ()  # samples that they answered, which may not have arrived

    @property
    def thought(self) -> set[int]:
        """Return the samples that they think to hold."""
        return {*self.holding} if self.showing is None else {self.showing, *self.holding}


@dataclass
class Basket:
    """What a person holds, by sample."""

    seat: Seat
    wish: Wish
    held: dict[int, Lease]
    again: list[Place] = field(default_factory=list)  # to lease once more, besides what is wanted

    def fill(self) -> bool:
        """Renew what the person thinks to hold and add what they want; return whether that wrote a job.

        First comes what they were assigned, then what people disagree on, then the newest round's order, and where
        that is used up the grid's.
        """
        if self.seat.batches:
            self._draw(self._assigned_ranked)
            for batch in self.seat.batches:
                self._draw(partial(self._of_batch, batch.id))
        if self.seat.counts[Sample.State.DISPUTED]:
            self._draw(self._disputed)
        wants_worker = False
        if newest := self.seat.newest:
            self._draw(self._ranked)
            wants_worker = self._wanted > 0 and self._rank_more(newest)
        for whose in _ONE_OPINION if self.seat.project.opinions == 1 else (Whose.ALL,):
            self._draw(partial(self._in_order, whose))
        if self._renewed or self.again:
            self._lease([])
        return wants_worker

    def __post_init__(self) -> None:
        """Remember what is to be renewed, and how much is wanted."""
        self._renewed = [Place(lease.sample, lease.rank) for pk, lease in self.held.items() if pk in self.wish.thought]
        self._wanted = self.wish.count - len(self.held.keys() - {self.wish.showing})

    def _rank_more(self, newest: Newest) -> bool:
        """Ask for a round, if there is more to rank than the newest one did and nobody has asked yet."""
        if waiting_refits(self.seat.project).exists():
            return False
        ranked = Rank.objects.filter(round=newest.pk, score__isnull=False).count()
        kept = Rank.objects.filter(round=newest.pk, sample__state=Sample.State.OPEN, sample__assignment__shared=False)
        if kept.exclude(sample__assignment__member__user=self.seat.user).exists():
            return False  # another round would rank what waits for others once more
        return newest.candidates > ranked and Job.ask(self.seat.project, JobKind.REFIT)

    def _draw(self, source: Callable[[int], list[Place]]) -> None:
        while self._wanted > 0 and (places := source(self._wanted)):
            self._lease(places)

    def _lease(self, places: list[Place]) -> None:
        leases = lease_free(self.seat, [*self.again, *places], renew=self._renewed, showing=self.wish.showing)
        new = {lease.sample_id: lease for lease in leases}
        self._wanted -= len(new.keys() - self.held.keys() - {self.wish.showing})
        self.held = {**self.held, **new}
        self._renewed, self.again = [], []

    def _assigned_ranked(self, wanted: int) -> list[Place]:
        return self._best(wanted, assigned=True) if self.seat.newest else []

    def _of_batch(self, batch: int, wanted: int) -> list[Place]:
        seat, shape = self.seat, {"opinions": self.seat.project.opinions, "wanted": wanted}
        return [Place(one) for one in _of_batch(batch, seat.user.pk, clock.now(), **shape)]

    def _disputed(self, wanted: int) -> list[Place]:
        return self._locked(Sample.State.DISPUTED, wanted)

    def _ranked(self, wanted: int) -> list[Place]:
        return self._best(wanted)

    def _in_order(self, whose: Whose, wanted: int) -> list[Place]:
        if whose == Whose.LENT and not _lent(self.seat.project.pk).exists():
            return []  # without looking at each tile that waits
        return self._locked(Sample.State.OPEN, wanted, whose)

    def _locked(self, state: str, wanted: int, whose: Whose = Whose.ALL) -> list[Place]:
        seat, shape = self.seat, {"opinions": self.seat.project.opinions, "wanted": wanted, "whose": whose}
        return [Place(one) for one in _free(seat.project.pk, seat.user.pk, clock.now(), state=state, **shape)]

    def _best(self, wanted: int, *, assigned: bool = False) -> list[Place]:
        seat, shape = self.seat, {"opinions": self.seat.project.opinions, "wanted": wanted, "assigned": assigned}
        newest = seat.newest.pk if seat.newest else 0
        return [Place(rank.sample, rank) for rank in _best(newest, seat.user.pk, clock.now(), **shape)]


def _lent(project: int) -> QuerySet[Assignment]:
    return Assignment.objects.filter(Q(shared=True) | Q(member__user__is_active=False), project=project)


def _of(whose: Whose, project: int) -> Q:
    """Return the condition that a sample is so assigned; of those of others it may still wait for them."""
    waiting = {"sample__project": project, "sample__state": Sample.State.OPEN, "sample__assignment__isnull": False}
    skipped = Annotation.objects.filter(current=True, verdict=Annotation.Verdict.SKIP, **waiting)
    twice = AuditDraw.objects.filter(opinions__gt=1, **waiting)
    return {
        Whose.ALL: Q(),
        Whose.ANYBODYS: Q(assignment=None),
        Whose.LENT: Q(assignment__in=_lent(project)),
        Whose.SKIPPED: Q(pk__in=skipped.values("sample")),
        Whose.TWICE: Q(pk__in=twice.values("sample")),
    }[whose]


@prepared
def _free(  # noqa: PLR0913 (each shapes the statement)
    project: int, user: int, now: datetime, *, opinions: int, state: str, wanted: int, whose: Whose
) -> QuerySet[Sample]:
    """Lock samples that a person may have, of those that are so assigned, by their places in the grid."""
    samples = Sample.objects.filter(free_for(user, now, opinions=opinions), project=project, state=state)
    shown = samples.filter(_of(whose, project)).select_related(*SHOWN).order_by("index")
    return shown.select_for_update(of=("self",), skip_locked=True, no_key=True)[:wanted]


@prepared
def _of_batch(batch: int, user: int, now: datetime, *, opinions: int, wanted: int) -> QuerySet[Sample]:
    """Lock samples that a person was assigned together, by their places in the grid."""
    samples = Sample.objects.filter(free_for(user, now, opinions=opinions), assignment=batch, state=Sample.State.OPEN)
    shown = samples.select_related(*SHOWN).order_by("index")
    return shown.select_for_update(of=("self",), skip_locked=True, no_key=True)[:wanted]


@prepared
def _best(newest: int, user: int, now: datetime, *, opinions: int, wanted: int, assigned: bool) -> QuerySet[Rank]:
    """Lock samples that a person may have, or was assigned, by their places in a round."""
    free = free_for(user, now, opinions=opinions, sample="sample")
    ranks = Rank.objects.filter(free, round=newest, sample__state=Sample.State.OPEN).order_by("position")
    if assigned:
        ranks = ranks.filter(sample__assignment__member__user=user)
    shown = ranks.select_related("sample", *(f"sample__{name}" for name in SHOWN))
    return shown.select_for_update(of=("sample",), skip_locked=True, no_key=True)[:wanted]


def on_show(seat: Seat, pk: int) -> list[Place]:
    """Lock the sample on show, whose lease ran out or was taken back by a round, unless somebody else has it."""
    samples = seat.project.samples.filter(pk=pk, state__in=Sample.WANTED).select_related(*SHOWN)
    return [Place(one) for one in samples.select_for_update(of=("self",), no_key=True, skip_locked=True)]
