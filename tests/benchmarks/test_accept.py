"""How long it takes to accept a hundred thousand pre-labels by promise, and to take them back."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from pytest_benchmark.fixture import BenchmarkFixture

from annotation.models import Project
from annotation.promises.acceptance import accept
from annotation.promises.preview import preview
from annotation.promises.watching import roll_back
from tests.factories import analyse
from tests.promised import promise, publish, seen

COUNT = 100_000


@pytest.fixture
def ready(project: Project, bob: AbstractBaseUser) -> Project:
    """Return a project in which all of its open suggestions may be accepted."""
    promise(project)
    publish(project, bob, audits=60, waiting=COUNT)
    analyse()
    return project


def test_preview(ready: Project, benchmark: BenchmarkFixture) -> None:
    found = benchmark.pedantic(preview, args=[ready], rounds=3)
    assert found.promise.accepted == COUNT


def test_accept(ready: Project, carol: AbstractBaseUser, benchmark: BenchmarkFixture) -> None:
    acceptance = benchmark.pedantic(accept, args=[ready, carol, seen(ready)], rounds=1)
    assert acceptance.accepted == COUNT


def test_roll_back(ready: Project, carol: AbstractBaseUser, benchmark: BenchmarkFixture) -> None:
    acceptance = accept(ready, carol, seen(ready))
    benchmark.pedantic(roll_back, args=[ready, acceptance.pk, carol], rounds=1)
    assert ready.samples.filter(state="open").count() == COUNT
