"""A short run over damaged files; `python -m tests.mutants` is the long one."""

from pathlib import Path

import laspy
import pytest
from django.contrib.auth.models import AbstractBaseUser

from tests.mutants.seeds import seeds
from tests.mutants.trial import Trial
from tests.sweeps import left_out

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [12, left_out(40)])
def test_no_damaged_file_breaks_the_site_or_a_job(alice: AbstractBaseUser, tmp_path: Path, count: int) -> None:
    verdict = Trial(alice, tmp_path, seed=1).run(count)
    told = "\n".join(verdict.lines())
    assert (verdict.broke, verdict.unhandled) == ([], []), told
    assert verdict.answers[202] and verdict.answers[400] and verdict.jobs["done"], told


def test_point_clouds_of_every_layout_are_among_what_is_tried(tmp_path: Path) -> None:
    names = {name for name, content in seeds(tmp_path).items() if content.startswith(b"LASF")}
    assert {"1.2-points.las", "1.2-points.laz", "1.4-points.las", "1.4-points.laz", "points.copc.laz"} <= names
    with laspy.CopcReader.open(tmp_path / "points.copc.laz") as cloud:
        assert len(cloud.query()) == 720
