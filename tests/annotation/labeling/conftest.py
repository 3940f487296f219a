"""Ranked samples to claim."""

import pytest

from annotation.models import Project, Sample
from tests.pools import make_samples, rank


@pytest.fixture
def pool(project: Project) -> list[Sample]:
    """Return thirty samples of a project without audits, ranked from the last to the first."""
    project.audit_share = 0
    project.save()
    samples = make_samples(project, 30)
    rank(project, samples[::-1])
    return samples
