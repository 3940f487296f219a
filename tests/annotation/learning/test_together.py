"""An embedding in parts: any number of workers, killed at any moment, make the same vectors, each tile once."""

from datetime import timedelta

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation import clock, jobs
from annotation.arrays.shares import drop_share
from annotation.arrays.vectors import forget
from annotation.encoders import forget_vectors
from annotation.learning import filling, helping
from annotation.learning.encoders import open_encoder
from annotation.models import Job, Part, Project
from annotation.models.jobs import JobKind
from annotation.progress import progress
from tests.annotation.learning.parts import Made, begun, embed, once, stored
from tests.factories import make_project, make_user
from tests.pools import covered_project, run_jobs
from tests.worlds import shared_world

world, alice, covered = shared_world(covered_project)


def test_it_works(covered: Project, made: Made) -> None:
    job = embed(covered)
    assert (job.state, job.message, made) == (Job.State.DONE, "Embedded 64 tiles.", once(covered))
    assert not Part.objects.exists() and not (stored(covered).folder / "parts").exists()
    assert not covered.jobs.filter(kind=JobKind.PART).exists()  # nobody came to help, and nobody needs to any more


def test_the_vectors_are_those_of_one_worker_alone(covered: Project, made: Made) -> None:
    encoder = open_encoder(covered)
    embed(covered)
    parted = np.array(stored(covered).read())
    stored(covered).delete()
    filling.fill(covered, encoder, range(10), report=lambda *_: None)  # the batch that settles the scale
    filling.fill(covered, encoder, range(10, 64), report=lambda *_: None)
    np.testing.assert_allclose(parted, stored(covered).read(), atol=2e-3)


def test_a_worker_that_was_stopped_leaves_only_its_own_part_to_do_again(covered: Project, made: Made) -> None:
    begun(covered, made, 3)  # the first batch, and two parts
    assert Part.objects.count() == 4 and int(stored(covered).present.sum()) == 30
    assert embed(covered).message == "Embedded 34 tiles."
    assert made == once(covered) and stored(covered).present.all()


def test_a_killed_worker_s_part_is_free_when_its_heart_stopped(covered: Project, made: Made) -> None:
    begun(covered, made)
    Job.objects.filter(kind=JobKind.EMBED).update(
        state=Job.State.RUNNING, started_at=clock.now(), heartbeat_at=clock.now()
    )
    killed = Job.objects.get(kind=JobKind.EMBED)
    first, second = Part.objects.take(killed), Part.objects.take(killed)
    assert first.pk != second.pk and Part.objects.free().count() == 2
    Job.objects.update(heartbeat_at=clock.now() - timedelta(minutes=1))
    assert Part.objects.free().count() == 4
    again = Part.objects.take(killed)
    assert (again.pk, again.takes) == (first.pk, first.takes + 1)
    assert not first.tell(done=True)  # it comes back to life, and changes nothing
    assert again.tell()


def test_a_job_that_was_started_again_takes_what_it_had_before(covered: Project, made: Made) -> None:
    job = begun(covered, made)
    job.start()
    part = Part.objects.take(job)
    assert not Part.objects.free().filter(pk=part.pk).exists()
    Job.objects.update(started_at=clock.now() + timedelta(seconds=1))
    assert Part.objects.free().filter(pk=part.pk).exists()


def test_parts_that_are_done_are_joined_by_whoever_goes_on(covered: Project, made: Made) -> None:
    help_with(covered, made)
    assert {part.state for part in Part.objects.all()} == {Part.State.DONE}
    assert int(stored(covered).present.sum()) == 10
    assert embed(covered).message == "Embedded 54 tiles."
    assert made == once(covered) and stored(covered).present.all()


def help_with(project: Project, made: Made) -> Job:
    """Return a helper's job that ended, of an embedding whose own job waits."""
    begun(project, made, 1)
    job = project.jobs.filter(kind=JobKind.PART).first()
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def test_a_helper_does_all_parts_that_are_free(covered: Project, made: Made, settings) -> None:
    settings.EMBED_TOGETHER = 3
    job = help_with(covered, made)
    assert (job.state, job.message) == (Job.State.DONE, "Embedded 54 tiles.")
    assert covered.jobs.filter(kind=JobKind.PART).count() == 2


def test_one_that_is_alone_asks_nobody(covered: Project, made: Made, settings) -> None:
    settings.EMBED_TOGETHER = 1
    begun(covered, made)
    assert not covered.jobs.filter(kind=JobKind.PART).exists()


def test_the_page_shows_the_job_that_was_asked_for_and_no_helpers(covered: Project, made: Made) -> None:
    begun(covered, made)
    assert {job["kind"] for job in progress(covered)["jobs"]} == {"embed"}


def test_a_helper_lets_other_projects_go_first_and_goes_on_later(covered: Project, made: Made) -> None:
    Job.request(make_project(make_user("bob")), JobKind.EXPORT)
    job = help_with(covered, made)
    assert (job.state, job.sent_at, job.attempts) == (Job.State.QUEUED, None, 0)
    assert Part.objects.filter(state=Part.State.DONE).count() == 1
    Job.objects.filter(kind=JobKind.EXPORT).delete()
    jobs.run(job.pk)
    assert not Part.objects.exclude(state=Part.State.DONE).exists() and made == once(covered)


def test_a_helper_ends_when_nobody_wants_the_parts(covered: Project, made: Made) -> None:
    begun(covered, made, 1)
    covered.jobs.filter(kind=JobKind.EMBED).update(state=Job.State.FAILED)
    job = covered.jobs.filter(kind=JobKind.PART).first()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message, sum(made.values())) == (Job.State.DONE, "Embedded 0 tiles.", 10)


def test_a_helper_with_another_encoder_makes_nothing(covered: Project, made: Made) -> None:
    begun(covered, made, 1)
    job = covered.jobs.filter(kind=JobKind.PART).first()
    Job.objects.filter(pk=job.pk).update(params={"key": "statistics", "encoder": job.params["encoder"]})
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, "The encoder is another one by now.")


def test_a_helper_whose_machine_lacks_the_encoder_is_no_failure(covered: Project, made: Made) -> None:
    begun(covered, made, 1)
    job = covered.jobs.filter(kind=JobKind.PART).first()
    Job.objects.filter(pk=job.pk).update(params={"key": "dir:large", "encoder": job.params["encoder"]})
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, sum(made.values())) == (Job.State.DONE, 10)
    assert job.message.startswith("This worker can't open the encoder: ") and "dir:large" in job.message


def test_a_part_that_workers_died_of_is_left_to_the_job_that_asked(covered: Project, made: Made) -> None:
    begun(covered, made, 1)
    Part.objects.update(takes=helping._OFTEN)
    job = covered.jobs.filter(kind=JobKind.PART).first()
    jobs.run(job.pk)
    assert sum(made.values()) == 10
    embed(covered)
    assert stored(covered).present.all()


def test_imagery_that_changed_meanwhile_is_read_again(covered: Project, made: Made) -> None:
    begun(covered, made, 1)
    rows = Part.objects.first().rows
    seen = []

    def change() -> None:
        if not seen:
            seen.append(True)
            forget(covered, rows[:1])

    made.before = change
    embed(covered)
    assert made == {**once(covered), **dict.fromkeys(rows, 2)} and stored(covered).present.all()


def test_what_changed_between_the_making_and_the_joining_is_made_again(covered: Project, made: Made) -> None:
    help_with(covered, made)
    rows = Part.objects.first().rows
    forget(covered, rows[-1:])
    embed(covered)
    assert made == {**once(covered), **dict.fromkeys(rows, 2)} and stored(covered).present.all()


@pytest.mark.parametrize("damage", ["gone", "cut", "nothing", "other"])
def test_a_damaged_file_of_a_part_costs_that_part(covered: Project, made: Made, damage: str) -> None:
    help_with(covered, made)
    part = Part.objects.first()
    path = stored(covered).folder / "parts" / f"{part.pk}-{part.takes}.npz"
    whole = path.read_bytes()
    if damage == "gone":
        drop_share(part, stored(covered))
    else:
        path.write_bytes({"cut": whole[: len(whole) // 2], "nothing": b"", "other": b"PK\3\4 no such file"}[damage])
    embed(covered)
    assert made == {**once(covered), **dict.fromkeys(part.rows, 2)} and stored(covered).present.all()


def test_parts_of_tiles_that_went_are_cut_anew(covered: Project, made: Made) -> None:
    begun(covered, made, 1)
    gone = Part.objects.first().rows[0]
    covered.samples.filter(index=gone).delete()
    embed(covered)
    assert made == {row: count for row, count in once(covered).items() if row != gone}


def test_parts_go_with_the_vectors_that_nothing_needs(covered: Project, made: Made) -> None:
    begun(covered, made, 1)
    assert (forget_vectors(covered, keep=[stored(covered).digest]), Part.objects.count()) == (0, 6)
    assert (forget_vectors(covered, keep=[]), Part.objects.count()) == (1, 0)


def test_changing_the_encoder_is_done_in_parts_too(covered: Project, made: Made, alice: AbstractBaseUser) -> None:
    run_jobs(covered)
    made.clear()
    Job.request(covered, JobKind.SWITCH, encoder="statistics", user_id=alice.pk)
    (job, *_) = run_jobs(covered, JobKind.SWITCH)
    covered.refresh_from_db()
    assert (job.state, covered.encoder, made) == (Job.State.DONE, "statistics", once(covered))
