"""Samples to say something of."""

import pytest

from annotation.models import Project, Sample
from tests.pools import make_samples


@pytest.fixture
def samples(project: Project) -> list[Sample]:
    """Return ten samples without imagery."""
    return make_samples(project, 10)
