"""manage.py replay."""

import pytest
from django.core.management import CommandError, call_command

from annotation.models import Annotation
from annotation.models.jobs import JobKind
from tests.pools import answer_truly, covered_project, run_jobs, take
from tests.worlds import shared_world

pytestmark = pytest.mark.django_db


def work(owner, folder):
    project = covered_project(owner, folder, audit_share=0)
    run_jobs(project)
    for _ in range(10):
        answer_truly(take(project, owner).sample, owner)
    run_jobs(project, JobKind.REFIT)
    return project


world, alice, worked = shared_world(work)


def test_it_works(worked, capsys):
    call_command("replay", "Lakes")
    assert capsys.readouterr().out.splitlines() == [
        "Round 1 (max_herding): the same, 64 picks",
        "Round 2 (auto): the same, 54 picks",
    ]


def test_one_round_that_differs_is_told_where(worked, capsys):
    Annotation.objects.update(label=worked.classes.get(code=3))
    with pytest.raises(SystemExit) as ended:
        call_command("replay", "Lakes", "--round", "2")
    assert ended.value.code == 1
    assert "Round 2 (auto): differs" in (said := capsys.readouterr()).out
    assert "the label of tile #" in said.out
    assert said.err == "1 of 1 rounds differ.\n"


def test_a_round_or_project_that_is_not_there_is_told(worked, project):
    with pytest.raises(CommandError, match="No round 9"):
        call_command("replay", str(worked.pk), "--round", "9")
    with pytest.raises(CommandError, match="no rounds yet"):
        call_command("replay", str(project.pk))
    with pytest.raises(CommandError, match="Seas"):
        call_command("replay", "Seas")
