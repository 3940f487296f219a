"""A project of amounts for tests of that kind."""

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.models import Project, Sample
from annotation.models.projects import Role
from tests.amounts import amount_project
from tests.factories import join
from tests.pools import make_samples


@pytest.fixture
def ponds(alice: AbstractBaseUser, bob: AbstractBaseUser, carol: AbstractBaseUser) -> Project:
    """Return a project of amounts: alice owns, bob annotates, carol reviews."""
    project = amount_project(alice)
    join(project, bob, Role.ANNOTATOR)
    join(project, carol, Role.REVIEWER)
    return project


@pytest.fixture
def samples(ponds: Project) -> list[Sample]:
    """Return its ten samples."""
    return make_samples(ponds, 10)
