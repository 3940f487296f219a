"""Picking: a batch that keeps its distance, leaves out look-alikes of what is on show, and asks for gain a second."""

from pathlib import Path

import numpy as np
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.labels import Snapshot
from annotation.learning.encoders import open_encoder
from annotation.learning.pacing import Timing, fit_timing
from annotation.learning.picking import Terms, pick
from annotation.learning.replaying import replay
from annotation.learning.snapshot import take_snapshot
from annotation.models import Annotation, Job, Project
from annotation.models.jobs import JobKind
from tests.factories import make_audit
from tests.pools import answer_truly, covered_project, run_jobs, take
from tests.worlds import shared_world


def embed(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return an embedded project of 64 tiles without a round's settings of its own."""
    project = covered_project(owner, folder, audit_share=0)
    run_jobs(project)
    return project


world, alice, project = shared_world(embed)


def seen(project: Project) -> Snapshot:
    return take_snapshot(project, open_encoder(project).digest)


def cold(snapshot: Snapshot) -> np.ndarray:
    """Return the first batch of a cold round."""
    terms = Terms.of(snapshot, fitted=False)
    return pick(snapshot, terms).indices[: terms.batch]


def test_it_works(project: Project) -> None:
    snapshot = seen(project)
    picks = pick(snapshot, Terms.of(snapshot, fitted=False))
    assert sorted(picks.indices) == list(range(64))
    assert (np.diff(picks.scores) <= 0).all()
    assert all(picks.reasons)


def test_a_batch_keeps_its_distance_and_what_is_on_show_too(project: Project, alice: AbstractBaseUser) -> None:
    project.spacing, project.refit_every = 2, 6
    shown = take(project, alice).sample.index
    snapshot = seen(project)
    picks = pick(snapshot, Terms.of(snapshot, fitted=False))
    batch = [
        row for row, reason in zip(picks.indices[:6], picks.reasons, strict=False) if "no other place" not in reason
    ]
    assert len(batch) >= 3
    places = snapshot.places[[*batch, shown]]
    gaps = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    assert gaps[np.triu_indices(len(places), 1)].min() >= 3


def test_no_region_gets_more_than_its_share(project: Project) -> None:
    project.spacing, project.refit_every, project.region_share = 0, 16, 0.0625
    snapshot = seen(project)
    assert len(np.unique(snapshot.regions)) == 16
    assert (np.bincount(snapshot.regions[cold(snapshot)]) == 1).all()


def test_more_people_get_a_larger_batch(project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser) -> None:
    assert Terms.of(seen(project), fitted=False).batch == 5
    take(project, alice)
    take(project, bob)
    assert Terms.of(seen(project), fitted=False).batch == 10


def test_waiting_audits_and_tiles_on_show_count_as_covered(project: Project, alice: AbstractBaseUser) -> None:
    shown = take(project, alice).sample
    audit = project.samples.exclude(pk=shown.pk).first()
    make_audit(audit)
    snapshot = seen(project)
    assert set(snapshot.pending) == {shown.index, audit.index}
    assert not {shown.index, audit.index} & set(snapshot.open)


def test_what_takes_long_is_asked_for_later(project: Project) -> None:
    snapshot = seen(project)
    terms = Terms.of(snapshot, fitted=False)
    slow = np.where(snapshot.places[:, 0] < 4, 30.0, 1.0)  # the west holds clouds
    samples = project.samples.order_by("index")
    schema = project.schemas.first()
    Annotation.objects.bulk_create(
        Annotation(
            sample=sample, author=project.members.first().user, schema=schema, seconds=slow[sample.index], current=False
        )
        for sample in samples
    )
    timing = fit_timing(project, snapshot.vectors, snapshot.open)
    seconds = timing.seconds(snapshot.features, snapshot.open)
    assert np.median(seconds[slow == 30]) > 3 * np.median(seconds[slow == 1])
    again = Timing.from_dict(timing.to_dict())
    np.testing.assert_array_equal(again.seconds(snapshot.features, snapshot.open), seconds)
    told = Terms.of(snapshot, fitted=False, timing=timing)
    turns = [np.flatnonzero(slow[pick(snapshot, asked).indices] == 30).mean() for asked in (told, terms)]
    assert turns[0] > turns[1] + 2


def test_a_submit_during_a_refit_gives_one_more_and_the_queue_never_runs_dry(
    project: Project, alice: AbstractBaseUser
) -> None:
    job = Job.request(project, JobKind.REFIT)
    assert job.start()  # it runs, and has read its labels
    for _ in range(12):
        answer_truly(take(project, alice).sample, alice)
    waiting = project.jobs.filter(kind=JobKind.REFIT, state=Job.State.QUEUED)
    assert waiting.count() == 1
    job.finish()
    run_jobs(project, JobKind.REFIT)
    assert project.rounds.first().labels == 12
    assert not waiting.exists()
    assert take(project, alice).rank.round == project.rounds.first()


def test_rare_classes_get_their_share_named_and_replayed(project: Project, alice: AbstractBaseUser) -> None:
    project.rare_share = 0.4
    project.save()
    for number in (0, 1, 2, 8, 9, 10, 16, 17, 4, 5, 6, 12, 13, 14, 20, 48):  # eight, seven, and one in the south
        answer_truly(project.samples.get(index=number), alice)
    Job.request(project, JobKind.REFIT)
    run_jobs(project, JobKind.REFIT)
    newest = project.rounds.first()
    assert newest.inputs["terms"]["rare_share"] == 0.4
    reasons = list(newest.ranks.order_by("position").values_list("reason", flat=True)[:5])
    assert 1 <= sum("Bare rock, which has few labels" in reason for reason in reasons) <= 3
    project.rare_share = 0.0
    project.save()
    assert next(replay(project, newest.number)).same


def test_a_share_for_rare_classes_waits_for_a_fit_and_for_one_class_a_tile(project: Project) -> None:
    project.rare_share = 0.4
    assert Terms.of(seen(project), fitted=True).rare_share == 0.4
    assert Terms.of(seen(project), fitted=False).rare_share == 0
    project.task = "masks"
    assert Terms.of(seen(project), fitted=True).rare_share == 0
