"""Workers at once: they share the parts of an embedding, and one that is told to stop leaves the rest whole."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from annotation import jobs
from annotation.models import Job, Part
from annotation.models.jobs import JobKind
from tests.annotation.learning.parts import Made, begun, embed, once, stored
from tests.factories import make_project, make_user
from tests.pools import covered_project

pytestmark = pytest.mark.django_db(transaction=True)


def test_three_workers_at_once_embed_each_tile_once(tmp_path: Path, made: Made) -> None:
    project = covered_project(make_user("alice"), tmp_path)
    asked = begun(project, made, 1)
    helpers = list(project.jobs.filter(kind=JobKind.PART)[:2])

    def work(job: Job) -> None:
        try:
            jobs.run(job.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(work, [*helpers, asked]))
    asked.refresh_from_db()
    assert (asked.state, asked.message) == (Job.State.DONE, "Embedded 54 tiles.")
    assert made == once(project) and stored(project).present.all()
    assert Job.objects.filter(kind=JobKind.PART, message__gt="Embedded 0 tiles.").exists()


def test_a_worker_that_is_shut_down_in_the_middle_leaves_only_its_part(tmp_path: Path, made: Made) -> None:
    project = covered_project(make_user("alice"), tmp_path)
    batches = iter(range(3))

    def stop() -> None:
        if next(batches, None) is None:
            raise SystemExit

    made.before = stop
    with pytest.raises(SystemExit):
        embed(project)
    made.before = lambda: None
    assert embed(project).message == "Embedded 34 tiles."
    assert made == once(project) and stored(project).present.all()


def test_workers_that_take_parts_at_the_same_moment_never_meet(tmp_path: Path) -> None:
    project = make_project(make_user("alice"))
    Part.objects.bulk_create(Part(project=project, encoder="e" * 64, rows=[row]) for row in range(60))
    holders = [Job.objects.create(project=project, kind=JobKind.PART) for _ in range(6)]

    def work(job: Job) -> list[int]:
        taken = []
        try:
            job.start()
            while part := Part.objects.take(job):
                taken.append(part.pk)
            return taken
        finally:
            connection.close()

    with ThreadPoolExecutor(len(holders)) as workers:
        taken = [pk for each in workers.map(work, holders) for pk in each]
    assert len(taken) == len(set(taken)) == 60
    assert set(Part.objects.values_list("takes", flat=True)) == {1}
