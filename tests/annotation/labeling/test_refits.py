"""Refits: asked for when enough was said, and once."""

from django.contrib.auth.models import AbstractBaseUser

from annotation.labeling import Answer, submit_as
from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from annotation.models.projects import Role
from tests.pools import make_samples, rank


def test_while_a_refit_waits_no_answer_asks_for_another(project: Project, bob: AbstractBaseUser) -> None:
    samples = make_samples(project, 10)
    project.refit_every = 1
    project.save()
    rank(project, samples, classes=2)
    kept = [submit_as(Role.ANNOTATOR, project.pk, one.pk, bob, Answer(value={"class": 1})) for one in samples[:3]]
    assert [one.wants_worker for one in kept if one] == [True, False, False]
    Job.objects.filter(kind=JobKind.REFIT).update(state=Job.State.RUNNING)
    again = submit_as(Role.ANNOTATOR, project.pk, samples[3].pk, bob, Answer(value={"class": 1}))
    assert again and again.wants_worker  # what runs has perhaps not seen it
    assert sorted(Job.objects.filter(kind=JobKind.REFIT).values_list("state", flat=True)) == ["queued", "running"]
