"""Marking: a few points of the tiles that come next, with the piece of the tile that each stands for."""

from base64 import b64decode
from pathlib import Path

import numpy as np
from django.contrib.auth.models import AbstractBaseUser

from annotation.labeling import Answer, submit
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from annotation.tasks.masks import wrapped
from annotation.tasks.masks.marking import CLICKS_A_TILE, MARKED
from tests.pools import SIDE, answer_truly, covered_project, run_jobs, take, true_class
from tests.worlds import shared_world


def embed(owner: AbstractBaseUser, folder: Path) -> Project:
    """Return an embedded segmentation with its first, cold round."""
    project = covered_project(owner, folder, task="masks", audit_share=0)
    run_jobs(project)
    return project


world, alice, project = shared_world(embed)


def marked(project: Project) -> list:
    """Return the ranks of the newest round that carry marks."""
    return [rank for rank in project.rounds.first().ranks.select_related("sample__tile") if rank.marks]


def test_it_works(project: Project, alice: AbstractBaseUser) -> None:
    for _ in range(6):
        answer_truly(take(project, alice).sample, alice)
    run_jobs(project, JobKind.REFIT)
    ranks = marked(project)
    assert [rank.position for rank in ranks] == list(range(1, len(ranks) + 1))
    assert len(ranks) == MARKED
    for rank in ranks:
        rows, columns = rank.marks["shape"]
        cells = np.frombuffer(b64decode(rank.marks["cells"]), np.uint8).reshape(rows, columns)
        points = rank.marks["points"]
        assert [int(cells[row, column]) for row, column in points] == list(range(1, len(points) + 1))
        assert len(rank.marks["reasons"]) == len(points) <= 12  # half of the tile's pieces
        assert rank.marks["seconds"] == 6 + 2 * len(points)
        assert "doubt" in rank.marks["reasons"][0]
    assert np.mean([len(rank.marks["points"]) for rank in ranks]) <= CLICKS_A_TILE + 3  # no tile stays without


def test_a_cold_round_has_marks_too(project: Project) -> None:
    assert marked(project)


def test_audits_and_whole_tiles_have_none(alice: AbstractBaseUser, tmp_path: Path) -> None:
    project = covered_project(alice, tmp_path, task="masks")
    run_jobs(project)
    ranks = project.rounds.first().ranks
    assert ranks.filter(sample__audit__isnull=False).exists()
    assert not ranks.filter(sample__audit__isnull=False).exclude(marks={}).exists()
    whole = covered_project(alice, tmp_path, name="Whole", audit_share=0)
    run_jobs(whole)
    assert not marked(whole)


def test_a_few_clicks_are_enough_to_learn(project: Project, alice: AbstractBaseUser) -> None:
    for rank in marked(project)[:8]:
        cells = np.frombuffer(b64decode(rank.marks["cells"]), np.uint8).reshape(rank.marks["shape"])
        pieces = np.kron(cells, np.ones((SIDE // len(cells),) * 2, np.uint8))
        mask = np.where((pieces > 0) & (pieces < 4), true_class(rank.sample), 0).astype(np.uint8)
        submit(rank.sample, alice, Answer(value=wrapped(mask)))
    Job.request(project, JobKind.REFIT)
    assert {job.state for job in run_jobs(project, JobKind.REFIT)} == {Job.State.DONE}
    assert project.rounds.first().classes >= 2
