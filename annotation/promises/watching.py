"""Watching: test promises by the audits of what was accepted, and roll an acceptance back when it is shown broken."""

import numpy as np
from django.contrib.auth.models import User
from django.db import transaction
from numpy.typing import NDArray

from annotation import clock
from annotation.audits.answers import first_answers
from annotation.deletions import hold_project
from annotation.errors import NotFound, NotReady
from annotation.models import Acceptance, Annotation, AuditDraw, Job, Project, Sample
from annotation.models.jobs import JobKind
from annotation.promises.taking_back import take_back
from annotation.tasks import task_of
from mlcore.audits.betting import is_broken, lower_limit

LOOK_EVERY = 10  # new checks: fewer tell little


def watch(project: Project) -> list[Acceptance]:
    """Look at each acceptance that has enough new checks, and roll back what is broken; return those."""
    in_force = project.acceptances.filter(state=Acceptance.State.IN_FORCE)
    return [acceptance for acceptance in in_force if _look(acceptance)]


@transaction.atomic
def roll_back(project: Project, pk: int, user: User, *, reason: str = "") -> Acceptance:
    """Roll an acceptance back by hand.

    Raises:
        NotFound: the project has no such acceptance.
        NotReady: it is rolled back already.
    """
    acceptance = project.acceptances.filter(pk=pk).first()
    if acceptance is None:
        raise NotFound("No such acceptance in this project.")
    told = f"Rolled back by {user.get_username()}{f': {reason}' if reason else '.'}"
    if not _roll_back(acceptance, told, user):
        raise NotReady("It is rolled back already.")
    acceptance.refresh_from_db()
    return acceptance


@transaction.atomic
def _look(acceptance: Acceptance) -> bool:
    """Test a promise by its checks; return whether it was broken and rolled back."""
    losses = checked(acceptance)
    if len(losses) < acceptance.checks + LOOK_EVERY:
        return False
    hold_project(acceptance.project)  # before the acceptance, as whoever rolls it back by hand
    acceptance.looks, acceptance.checks, acceptance.errors = acceptance.looks + 1, len(losses), float(losses.sum())
    acceptance.save(update_fields=["looks", "checks", "errors"])
    if not is_broken(losses, bound=acceptance.bound):
        return False
    reason = (
        f"Audits show the promise broken: {losses.sum():.3g} of {len(losses)} checked labels are wrong, so "
        f"{lower_limit(losses):.1%} of all at the least; {acceptance.bound:.1%} were promised at the most."
    )
    return _roll_back(acceptance, reason, None)


def checked(acceptance: Acceptance, answers: dict[int, Annotation] | None = None) -> NDArray[np.float64]:
    """Return how wrong each checked label is, 0 to 1; `answers` are the project's first ones, if read already."""
    draws = AuditDraw.objects.filter(acceptance=acceptance, sample__state=Sample.State.LABELLED)
    answers = first_answers(acceptance.project) if answers is None else answers
    task, losses = task_of(acceptance.project), list[float | None]()
    for drawn in draws.select_related("sample", "accepted"):
        truth, accepted = answers.get(drawn.sample.index), drawn.accepted
        if truth is not None and accepted is not None:
            losses.append(task.wrongness(acceptance.project, truth.value, accepted.value))
    return np.array([loss for loss in losses if loss is not None], np.float64)


def _roll_back(acceptance: Acceptance, reason: str, user: User | None) -> bool:
    """Take the labels back, once; return whether this call did."""
    project = hold_project(acceptance.project)
    mine = Acceptance.objects.filter(pk=acceptance.pk, state=Acceptance.State.IN_FORCE)
    now = clock.now()
    done = mine.update(state=Acceptance.State.ROLLED_BACK, reason=reason[:400], rolled_back_by=user, rolled_back_at=now)
    if not done:
        return False
    take_back(acceptance)
    # What was drawn meanwhile stands for the samples that were left, and no longer for all that wait.
    during = AuditDraw.objects.filter(sample__project=project, uniform_at__gt=acceptance.created_at)
    during.update(uniform_at=None)
    Job.request(project, JobKind.EMBED)  # the published version speaks of what reopened, if it has not yet
    Job.request(project, JobKind.REFIT)
    return True
