"""How long it takes to accept a hundred thousand pre-labels by promise, and to take them back."""

import time

from django.contrib.auth.models import AbstractBaseUser
from pytest_benchmark.fixture import BenchmarkFixture

from annotation.models import Project
from annotation.promises.acceptance import accept
from annotation.promises.watching import roll_back
from tests.factories import analyse
from tests.promised import promise, publish, seen


def test_accept(project: Project, bob: AbstractBaseUser, carol: AbstractBaseUser, benchmark: BenchmarkFixture) -> None:
    count = 100_000 if benchmark.enabled else 200
    promise(project)
    publish(project, bob, audits=120, waiting=count)
    analyse()
    started = time.perf_counter()
    looked = seen(project)
    benchmark.extra_info["preview_seconds"] = time.perf_counter() - started
    acceptance = benchmark.pedantic(accept, args=[project, carol, looked], rounds=1)
    assert acceptance.accepted == count
    started = time.perf_counter()
    roll_back(project, acceptance.pk, carol)
    benchmark.extra_info["roll_back_seconds"] = time.perf_counter() - started
    assert project.samples.filter(state="open").count() == count
