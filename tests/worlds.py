"""Worlds that the tests of a module share: made once, and each test starts from them as they were made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.test import override_settings

from annotation.models import Project
from tests import factories

Build = Callable[[AbstractBaseUser, Path], Project]


@dataclass(frozen=True)
class World:
    """A project of alice's in the database, and the data folder that belongs to it."""

    project_pk: int
    data: Path


def shared_world(build: Build) -> tuple[Any, Any, Any]:
    """Return three fixtures for a module to call `world`, `alice` and as its project: what `build` makes for her.

    The rows lie in a transaction around those of the tests, so that each test takes back its own changes alone; the
    fixture `data_dir` gives each a copy of the files. Tests that commit (`transactional_db`) belong in another module.
    """

    @pytest.fixture(scope="module")
    def world(
        django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[World]:
        folder, data = tmp_path_factory.mktemp("imagery"), tmp_path_factory.mktemp("world")
        with held(django_db_blocker):
            with django_db_blocker.unblock(), override_settings(DATA_DIR=data):
                project = build(factories.make_user("alice"), folder)
            yield World(project.pk, data)

    @pytest.fixture
    def alice(world: World, db: None) -> AbstractBaseUser:
        return get_user_model().objects.get(username="alice")

    @pytest.fixture
    def project(world: World, db: None) -> Project:
        return Project.objects.get(pk=world.project_pk)

    return world, alice, project


@contextmanager
def held(blocker: Any) -> Iterator[None]:
    """Keep a transaction open that is taken back at the end."""
    around = transaction.atomic()
    around._from_testcase = True  # so that `durable` blocks may lie in it, as in Django's own
    with blocker.unblock():
        around.__enter__()
    try:
        yield
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
