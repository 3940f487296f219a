"""A team: what one person has before them or comes to next counts as covered for all others."""

from pathlib import Path

import numpy as np
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.vectors import Vectors
from annotation.labeling import claim
from annotation.labeling.upcoming import upcoming
from annotation.learning.encoders import open_encoder
from annotation.learning.replaying import replay
from annotation.models import Job, Lease, Project, Round
from annotation.models.jobs import JobKind
from tests.pools import covered_project, rank, run_jobs
from tests.worlds import shared_world

SIGHTS = 8


def of_eight_sights(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return a project of eight sights, each of eight tiles: 0, 8, 16... look alike, and so do 1, 9, 17..."""
    project = covered_project(owner, folder, audit_share=0, spacing=0)
    run_jobs(project)
    encoder = open_encoder(project)
    sights = 4 * np.random.default_rng(0).normal(size=(SIGHTS, encoder.dim)).astype(np.float32)
    Vectors(project, encoder.digest).write(range(64), np.tile(sights, (8, 1)))
    rank(project, project.samples.order_by("index")[:6])
    return project


world, alice, project = shared_world(of_eight_sights)


def look(project: Project, *users: AbstractBaseUser) -> dict[str, list[Lease]]:
    """Let each person take three tiles and look at the first, as browsers do."""
    held = {str(user): claim(project, user, count=3).queue for user in users}
    for user in users:
        shown, *ahead = [lease.sample_id for lease in held[str(user)]]
        claim(project, user, count=2, showing=shown, holding=ahead)
    return held


def land(project: Project) -> Round:
    Job.request(project, JobKind.REFIT)
    run_jobs(project, JobKind.REFIT)
    return project.rounds.first()


def test_it_works(project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser) -> None:
    held = look(project, alice, bob)
    land(project)
    sent = {name: [lease.sample.index for lease in leases[:2]] for name, leases in held.items()}  # shown, and next
    for user in (alice, bob):
        # the browser goes on to the tile that it holds, whether the round has landed or not
        following = claim(project, user, count=3, showing=held[str(user)][1].sample_id).queue
        sent[str(user)] += [lease.sample.index for lease in following if not lease.shown_at]
    assert [len(indices) for indices in sent.values()] == [4, 4]
    sights = [index % SIGHTS for indices in sent.values() for index in indices]
    assert sorted(sights) == list(range(SIGHTS))


def test_the_next_tile_stays_with_its_person_first_in_the_new_round(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser
) -> None:
    held = look(project, alice, bob)
    newest = land(project)
    for user in (alice, bob):
        shown, following, last = held[str(user)]
        kept = Lease.objects.get(pk=following.pk)
        assert (kept.rank.round, kept.rank.score, kept.rank.reason) == (newest, None, following.rank.reason)
        assert not Lease.objects.filter(pk=last.pk).exists()
        again = claim(project, user, count=3, showing=shown.sample_id, holding=[following.sample_id, last.sample_id])
        assert [lease.sample_id for lease in again.queue][0] == following.sample_id
        assert last.sample_id in again.dropped


def test_what_is_let_go_goes_to_somebody_else_first(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser
) -> None:
    following = look(project, alice)[str(alice)][1].sample_id
    land(project)
    Lease.objects.filter(user=alice).delete()
    assert claim(project, bob, count=1).queue[0].sample_id == following


def test_who_is_fast_comes_further_while_a_round_is_made(project: Project, alice: AbstractBaseUser) -> None:
    look(project, alice)
    assert len(upcoming(project)) == 1
    project.rounds.update(seconds=9.0)  # and nothing is known of alice's pace
    assert len(upcoming(project)) == 1
    pace = {"level": 1.0, "people": {}, "tools": {}, "spread": 0.0}  # e seconds: three tiles, but two are held
    project.rounds.update(inputs={"terms": {"timing": {"pace": pace}}, "usual_seconds": {}})
    assert len(upcoming(project)) == 2


def test_such_a_round_is_replayed(project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser) -> None:
    look(project, alice, bob)
    (told,) = replay(project, land(project).number)
    assert told.same, told.differences
