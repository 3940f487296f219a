"""A short run of the attack among the sweeps; `python -m tests.chaos` is the long one."""

from pathlib import Path

import pytest

from tests.chaos.attack import Plan, attack
from tests.webapp.local.conftest import open_folder, port  # noqa: F401 (a fixture)


@pytest.fixture
def folder() -> Path:
    with open_folder() as made:
        yield made


@pytest.mark.sweep
def test_it_works(folder: Path, port: int) -> None:  # noqa: F811 (a fixture)
    report = attack(folder, port, Plan(kills=5, pause=(0.2, 0.6), settle=False))
    told = "\n".join(report.lines())
    assert len(report.kills) >= 4, told
    assert report.acknowledged > 5, told
    assert (report.lost, report.doubled, report.refused, report.stuck, report.left) == ([], [], [], 0, {}), told
    assert [job for job in report.jobs if job["state"] == "failed"] == [], told
