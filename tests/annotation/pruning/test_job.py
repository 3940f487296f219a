"""The job that prunes: it says what it freed, and what projects share is looked at once a day."""

import numpy as np

from annotation.arrays.masks import mask_file, store_mask
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from tests.pools import run_jobs
from tests.pruned import grow_old


def prune(project: Project) -> Job:
    Job.request(project, JobKind.PRUNE)
    return run_jobs(project, JobKind.PRUNE)[-1]


def orphan(value: int) -> None:
    """Leave a mask that nothing refers to."""
    grow_old(mask_file(store_mask(np.full((8, 8), value, np.uint8))))


def test_it_works(project: Project) -> None:
    orphan(1)
    job = prune(project)
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert job.message.startswith("Freed 0 rows and 1 files (")
    assert job.result["shared"]
    assert set(job.result["freed"]) == {"masks that nothing refers to"}


def test_what_is_shared_is_looked_at_once_a_day(project: Project) -> None:
    prune(project)
    orphan(1)
    assert prune(project).message == "There was nothing to prune."
    Job.objects.update(result={})
    assert "1 files" in prune(project).message


def test_it_waits_with_the_batch_work() -> None:
    assert JobKind.PRUNE.lane == "batch"
