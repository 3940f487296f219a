"""Claims: hand out the samples that the newest round ranks highest, to one person at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.utils import timezone

from annotation.errors import SampleNotOpen
from annotation.labeling.paces import seconds_of
from annotation.models import Annotation, Job, Lease, Project, Rank, Round, Sample
from annotation.models.jobs import JobKind
from annotation.progress import counts_lately

ANSWERS = [Annotation.Verdict.LABEL, Annotation.Verdict.UNSURE]


@dataclass(frozen=True)
class Claim:
    """What a person holds after a claim."""

    round: int | None  # number of the newest round
    queue: list[Lease]  # held besides the sample on show, in the order in which to show them
    dropped: list[int]  # samples that the person thought to hold and does not
    open: int  # samples of the project that still want an answer
    seconds: float | None = None  # that a label takes this person; none while nothing is known


@transaction.atomic
def claim(
    project: Project, user: User, *, count: int, showing: int | None = None, holding: Sequence[int] = ()
) -> Claim:
    """Renew the leases on `showing` and `holding`, and top up to `count` samples held besides `showing`."""
    lock_person(user)  # two tabs of one person must not top up twice
    newest = project.rounds.defer("inputs", "report").first()
    held = _keep(project, user, newest, showing, holding)
    if showing is not None and showing not in held:
        _take(project, user, showing)
    _top_up(project, user, newest, count - len(held - {showing}))
    leases = list(
        Lease.objects.active()
        .filter(project=project, user=user)
        .select_related("rank", "sample__project", "sample__tile__grid", "sample__audit", "sample__answer__label")
    )
    thought = {*holding} if showing is None else {showing, *holding}
    queue = sorted((lease for lease in leases if lease.sample_id != showing), key=serving_order)
    return Claim(
        round=newest.number if newest else None,
        queue=queue,
        dropped=_dropped(user, thought - {lease.sample_id for lease in leases}),
        open=counts_lately(project)[Sample.State.OPEN],
        seconds=seconds_of(project, [user.pk], newest).get(user.pk),
    )


@transaction.atomic
def claim_one(sample: Sample, user: User) -> Lease:
    """Take this very sample, labelled or not, unless it is empty or as many as may are at work on it."""
    lock_person(user)
    sample = Sample.objects.select_for_update(no_key=True).select_related("project").get(pk=sample.pk)
    if sample.state == Sample.State.EMPTY:
        raise SampleNotOpen(f"Tile {sample} is mostly without data and takes no label.")
    others = list(sample.leases.active().exclude(user=user).select_related("user"))
    if len(others) >= sample.project.opinions:
        names = ", ".join(str(lease.user) for lease in others)
        raise SampleNotOpen(f"{names} is at work on tile {sample}; take another one, or try again in some minutes.")
    return hold(sample, user, shown=True)


def release_leases(project: Project, user: User) -> int:
    """Give back all that a person holds, and return how many samples that were."""
    return Lease.objects.filter(project=project, user=user).delete()[0]


def lock_person(user: User) -> None:
    """Let one claim of a person run at a time, until the transaction ends."""
    User.objects.select_for_update(no_key=True).filter(pk=user.pk).values("pk").first()


def hold(sample: Sample, user: User, *, shown: bool, rank: Rank | None = None) -> Lease:
    """Write the person's lease on a locked sample."""
    now = timezone.now()
    values = {"claimed_at": now, "shown_at": now if shown else None, "expires_at": Lease.end()}
    lease, _ = Lease.objects.update_or_create(
        sample=sample, user=user, defaults={**values, "project_id": sample.project_id, "rank": rank}
    )
    return lease


def free_for(project: Project, user: User, *, sample: str = "pk") -> Q:
    """Return the condition that a sample, at path `sample`, may be handed to this person.

    They have neither answered nor skipped it, and holders and answers are fewer than the project wants opinions.
    """
    answers = Annotation.objects.filter(sample=OuterRef(sample), current=True)
    mine = answers.filter(author=user).exclude(verdict=Annotation.Verdict.RETRACT)
    leases = Lease.objects.active().filter(sample=OuterRef(sample))
    if project.opinions == 1:
        return ~Exists(mine) & ~Exists(leases)
    room = _number(leases) + _number(answers.by_people().filter(verdict__in=ANSWERS))
    return ~Exists(mine) & ~Exists(leases.filter(user=user)) & Q(LessThan(room, project.opinions))


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("sample").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def _keep(project: Project, user: User, newest: Round | None, showing: int | None, holding: Sequence[int]) -> set[int]:
    """Drop what ran out or was overtaken by a round before it was shown; renew the rest; return what is held."""
    # locked in one order, as a landing round locks them, so that the two never wait for each other in a ring
    leases = list(
        Lease.objects.filter(project=project, user=user)
        .select_for_update(of=("self",))
        .select_related("rank", "sample")
        .order_by("id")
    )
    now = timezone.now()
    keep = {
        lease.pk: lease.sample_id
        for lease in leases
        if lease.expires_at > now and (lease.sample_id == showing or _is_fresh(lease, newest))
    }
    Lease.objects.filter(pk__in=[lease.pk for lease in leases if lease.pk not in keep]).delete()
    mentioned = Lease.objects.filter(pk__in=keep, sample__in=[showing, *holding] if showing else holding)
    mentioned.update(expires_at=Lease.end())
    mentioned.filter(sample=showing, shown_at=None).update(shown_at=now)
    return set(keep.values())


def _is_fresh(lease: Lease, newest: Round | None) -> bool:
    if lease.sample.state != Sample.State.OPEN:
        return False
    if lease.shown_at or newest is None:
        return True
    return lease.rank.round_id == newest.pk if lease.rank else lease.claimed_at > newest.created_at


def _take(project: Project, user: User, pk: int) -> None:
    """Lease the sample on show again, if its lease ran out or a round took it back, and nobody else has it."""
    samples = project.samples.filter(pk=pk, state=Sample.State.OPEN)
    sample = samples.select_for_update(no_key=True, skip_locked=True).first()
    if sample and samples.filter(free_for(project, user)).exists():
        hold(sample, user, shown=True)


def _top_up(project: Project, user: User, newest: Round | None, wanted: int) -> None:
    """Lease `wanted` samples in rank order; where the ranks are used up, in the order of the grid."""
    while wanted > 0 and newest and (ranks := _locked_ranks(project, user, newest, wanted)):
        wanted -= _lease(project, user, {rank.sample_id: rank for rank in ranks})
    ranked = wanted <= 0
    while wanted > 0 and (samples := _locked_samples(project, user, wanted)):
        wanted -= _lease(project, user, dict.fromkeys(samples))
        ranked = ranked or not newest
    if not ranked and newest and newest.candidates > newest.ranks.filter(score__isnull=False).count():
        Job.request(project, JobKind.REFIT)


def _locked_ranks(project: Project, user: User, newest: Round, wanted: int) -> list[Rank]:
    ranks = Rank.objects.filter(round=newest, sample__state=Sample.State.OPEN)
    free = ranks.filter(free_for(project, user, sample="sample")).order_by("position")
    return list(free.select_related("sample").select_for_update(of=("sample",), skip_locked=True, no_key=True)[:wanted])


def _locked_samples(project: Project, user: User, wanted: int) -> list[int]:
    samples = project.samples.filter(state=Sample.State.OPEN).filter(free_for(project, user)).order_by("index")
    return [sample.pk for sample in samples.select_for_update(skip_locked=True, no_key=True)[:wanted]]


def _lease(project: Project, user: User, ranks: dict[int, Rank | None]) -> int:
    """Lease those of the locked samples that are still free, and return how many."""
    # The query that locked them looked for leases as of its start. Only a second one, which starts when the locks
    # are held, sees a lease that was committed in between.
    free = project.samples.filter(pk__in=ranks, state=Sample.State.OPEN).filter(free_for(project, user))
    taken = set(free.values_list("pk", flat=True))
    end = Lease.end()
    Lease.objects.bulk_create(
        Lease(project=project, sample_id=pk, user=user, rank=rank, expires_at=end)
        for pk, rank in ranks.items()
        if pk in taken
    )
    return len(taken)


def _dropped(user: User, lost: set[int]) -> list[int]:
    answered = Annotation.objects.filter(sample__in=lost, author=user, current=True)
    return sorted(lost - set(answered.exclude(verdict=Annotation.Verdict.RETRACT).values_list("sample", flat=True)))


def serving_order(lease: Lease) -> tuple[bool, float, int]:
    """Return what a person's leases are sorted by."""
    position = lease.rank.position if lease.rank else float("inf")
    return lease.shown_at is None, position, lease.sample.index
