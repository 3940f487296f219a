"""How long an annotator's next tile, a submit, the progress page and a refit take in small and large projects."""

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from pytest_benchmark.fixture import BenchmarkFixture

from annotation.arrays.vectors import Vectors
from annotation.labeling import Answer, claim, submit
from annotation.models import Annotation, Job, Project, Sample
from annotation.models.jobs import JobKind
from annotation.progress import progress
from mlcore.model import load_encoder
from tests.pools import make_samples, rank, run_jobs

pytestmark = pytest.mark.django_db


def fill(project: Project, author: AbstractBaseUser, tiles: int) -> list[Sample]:
    """Make tiles, label half of them, rank the rest and let the database take its statistics."""
    samples = make_samples(project, tiles)
    labelled, waiting = samples[: tiles // 2], samples[tiles // 2 :]
    classes = list(project.classes.all())
    annotations = Annotation.objects.bulk_create(
        Annotation(
            sample=sample,
            author=author,
            label=classes[at % 3],
            value={"class": classes[at % 3].code},
            seconds=2.0,
            schema=project.schemas.first(),
        )
        for at, sample in enumerate(labelled)
    )
    labelled_now = """
        UPDATE annotation_sample SET state = 'labelled', answer_id = annotation_annotation.id
        FROM annotation_annotation WHERE annotation_annotation.sample_id = annotation_sample.id
    """
    with connection.cursor() as cursor:
        cursor.execute(labelled_now)
    assert project.samples.filter(state=Sample.State.LABELLED).count() == len(annotations)
    rank(project, waiting[:300], classes=3)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return waiting


@pytest.mark.parametrize("tiles", [100, 100_000])
def test_next_and_submit(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, tiles: int, benchmark: BenchmarkFixture
) -> None:
    fill(project, alice, tiles if benchmark.enabled else 100)
    held = [lease.sample_id for lease in claim(project, bob, count=6).queue]

    def work() -> None:
        queue = claim(project, bob, count=5, showing=held[0], holding=held[1:]).queue
        submit(Sample.objects.get(pk=held[0]), bob, Answer(value={"class": 1}, seconds=1.0))
        held[:] = [lease.sample_id for lease in queue]

    before = Annotation.objects.count()
    rounds = 40 if benchmark.enabled else 1
    benchmark.pedantic(work, rounds=rounds)
    assert Annotation.objects.count() == before + rounds


@pytest.mark.parametrize("tiles", [100, 100_000])
def test_progress(project: Project, alice: AbstractBaseUser, tiles: int, benchmark: BenchmarkFixture) -> None:
    tiles = tiles if benchmark.enabled else 100
    fill(project, alice, tiles)
    status = benchmark.pedantic(progress, [project], rounds=10 if benchmark.enabled else 1)
    assert status["counts"]["labelled"] == tiles // 2


@pytest.mark.parametrize("labels", [20, 500])
def test_label_to_reordered_queue(
    project: Project, alice: AbstractBaseUser, labels: int, benchmark: BenchmarkFixture, data_dir: Path
) -> None:
    tiles = 10_000 if benchmark.enabled else 200
    labels = min(labels, tiles // 4)
    samples = make_samples(project, tiles)
    encoder = load_encoder(project.encoder)
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(3, encoder.dim)).astype(np.float32)
    truth = np.arange(tiles) % 3
    Vectors(project, encoder.digest).write(
        range(tiles), centres[truth] + 2 * rng.normal(size=(tiles, encoder.dim)).astype(np.float32)
    )
    for at, sample in enumerate(samples[:labels]):
        submit(sample, alice, Answer(value={"class": int(truth[at]) + 1}))

    def work() -> None:
        Job.request(project, JobKind.REFIT)
        assert run_jobs(project, JobKind.REFIT)[0].state == Job.State.DONE

    benchmark.pedantic(work, rounds=5 if benchmark.enabled else 1, warmup_rounds=1)
    assert claim(project, alice, count=1).queue[0].rank.round.classes == 3


@pytest.mark.parametrize("free", [True, False])
def test_next_while_half_of_all_tiles_wait_for_somebody_else(
    project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser, free: bool, benchmark: BenchmarkFixture
) -> None:
    waiting = fill(project, alice, 20_000 if benchmark.enabled else 100)
    member = project.members.get(user=alice)
    given = project.assignments.create(member=member, kind="next", about="half", given_at=project.created_at)
    kept = waiting[: -10 if free else None]
    Sample.objects.filter(pk__in=[sample.pk for sample in kept]).update(assignment=given)
    for sample in kept[:3]:
        submit(sample, alice, Answer(verdict="skip", reason="cloud"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    held = benchmark.pedantic(lambda: claim(project, bob, count=20).queue, rounds=20 if benchmark.enabled else 1)
    assert {lease.sample for lease in held} == {*kept[:3], *waiting[-10 if free else len(waiting) :]}
