"""Claiming: the highest rank goes to the next person, and to one at a time."""

from datetime import timedelta
from typing import TypeVar

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from annotation.errors import SampleNotOpen
from annotation.labeling import Answer, claim, claim_one, release_leases, submit
from annotation.models import AuditDraw, Job, Lease, Project, Sample
from tests.factories import make_project
from tests.pools import make_samples, rank, take

Result = TypeVar("Result")


def ids(leases: list[Lease]) -> list[int]:
    """Return the samples held."""
    return [lease.sample_id for lease in leases]


def test_it_works(project: Project, bob: AbstractBaseUser, pool: list[Sample]) -> None:
    held = claim(project, bob, count=3)
    assert held.round == 1
    assert ids(held.queue) == [sample.pk for sample in (pool[29], pool[28], pool[27])]
    assert [lease.rank.position for lease in held.queue] == [1, 2, 3]
    assert (held.dropped, held.open) == ([], 30)
    assert all(lease.shown_at is None for lease in held.queue)


def test_three_people_get_the_three_best(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, carol: AbstractBaseUser, pool: list[Sample]
) -> None:
    first = [take(project, user).sample_id for user in (alice, bob, carol)]
    assert first == [pool[29].pk, pool[28].pk, pool[27].pk]


def test_a_second_claim_tops_up_and_renews(project: Project, bob: AbstractBaseUser, pool: list[Sample]) -> None:
    first, second, third = claim(project, bob, count=3).queue
    Lease.objects.update(expires_at=timezone.now() + timedelta(seconds=5))
    held = claim(project, bob, count=3, showing=first.sample_id, holding=[second.sample_id])
    assert ids(held.queue) == [second.sample_id, third.sample_id, pool[26].pk]
    now = timezone.now()
    soon = set(Lease.objects.filter(expires_at__lt=now + timedelta(minutes=1)).values_list("sample", flat=True))
    assert soon == {third.sample_id}
    assert Lease.objects.get(sample=first.sample_id).shown_at


def test_what_was_given_back_is_served_again(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, pool: list[Sample]
) -> None:
    claim(project, bob, count=5)
    assert release_leases(project, bob) == 5
    assert ids(claim(project, alice, count=1).queue) == [pool[29].pk]


def test_an_expired_lease_goes_to_the_next_person(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, pool: list[Sample]
) -> None:
    lost = take(project, bob).sample_id
    Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert take(project, alice).sample_id == lost
    held = claim(project, bob, count=1, showing=lost)
    assert held.dropped == [lost]
    assert ids(held.queue) == [pool[28].pk]


def test_an_expired_lease_that_nobody_took_is_renewed(
    project: Project, bob: AbstractBaseUser, pool: list[Sample]
) -> None:
    shown = take(project, bob).sample_id
    Lease.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert claim(project, bob, count=0, showing=shown).dropped == []
    assert Lease.objects.active().get().sample_id == shown


def test_unshown_samples_go_back_when_a_round_lands(
    project: Project, bob: AbstractBaseUser, pool: list[Sample]
) -> None:
    shown, *unshown = ids(claim(project, bob, count=4).queue)
    claim(project, bob, count=3, showing=shown, holding=unshown)
    rank(project, pool)
    assert ids(Lease.objects.all()) == [shown]
    held = claim(project, bob, count=3, showing=shown, holding=unshown)
    assert held.round == 2
    assert ids(held.queue) == [sample.pk for sample in pool[:3]]
    assert held.dropped == sorted(unshown)


def test_one_person_in_two_tabs_does_not_hold_twice_as_many(
    project: Project, bob: AbstractBaseUser, pool: list[Sample]
) -> None:
    assert ids(claim(project, bob, count=5).queue) == ids(claim(project, bob, count=5).queue)
    assert Lease.objects.count() == 5


def test_what_was_skipped_goes_to_somebody_else(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, pool: list[Sample]
) -> None:
    skipped = take(project, bob).sample
    submit(skipped, bob, Answer(verdict="skip", reason="clouds"))
    assert take(project, bob).sample_id == pool[28].pk
    assert take(project, alice).sample_id == skipped.pk


def test_an_empty_tile_is_never_served(project: Project, bob: AbstractBaseUser, pool: list[Sample]) -> None:
    Sample.objects.filter(pk=pool[29].pk).update(state=Sample.State.EMPTY)
    assert take(project, bob).sample_id == pool[28].pk
    with pytest.raises(SampleNotOpen, match="without data"):
        claim_one(pool[29], bob)


def test_used_up_ranks_fall_back_to_the_grid_and_ask_for_a_refit(
    project: Project, bob: AbstractBaseUser, pool: list[Sample]
) -> None:
    rank(project, pool[5:6])
    project.rounds.filter(number=2).update(candidates=30)
    assert ids(claim(project, bob, count=3).queue) == [pool[5].pk, pool[0].pk, pool[1].pk]
    assert Job.objects.filter(kind="refit", state="queued").count() == 1


def test_without_a_round_samples_come_in_the_order_of_the_grid(alice: AbstractBaseUser) -> None:
    project = make_project(alice)
    samples = make_samples(project, 3)
    held = claim(project, alice, count=5)
    assert (held.round, ids(held.queue)) == (None, [sample.pk for sample in samples])


def test_one_very_sample_is_taken_from_the_map(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, pool: list[Sample]
) -> None:
    assert claim_one(pool[4], bob).shown_at
    assert claim_one(pool[4], bob).sample_id == pool[4].pk
    with pytest.raises(SampleNotOpen, match="bob is at work on tile #4"):
        claim_one(pool[4], alice)


def test_two_opinions_are_asked_of_two_people_and_no_third(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, carol: AbstractBaseUser, pool: list[Sample]
) -> None:
    project.opinions = 2
    project.save()
    best = pool[29]
    assert [take(project, user).sample_id for user in (alice, bob, carol)] == [best.pk, best.pk, pool[28].pk]
    submit(best, alice, Answer(value={"class": 1}))
    best.refresh_from_db()
    assert best.state == Sample.State.OPEN
    release_leases(project, bob)
    assert take(project, alice).sample_id == pool[28].pk
    release_leases(project, carol)
    assert take(project, carol).sample_id == best.pk


def test_a_tenth_of_what_is_served_are_audits_however_often_rounds_land(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser
) -> None:
    make_samples(project, 400)
    served = []
    for turn in range(100):
        if turn % 7 == 0:
            rank(project, list(Sample.objects.filter(project=project, state="open", audit=None)))
        user = (alice, bob)[turn % 2]
        lease = take(project, user)
        served.append(hasattr(lease.sample, "audit"))
        submit(lease.sample, user, Answer(value={"class": 1}))
    assert 8 <= sum(served) <= 12
    assert all(any(served[start : start + 20]) for start in range(0, 100, 20))
    first = AuditDraw.objects.order_by("pk").first()
    assert first.pool == 400
    assert 5 / 400 < first.probability < 0.05  # later draws would have taken it, too


def test_a_skipped_audit_goes_to_somebody_else_and_the_skipper_gets_another(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser
) -> None:
    project.audit_share = 0.5
    project.save()
    rank(project, make_samples(project, 60))
    leases = [take(project, bob)]
    while not hasattr(leases[-1].sample, "audit"):
        submit(leases[-1].sample, bob, Answer(value={"class": 1}))
        leases.append(take(project, bob))
    audit = leases[-1].sample
    submit(audit, bob, Answer(verdict="skip"))
    rank(project, list(Sample.objects.filter(project=project, state="open", audit=None)))
    seen = [take(project, alice).sample_id]
    for _ in range(3):
        submit(Sample.objects.get(pk=seen[-1]), alice, Answer(value={"class": 1}))
        seen.append(take(project, alice).sample_id)
    assert audit.pk in seen
    lease = take(project, bob)
    for _ in range(3):
        submit(lease.sample, bob, Answer(value={"class": 1}))
        lease = take(project, bob)
    assert AuditDraw.objects.filter(sample__annotations__author=bob, sample__state="labelled").exists()
