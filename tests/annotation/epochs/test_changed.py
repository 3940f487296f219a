"""What audits tell of change as a whole: recall, precision and area of any change against none."""

import pytest

from annotation.insights import insight, read, request_insight
from tests.changes import SIDE, TILES, answer_change, pair_project, some_of_each
from tests.factories import make_audit
from tests.pools import run_jobs

pytestmark = pytest.mark.django_db


def told(project, user) -> dict:
    """Label tiles of each class, then all others as audits; return what is kept of change."""
    run_jobs(project)
    chosen = some_of_each(project, 3)
    for sample in chosen:
        answer_change(sample, user)
    rest = project.samples.exclude(pk__in=[one.pk for one in chosen]).order_by("index")
    for sample in list(rest)[::2]:
        if not hasattr(sample, "audit"):
            make_audit(sample, probability=0.5)
        answer_change(sample, user)
    request_insight(project)
    assert [job.error for job in run_jobs(project) if job.error] == []
    return read(project, "insight")["change"]


@pytest.mark.parametrize("task", ["classes", "masks"])
def test_it_works(alice, tmp_path, task) -> None:
    project = pair_project(alice, tmp_path, task=task, audit_share=0)
    change = told(project, alice)
    left = TILES**2 - 9
    true = (15 - 6) / left  # fifteen tiles changed, six of them were labelled by choice
    assert change["audits"] > 2
    assert change["recall"]["value"] > 0.6
    assert change["area"]["low"] < true < change["area"]["high"]
    outline = project.samples.select_related("tile__grid").first().tile.grid.transform
    expected = left * (SIDE * outline[0]) ** 2
    assert insight(project)["found"]["change"]["recall"] is None  # a handful of changes say next to nothing
    assert change["ground_m2"] == pytest.approx(expected, rel=0.05)
