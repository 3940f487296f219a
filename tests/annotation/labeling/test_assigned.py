"""Assigned tiles in claims: first to their person, to nobody else, and free again when they are taken away."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from annotation.assigning import Choice, Wording, assign, change, take_away, with_progress
from annotation.errors import SampleNotOpen
from annotation.labeling import Answer, claim, claim_one, submit
from annotation.members import change_member, remove_member
from annotation.models import Assignment, AuditDraw, Lease, Project, Sample
from tests.factories import make_user
from tests.pools import rank, take

from .test_claim_races import together

Person = AbstractBaseUser


def ids(leases: list[Lease]) -> list[int]:
    """Return the samples held."""
    return [lease.sample_id for lease in leases]


def give(project: Project, person: Person, count: int, **options: bool) -> Assignment:
    """Assign the next so many tiles of the ranking."""
    owner = project.members.get(role="owner").user
    return assign(
        project, project.members.get(user=person).pk, Choice(count=count), by=owner, wording=Wording(**options)
    )


def skip(sample: Sample, person: Person) -> None:
    """Skip a tile."""
    submit(sample, person, Answer(verdict="skip", reason="cloud"))


def test_it_works(project: Project, alice: Person, bob: Person, pool: list[Sample]) -> None:
    given = give(project, bob, 3)
    assert set(given.samples.all()) == set(pool[27:])
    assert ids(claim(project, alice, count=3).queue) == [pool[26].pk, pool[25].pk, pool[24].pk]
    theirs = claim(project, bob, count=5)
    assert ids(theirs.queue) == [pool[at].pk for at in (29, 28, 27, 23, 22)]
    assert [(batch.id, batch.left) for batch in theirs.batches] == [(given.pk, 3)]


def test_what_is_assigned_comes_first_though_the_ranking_has_better(
    project: Project, alice: Person, bob: Person, pool: list[Sample]
) -> None:
    give(project, alice, 20)
    give(project, bob, 10)
    Assignment.objects.filter(member__user=alice).delete()
    assert ids(claim(project, bob, count=12).queue) == [pool[at].pk for at in (*range(9, -1, -1), 29, 28)]


def test_what_the_ranking_leaves_out_comes_first_too(project: Project, bob: Person, pool: list[Sample]) -> None:
    rank(project, pool[20:])
    pool[3].assignment = give(project, bob, 1)
    pool[3].save()
    assert ids(claim(project, bob, count=4).queue) == [pool[at].pk for at in (20, 3, 21, 22)]


def test_nobody_else_gets_them_when_all_else_is_done(
    project: Project, alice: Person, bob: Person, pool: list[Sample]
) -> None:
    give(project, bob, 29)
    assert ids(claim(project, alice, count=5).queue) == [pool[0].pk]
    assert ids(claim(project, alice, count=5).queue) == [pool[0].pk]


def test_nobody_else_takes_one_by_name(project: Project, alice: Person, bob: Person, pool: list[Sample]) -> None:
    give(project, bob, 1)
    with pytest.raises(SampleNotOpen, match="assigned to bob"):
        claim_one(pool[29], alice)
    assert claim_one(pool[29], bob).sample == pool[29]
    submit(pool[29], bob, Answer(value={"class": 1}))
    assert claim_one(pool[29], alice).sample == pool[29]


def test_shared_ones_go_to_others_too(project: Project, alice: Person, bob: Person, pool: list[Sample]) -> None:
    given = give(project, bob, 3, shared=True)
    assert ids(claim(project, alice, count=1).queue) == [pool[29].pk]
    assert ids(claim(project, bob, count=3).queue) == [pool[28].pk, pool[27].pk, pool[26].pk]
    change(given, by=alice, shared=False)
    assert ids(claim(project, make_user("eve"), count=1).queue) == [pool[25].pk]


def test_a_skipped_one_goes_to_others(project: Project, alice: Person, bob: Person, pool: list[Sample]) -> None:
    given = give(project, bob, 2)
    skip(pool[29], bob)
    assert ids(claim(project, alice, count=1).queue) == [pool[29].pk]
    assert with_progress(Assignment.objects.filter(pk=given.pk)).get().left == 1


def test_a_second_opinion_comes_from_somebody_else(
    project: Project, alice: Person, bob: Person, carol: Person, pool: list[Sample]
) -> None:
    project.opinions = 2
    project.save()
    give(project, bob, 1)
    submit(pool[29], alice, Answer(value={"class": 1}))
    assert ids(claim(project, carol, count=1).queue) == [pool[28].pk]  # one opinion of two is kept for bob
    assert ids(claim(project, bob, count=1).queue) == [pool[29].pk]


def test_the_second_opinion_may_come_before_or_after(
    project: Project, alice: Person, bob: Person, carol: Person, pool: list[Sample]
) -> None:
    project.opinions = 2
    project.save()
    give(project, bob, 2)
    submit(pool[29], bob, Answer(value={"class": 1}))
    assert ids(claim(project, alice, count=2).queue) == [pool[29].pk, pool[28].pk]
    assert ids(claim(project, carol, count=1).queue) == [pool[27].pk]
    with pytest.raises(SampleNotOpen):
        claim_one(pool[28], carol)
    submit(pool[29], alice, Answer(value={"class": 1}))
    pool[29].refresh_from_db()
    assert pool[29].state == Sample.State.LABELLED


def test_the_second_answer_to_an_audit_comes_from_somebody_else(
    project: Project, alice: Person, bob: Person, pool: list[Sample]
) -> None:
    AuditDraw.objects.create(sample=pool[29], probability=0.1, pool=30, opinions=2, uniform_at="2026-01-01T00:00Z")
    give(project, bob, 1)
    assert ids(claim(project, alice, count=1).queue) == [pool[28].pk]
    submit(pool[29], bob, Answer(value={"class": 1}))
    assert ids(claim(project, alice, count=2).queue) == [pool[29].pk, pool[28].pk]


def test_what_was_fetched_ahead_goes_back_and_what_is_on_show_stays(
    project: Project, alice: Person, bob: Person, pool: list[Sample]
) -> None:
    shown = take(project, alice)
    claim(project, alice, count=2, showing=shown.sample_id)
    given = give(project, bob, 2)
    assert set(given.samples.all()) == {pool[28], pool[27]}
    held = claim(project, alice, count=1, showing=shown.sample_id, holding=[pool[28].pk, pool[27].pk])
    assert (ids(held.queue), held.dropped) == ([pool[26].pk], [pool[27].pk, pool[28].pk])


def test_a_new_assignment_comes_before_what_its_person_had_fetched(
    project: Project, bob: Person, carol: Person, pool: list[Sample]
) -> None:
    give(project, carol, 10)
    claim(project, bob, count=2)
    give(project, bob, 1)
    Assignment.objects.filter(member__user=carol).delete()
    assert ids(claim(project, bob, count=2).queue) == [pool[19].pk, pool[29].pk]


def test_taken_away_they_are_anybodys(project: Project, alice: Person, bob: Person, pool: list[Sample]) -> None:
    given = give(project, bob, 3)
    take_away(project, given.pk)
    assert ids(claim(project, alice, count=1).queue) == [pool[29].pk]


def test_they_are_free_when_their_person_goes(project: Project, alice: Person, bob: Person, pool: list[Sample]) -> None:
    give(project, bob, 3)
    remove_member(project, project.members.get(user=bob).pk, by=alice)
    assert not Assignment.objects.exists()
    assert ids(claim(project, alice, count=1).queue) == [pool[29].pk]


def test_they_are_free_when_their_person_only_looks_on(
    project: Project, alice: Person, bob: Person, pool: list[Sample]
) -> None:
    give(project, bob, 3)
    member = project.members.get(user=bob)
    change_member(project, member.pk, by=alice, role="reviewer")
    assert Assignment.objects.exists()
    change_member(project, member.pk, by=alice, role="viewer")
    assert not Assignment.objects.exists()
    assert ids(claim(project, alice, count=1).queue) == [pool[29].pk]


def test_a_ranking_that_waits_for_others_asks_for_no_round(
    project: Project, alice: Person, bob: Person, pool: list[Sample]
) -> None:
    rank(project, pool[20:])
    project.rounds.filter(number=2).update(candidates=30)
    give(project, bob, 10)
    assert not claim(project, alice, count=2).wants_worker
    Assignment.objects.all().delete()
    assert claim(project, alice, count=13).wants_worker


@pytest.mark.django_db(transaction=True)
def test_who_claims_while_an_owner_assigns_never_holds_both(
    project: Project, alice: Person, bob: Person, carol: Person, pool: list[Sample]
) -> None:
    """Afterwards nothing that is bob's is held ahead by anybody else, and everybody is served."""

    def work(person: Person) -> None:
        try:
            if person == alice:
                for _ in range(4):
                    give(project, bob, 3)
            else:
                for _ in range(8):
                    claim(project, person, count=3)
        finally:
            connection.close()

    together(work, [alice, bob, carol])
    assert Sample.objects.filter(assignment__isnull=False).count() == 12
    claim(project, carol, count=3)
    ahead = Lease.objects.filter(sample__assignment__isnull=False, shown_at=None)
    assert not ahead.exclude(user=bob).exists()
    assert ids(claim(project, bob, count=3).queue)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_each_get_their_own(
    project: Project, bob: Person, carol: Person, pool: list[Sample]
) -> None:
    give(project, bob, 15)
    give(project, carol, 15)

    def work(person: Person) -> int:
        done = 0
        try:
            while queue := claim(project, person, count=2).queue:
                claim(project, person, count=1, showing=queue[0].sample_id)
                submit(queue[0].sample, person, Answer(value={"class": 1}))
                done += 1
            return done
        finally:
            connection.close()

    assert together(work, [bob, carol]) == [15, 15]
    for person in (bob, carol):
        answered = Sample.objects.filter(annotations__author=person)
        assert set(answered.values_list("assignment__member__user", flat=True)) == {person.pk}
