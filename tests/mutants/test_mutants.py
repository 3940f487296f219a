"""A short run over damaged files; `python -m tests.mutants` is the long one."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser

from tests.mutants.trial import Trial
from tests.sweeps import left_out

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [12, left_out(40)])
def test_no_damaged_file_breaks_the_site_or_a_job(alice: AbstractBaseUser, tmp_path: Path, count: int) -> None:
    verdict = Trial(alice, tmp_path, seed=1).run(count)
    told = "\n".join(verdict.lines())
    assert (verdict.broke, verdict.unhandled) == ([], []), told
    assert verdict.answers[202] and verdict.answers[400] and verdict.jobs["done"], told
