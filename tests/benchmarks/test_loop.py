"""From a label to the reordered queue, in a project of ten thousand and of a million tiles."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from annotation.arrays.vectors import Vectors
from annotation.labeling import Answer, claim, submit
from annotation.models import Grid, Job, Project, Sample
from annotation.models.jobs import JobKind
from mlcore.model import load_encoder
from tests.factories import analyse
from tests.pools import run_jobs

pytestmark = pytest.mark.django_db

CLASSES = 3
LABELS = 60
_ROWS = 50_000  # vectors made at once


def write_tiles(project: Project, count: int) -> None:
    """Write tiles and their samples without imagery, in the database itself."""
    grid = Grid.objects.create(project=project, crs="EPSG:32632", transform=[10, 0, 5e5, 0, -10, 5e6], tile_px=32)
    side = int(np.ceil(np.sqrt(count)))
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO annotation_tile (grid_id, "column", row, valid_fraction, name) '
            "SELECT %s, n %% %s, n / %s, 1, '' FROM generate_series(0, %s - 1) AS n",
            [grid.pk, side, side, count],
        )
        cursor.execute(
            "INSERT INTO annotation_sample (project_id, tile_id, index, state) "
            "SELECT %s, id, row_number() OVER (ORDER BY id) - 1, 'open' FROM annotation_tile WHERE grid_id = %s",
            [project.pk, grid.pk],
        )
    analyse()


def write_vectors(project: Project, count: int) -> NDArray[np.int64]:
    """Write vectors of three kinds, and return the kind [count] of each."""
    encoder = load_encoder(project.encoder)
    rng, vectors = np.random.default_rng(0), Vectors(project, encoder.digest)
    centres = rng.normal(size=(CLASSES, encoder.dim)).astype(np.float32)
    kinds = np.arange(count) % CLASSES
    for start in range(0, count, _ROWS):
        rows = np.arange(start, min(count, start + _ROWS))
        noise = rng.standard_normal((len(rows), encoder.dim), np.float32)
        vectors.write(rows.tolist(), centres[kinds[rows]] + 2 * noise, blocks=encoder.blocks.values())
    return kinds


@pytest.fixture
def grown(project: Project, alice: AbstractBaseUser, data_dir: Path) -> Callable[[int], NDArray[np.int64]]:
    """Return a function that fills the project with tiles, some of them labelled, and a first round."""

    def grow(count: int) -> NDArray[np.int64]:
        write_tiles(project, count)
        kinds = write_vectors(project, count)
        rows = np.random.default_rng(1).choice(count, LABELS, replace=False)
        for sample in project.samples.filter(index__in=rows.tolist()):
            submit(sample, alice, Answer(value={"class": int(kinds[sample.index]) + 1}, seconds=2.0))
        run_jobs(project, JobKind.REFIT)
        return kinds

    return grow


@pytest.mark.parametrize(("tiles", "budget"), [(10_000, 1.0), (1_000_000, 3.0)])
def test_label_to_reordered_queue(
    grown: Callable[[int], NDArray[np.int64]],
    project: Project,
    alice: AbstractBaseUser,
    tiles: int,
    budget: float,
    benchmark: BenchmarkFixture,
) -> None:
    kinds = grown(tiles if benchmark.enabled else 500)
    taken: list[float] = []

    def work() -> None:
        lease = claim(project, alice, count=1).queue[0]
        before = project.rounds.first().number
        started = time.perf_counter()
        submit(
            Sample.objects.get(pk=lease.sample_id), alice, Answer(value={"class": int(kinds[lease.sample.index]) + 1})
        )
        Job.request(project, JobKind.REFIT)
        assert run_jobs(project, JobKind.REFIT)[0].state == Job.State.DONE
        assert claim(project, alice, count=1).queue[0].rank.round.number > before
        taken.append(time.perf_counter() - started)

    benchmark.pedantic(work, rounds=20 if benchmark.enabled else 1, warmup_rounds=1)
    if benchmark.enabled:
        benchmark.extra_info.update(tiles=tiles, p95=float(np.quantile(taken[1:], 0.95)), budget=budget)
