"""Baskets: what a person holds, renewed and filled up in the order in which samples are worth their time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from annotation.labeling.leases import Place, free_for, lease_free
from annotation.labeling.seats import Seat
from annotation.labeling.standing import Newest
from annotation.models import Job, Lease, Rank, Sample
from annotation.models.jobs import JobKind

SHOWN = ("tile__grid", "audit")  # of a sample, on the labelling page


@dataclass(frozen=True)
class Wish:
    """What a person has and wants."""

    count: int  # samples to hold besides the one on show
    showing: int | None = None
    holding: Sequence[int] = ()

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

        First comes what people disagree on, then the newest round's order, and where that is used up the grid's.
        """
        if self.seat.counts[Sample.State.DISPUTED]:
            self._draw(self._disputed)
        wants_worker = False
        if newest := self.seat.newest:
            self._draw(self._ranked)
            if (
                self._wanted > 0
                and newest.candidates > Rank.objects.filter(round=newest.pk, score__isnull=False).count()
            ):
                Job.ask(self.seat.project, JobKind.REFIT)
                wants_worker = True
        self._draw(self._in_order)
        if self._renewed or self.again:
            self._lease([])
        return wants_worker

    def __post_init__(self) -> None:
        """Remember what is to be renewed, and how much is wanted."""
        self._renewed = [Place(lease.sample, lease.rank) for pk, lease in self.held.items() if pk in self.wish.thought]
        self._wanted = self.wish.count - len(self.held.keys() - {self.wish.showing})

    def _rank_more(self, newest: Newest) -> bool:
        ranked = Rank.objects.filter(round=newest.pk, score__isnull=False).count()
        if newest.candidates > ranked:
            Job.ask(self.seat.project, JobKind.REFIT)
        return newest.candidates > ranked

    def _draw(self, source: Callable[[int], list[Place]]) -> None:
        while self._wanted > 0 and (places := source(self._wanted)):
            self._lease(places)

    def _lease(self, places: list[Place]) -> None:
        leases = lease_free(self.seat, [*self.again, *places], renew=self._renewed, showing=self.wish.showing)
        new = {lease.sample_id: lease for lease in leases}
        self._wanted -= len(new.keys() - self.held.keys() - {self.wish.showing})
        self.held = {**self.held, **new}
        self._renewed, self.again = [], []

    def _disputed(self, wanted: int) -> list[Place]:
        return self._locked(Sample.State.DISPUTED, wanted)

    def _in_order(self, wanted: int) -> list[Place]:
        return self._locked(Sample.State.OPEN, wanted)

    def _locked(self, state: str, wanted: int) -> list[Place]:
        seat = self.seat
        samples = seat.project.samples.filter(state=state).filter(free_for(seat.project, seat.user)).order_by("index")
        locked = samples.select_related(*SHOWN).select_for_update(of=("self",), skip_locked=True, no_key=True)
        return [Place(sample) for sample in locked[:wanted]]

    def _ranked(self, wanted: int) -> list[Place]:
        seat = self.seat
        ranks = Rank.objects.filter(round=seat.newest.pk if seat.newest else None, sample__state=Sample.State.OPEN)
        free = ranks.filter(free_for(seat.project, seat.user, sample="sample")).order_by("position")
        shown = free.select_related("sample", *(f"sample__{name}" for name in SHOWN))
        locked = shown.select_for_update(of=("sample",), skip_locked=True, no_key=True)
        return [Place(rank.sample, rank) for rank in locked[:wanted]]


def on_show(seat: Seat, pk: int) -> list[Place]:
    """Lock the sample on show, whose lease ran out or was taken back by a round, unless somebody else has it."""
    samples = seat.project.samples.filter(pk=pk, state__in=Sample.WANTED).select_related(*SHOWN)
    return [Place(one) for one in samples.select_for_update(of=("self",), no_key=True, skip_locked=True)]
