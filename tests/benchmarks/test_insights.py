"""How much memory working out the insights of a million tiles takes, besides the files that it maps."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from pytest_benchmark.fixture import BenchmarkFixture

from annotation.arrays.fits import Kept, store_fit
from annotation.arrays.vectors import Vectors
from annotation.explaining.explain import explain
from annotation.insights import read
from annotation.models import AuditDraw, Job, Project, Sample
from annotation.models.jobs import JobKind
from tests.factories import label_all
from tests.pools import make_samples, rank

DIMENSIONS = 256
MOST_MB = 300  # the vectors alone take 512 MB, and 1 GB in single precision

pytestmark = pytest.mark.django_db


def more_samples(project: Project, count: int) -> None:
    """Write samples on the project's grid, in the database alone: a million in half a minute."""
    tiles = """
        INSERT INTO annotation_tile (grid_id, "column", row, valid_fraction, name)
        SELECT g.id, n %% 1000, n / 1000, 1, '' FROM annotation_grid g, generate_series(%s, %s) n
        WHERE g.project_id = %s
    """
    samples = """
        INSERT INTO annotation_sample (project_id, tile_id, index, state)
        SELECT %s, t.id, t.row * 1000 + t."column", 'open' FROM annotation_tile t
        WHERE NOT EXISTS (SELECT 1 FROM annotation_sample s WHERE s.tile_id = t.id)
    """
    first = project.samples.count()
    with connection.cursor() as cursor:
        cursor.execute(tiles, [first, count - 1, project.pk])
        cursor.execute(samples, [project.pk])
        cursor.execute("ANALYZE")


def fill_vectors(project: Project, digest: str, count: int) -> None:
    """Write vectors of three kinds of tiles, some thousand at a time."""
    vectors, rng = Vectors(project, digest), np.random.default_rng(0)
    vectors.write([0, count - 1], rng.normal(size=(2, DIMENSIONS)).astype(np.float32))
    data = np.memmap(vectors.folder / "vectors", np.float16, "r+", shape=(count, DIMENSIONS))
    for start in range(0, count, 50_000):
        part = data[start : start + 50_000]
        kinds = (np.arange(start, start + len(part)) % 3)[:, None]
        part[:] = kinds + rng.normal(0, 0.5, part.shape).astype(np.float32)
    np.memmap(vectors.folder / "present", np.uint8, "r+", shape=(count,))[:] = 1


@contextmanager
def peak_of_own_memory() -> Iterator[list[float]]:
    """Measure what Python and NumPy hold at most, in MB; mapped files are the system's to drop, and no part of it."""
    peak = [0.0]
    tracemalloc.start()
    try:
        yield peak
    finally:
        peak[0] = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()


def test_insights(project: Project, alice: AbstractBaseUser, benchmark: BenchmarkFixture) -> None:
    count, digest = 1_000_000 if benchmark.enabled else 3000, "e" * 64
    samples = make_samples(project, 600)
    more_samples(project, count)
    assert project.samples.count() == count
    # fifty of them wait, so that the rows that are looked at are not all rows
    draws = [AuditDraw(sample=sample, probability=0.1, pool=count) for sample in samples[400:550]]
    AuditDraw.objects.bulk_create(draws)
    label_all(samples[:500], alice)
    fill_vectors(project, digest, count)
    rank(project, samples[500:], encoder=digest, classes=3)
    chances = np.eye(3, dtype=np.float16)[np.arange(count) % 3] * 0.9 + 0.03
    store_fit(project, project.rounds.get().number, Kept((1, 2, 3), chances, chances.max(axis=1)))
    job = Job.objects.create(project=project, kind=JobKind.INSIGHT)
    with peak_of_own_memory() as peak:
        benchmark.pedantic(lambda: explain(job), rounds=1)
    benchmark.extra_info["peak_mb"] = round(peak[0])
    print(f"{count} tiles: {peak[0]:.0f} MB at most")
    assert (
        read(project, "insight")["coverage"]["of"]
        == count - project.samples.filter(audit__isnull=False, state=Sample.State.OPEN).count()
    )
    assert not benchmark.enabled or peak[0] < MOST_MB
