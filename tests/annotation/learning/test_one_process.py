"""One process serves many projects: an encoder's weights are read once, and only a few encoders stay in memory."""

import shutil
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.encoders import own_file, shipped
from annotation.learning.encoders import open_encoder
from annotation.models import Job
from mlcore import model
from tests.factories import make_project
from tests.pools import covered_project, run_jobs

KEPT = 4


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the files of weights that are read from now on."""
    files: list[Path] = []
    read_encoder = model.read_encoder
    monkeypatch.setattr(model, "read_encoder", lambda path: (files.append(path), read_encoder(path))[1])
    model._read.cache_clear()
    return files


def test_it_works(alice: AbstractBaseUser, tmp_path: Path, read: list[Path]) -> None:
    for name in ("North", "South"):
        project = covered_project(alice, tmp_path, name=name, encoder="nano+place")
        assert {job.state for job in run_jobs(project)} == {Job.State.DONE}
        assert project.rounds.count() == 1
    assert read == [shipped()["nano"]]


def test_the_weights_are_shared_and_what_projects_add_to_them_is_not(alice: AbstractBaseUser, read: list[Path]) -> None:
    plain, placed = make_project(alice, name="North"), make_project(alice, name="South", encoder="nano+place")
    assert open_encoder(plain).network is open_encoder(placed).network
    assert open_encoder(plain).digest != open_encoder(placed).digest
    assert (open_encoder(plain).knowledge, open_encoder(placed).knowledge) == ((), ("place",))


def test_encoders_that_were_not_used_for_long_leave_the_memory(alice: AbstractBaseUser, read: list[Path]) -> None:
    project = make_project(alice)
    keys = [f"{number:064x}" for number in range(KEPT + 1)]
    for key in keys:
        own_file(project, key).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(shipped()["nano"], own_file(project, key))
        open_encoder(project, key)
    assert model._read.cache_info().currsize == KEPT
    open_encoder(project, keys[-1])
    assert len(read) == KEPT + 1
    open_encoder(project, keys[0])
    assert len(read) == KEPT + 2
