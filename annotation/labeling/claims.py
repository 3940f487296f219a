"""Claims: hand out the samples that the newest round ranks highest, to one person at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from annotation import clock
from annotation.errors import NotFound, SampleNotOpen
from annotation.labeling.assigned import Batch
from annotation.labeling.baskets import SHOWN, Basket, Wish, on_show
from annotation.labeling.leases import hold, let_in_on, serving_order
from annotation.labeling.seats import Seat, lock_person, take_seat
from annotation.labeling.standing import Newest
from annotation.models import Annotation, Lease, Project, Sample
from annotation.models.projects import Role
from annotation.prepared import prepared


@dataclass(frozen=True)
class Claim:
    """What a person holds after a claim."""

    project: Project
    round: int | None  # number of the newest round
    queue: list[Lease]  # held besides the sample on show, in the order in which to show them
    dropped: list[int]  # samples that the person thought to hold and does not
    open: int  # samples of the project that still want an answer
    seconds: float | None  # that a label takes this person; none while nothing is known
    wants_worker: bool  # whether a job was written
    batches: list[Batch]  # what the person was assigned and has not finished


def claim(
    project: Project,
    user: User,
    *,
    count: int,
    showing: int | None = None,
    holding: Sequence[int] = (),
    unsaved: Sequence[int] = (),
) -> Claim:
    """Renew the leases on `showing` and `holding`, and top up to `count` samples held besides `showing`."""
    made = claim_as(None, project.pk, user, Wish(count, showing, holding, unsaved))
    if made is None:
        raise NotFound("No such project.")
    return made


def claim_as(role: Role | None, project: int, user: User, wish: Wish) -> Claim | None:
    """Do so in a project of this number, for somebody who has at least this role in it; None for others."""
    with transaction.atomic(savepoint=False):  # nothing below refuses anything that could be caught and gone on from
        seat = take_seat(project, user, role, wish.unsaved)  # alone, or two tabs of one person would top up twice
        return _serve(seat, wish) if seat else None


@transaction.atomic
def claim_one(sample: Sample, user: User) -> Lease:
    """Take this very sample, labelled or not, unless it is empty or as many as may are at work on it."""
    lock_person(sample.project_id, user)
    locked = Sample.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "project", "assignment__member__user", *SHOWN
    )
    taken = locked.filter(pk=sample.pk).first()
    if taken is None:
        raise NotFound("The tile was removed from the project.")
    if taken.state == Sample.State.EMPTY:
        raise SampleNotOpen(f"Tile {taken} is mostly without data and takes no label.")
    _refuse_kept(taken, user)
    others = list(taken.leases.active().exclude(user=user).select_related("user"))
    if len(others) >= taken.project.opinions:
        names = ", ".join(str(lease.user) for lease in others)
        raise SampleNotOpen(f"{names} is at work on tile {taken}; take another one, or try again in some minutes.")
    return hold(taken, user, shown=True)


def _refuse_kept(taken: Sample, user: User) -> None:
    """Refuse a locked sample that waits for somebody else, unless the person said something of it before."""
    if taken.state != Sample.State.OPEN or taken.assignment is None or taken.annotations.filter(author=user).exists():
        return
    may = let_in_on(user.pk, clock.now(), opinions=taken.project.opinions)
    if not Sample.objects.filter(may, pk=taken.pk).exists():
        who = taken.assignment.member.user
        raise SampleNotOpen(f"Tile {taken} is assigned to {who}; take another one, or ask an owner of the project.")


def release_leases(project: Project, user: User) -> int:
    """Give back all that a person holds, and return how many samples that were."""
    return Lease.objects.filter(project=project, user=user).let_go()


def _serve(seat: Seat, wish: Wish) -> Claim:
    basket = Basket(seat, wish, {lease.sample_id: lease for lease in _keep(seat, wish.showing)})
    if wish.showing is not None and wish.showing not in basket.held:
        basket.again = on_show(seat, wish.showing)
    wants_worker = basket.fill()
    ahead = [lease for pk, lease in basket.held.items() if pk != wish.showing]
    assigned = {batch.id for batch in seat.batches}
    queue = sorted(ahead, key=lambda lease: serving_order(lease, assigned))
    return Claim(
        project=seat.project,
        round=seat.newest.number if seat.newest else None,
        queue=queue,
        dropped=_dropped(seat.user, wish.thought - basket.held.keys()),
        open=seat.counts[Sample.State.OPEN],
        seconds=seat.seconds,
        wants_worker=wants_worker,
        batches=seat.batches,
    )


def _keep(seat: Seat, showing: int | None) -> list[Lease]:
    """Drop what ran out or was overtaken by a round before it was shown; return the rest."""
    leases = _leases(seat.project.pk, seat.user.pk)
    kept: list[Lease] = []
    stale: list[Lease] = []
    now = clock.now()
    for lease in leases:
        good = lease.expires_at > now and (lease.sample_id == showing or _is_fresh(lease, seat.newest))
        (kept if good else stale).append(lease)
        lease.sample.project = seat.project
    if stale:
        Lease.objects.filter(pk__in=[lease.pk for lease in stale]).delete()
    return kept


@prepared
def _leases(project: int, user: int) -> QuerySet[Lease]:
    """Lock what a person holds, in the order in which a landing round does: the two never wait for each other."""
    held = Lease.objects.filter(project=project, user=user).select_for_update(of=("self",)).order_by("id")
    return held.select_related("rank", *(f"sample__{name}" for name in SHOWN))


def _is_fresh(lease: Lease, newest: Newest | None) -> bool:
    if lease.sample.state not in Sample.WANTED:
        return False
    if lease.shown_at or newest is None:
        return True
    return lease.rank.round_id == newest.pk if lease.rank else lease.claimed_at > newest.created_at


def _dropped(user: User, lost: set[int]) -> list[int]:
    if not lost:
        return []
    answered = Annotation.objects.filter(sample__in=lost, author=user, current=True)
    return sorted(lost - set(answered.exclude(verdict=Annotation.Verdict.RETRACT).values_list("sample", flat=True)))
