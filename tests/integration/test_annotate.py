"""A simulated annotator drives the real app, and in lock-step it is asked for what a run of the library asks for."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core.management import CommandError, call_command
from pytest_django.live_server_helper import LiveServer

from annotation.arrays.vectors import Vectors
from annotation.ingest import Status, Wishes, ingest_files
from annotation.models import Annotation, Project
from mlcore.benchmarks.active.annotator import run
from mlcore.benchmarks.active.tasks import ActiveTask
from tests.factories import make_project
from tests.integration.conftest import Worker
from tests.pools import SIDE, cover, covered_project
from tests.processes import wait_for_jobs
from tests.rasters import write_raster
from tests.sweeps import left_out
from webapp.tasks import dispatch

pytestmark = pytest.mark.django_db(transaction=True)

CHIPS, BATCH, BUDGET = 90, 6, 42
LEVELS = np.array([[30, 60, 90], [60, 70, 80], [45, 66, 84], [90, 80, 60]])


def chips(folder: Path) -> Path:
    """Write chips of four kinds that are hard to tell apart, in turn."""
    rng = np.random.default_rng(5)
    for number in range(CHIPS):
        pixels = LEVELS[number % 4][:, None, None] + rng.normal(0, 14, (3, 1, 1)) + rng.normal(0, 12, (3, SIDE, SIDE))
        write_raster(folder / f"{number:03}.tif", np.clip(pixels, 1, 255).astype(np.uint8))
    return folder


@pytest.fixture
def project(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return an owner's project of loose chips, without audits, whose rows are the chips in order."""
    (folder := tmp_path / "chips").mkdir()
    project = make_project(
        alice, name="Chips", classes=("A", "B", "C", "D"), audit_share=0, refit_every=BATCH, tile_px=SIDE, seed=3
    )
    results = list(ingest_files(project, [chips(folder)], Wishes(), report=lambda *_: None))
    assert {result.status for result in results} == {Status.ACCEPTED}
    return project


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """Return the file that says what each chip is."""
    np.save(tmp_path / "truth.npy", np.arange(CHIPS) % 4 + 1)
    return tmp_path / "truth.npy"


def asked_by_the_library(project: Project, strategy: str) -> list[list[int]]:
    """Return what the library asks for on the app's own vectors; its test rows are copies that nobody asks for."""
    stored = Vectors(project, project.rounds.first().encoder)
    vectors, kinds = np.array(stored.read()), np.arange(CHIPS) % 4
    rows, answers = np.vstack([vectors, vectors[:20]]), np.append(kinds, kinds[:20])
    task = ActiveTask("app", rows, answers, np.arange(CHIPS + 20) >= CHIPS, blocks=stored.blocks)
    return run(task, strategy, project.seed, budget=BUDGET, batch=BATCH).picks


@pytest.mark.parametrize("strategy", ["auto", left_out("k_center")])
def test_in_lock_step_the_picks_are_those_of_the_library(
    start_worker: Callable[[], Worker],
    live_server: LiveServer,
    project: Project,
    truth: Path,
    strategy: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    start_worker()
    dispatch()
    wait_for_jobs(project)
    options = {"strategy": strategy, "budget": BUDGET, "lockstep": True, "url": live_server.url}
    call_command("annotate", "Chips", "--truth", str(truth), **options)
    *batches, last = capsys.readouterr().out.splitlines()
    asked = [[int(row.strip("#")) for row in line.split(": ")[1].split()] for line in batches]
    assert last == f"simulated answered {BUDGET} tiles of Chips."
    assert asked == asked_by_the_library(project, strategy)
    assert set(Annotation.objects.values_list("provenance", "author__username")) == {("simulated", "simulated")}
    wait_for_jobs(project)
    call_command("replay", "Chips")
    assert "differs" not in capsys.readouterr().out


def test_without_lock_step_it_labels_as_people_do(
    start_worker: Callable[[], Worker], live_server: LiveServer, alice: AbstractBaseUser, tmp_path: Path
) -> None:
    project = covered_project(alice, tmp_path)
    labels = write_raster(tmp_path / "labels.tif", np.kron(cover(), np.ones((SIDE, SIDE), np.uint8))[None])
    start_worker()
    dispatch()
    wait_for_jobs(project)
    call_command("annotate", "Lakes", labels=labels, budget=20, seconds=2.0, url=live_server.url)
    said = Annotation.objects.filter(sample__project=project)
    assert said.count() == 20
    assert set(said.values_list("label__code", flat=True)) == {1, 2, 3}
    assert all(one.label.code == cover()[one.sample.tile.row, one.sample.tile.column] for one in said)
    assert said.filter(sample__audit__isnull=False).exists()
    wait_for_jobs(project)
    assert project.rounds.first().classes == 3


def test_a_server_that_is_not_there_is_told(project: Project, truth: Path) -> None:
    with pytest.raises(CommandError, match="Is the server running"):
        call_command("annotate", "Chips", truth=truth, url="http://127.0.0.1:9")
    with pytest.raises(CommandError, match="no web address"):
        call_command("annotate", "Chips", truth=truth, url="file:///etc/passwd")
