"""Watching: test promises by the audits of what was accepted, and roll an acceptance back when it is shown broken."""

import math

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from annotation.audits.answers import first_answers
from annotation.errors import NotFound, NotReady
from annotation.models import Acceptance, Annotation, AuditDraw, Job, Project, Sample
from annotation.models.jobs import JobKind
from annotation.promises.taking_back import take_back
from annotation.tasks import task_of
from mlcore.audits.promises import is_broken, lower_limit

LOOK_EVERY = 10  # new checks: each look spends some of the chance of a false alarm


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
    checks, errors = tally(acceptance)
    if checks < acceptance.checks + LOOK_EVERY:
        return False
    looks = acceptance.looks + 1
    acceptance.looks, acceptance.checks, acceptance.errors = looks, checks, errors
    acceptance.save(update_fields=["looks", "checks", "errors"])
    wrong = math.floor(errors)  # of masks: parts of tiles; rounded in favour of the promise
    if not is_broken(wrong, checks, bound=acceptance.bound, looks=looks):
        return False
    least = lower_limit(wrong, checks, confidence=1 - 0.1 / (looks * (looks + 1)))
    told = (
        f"Audits show the promise broken: {errors:.3g} of {checks} checked labels are wrong, so {least:.1%} of all at "
        f"the least; {acceptance.bound:.1%} were promised at the most."
    )
    return _roll_back(acceptance, told, None)


def tally(acceptance: Acceptance, said: dict[int, Annotation] | None = None) -> tuple[int, float]:
    """Return how many accepted labels were checked, and how many of those are wrong; of masks the wrong shares."""
    draws = AuditDraw.objects.filter(acceptance=acceptance, sample__state=Sample.State.LABELLED)
    said = first_answers(acceptance.project) if said is None else said
    task = task_of(acceptance.project)
    wrong = []
    for drawn in draws.select_related("sample", "accepted__label"):
        truth, accepted = said.get(drawn.sample.index), drawn.accepted
        if truth is not None and accepted is not None:
            wrong.append(task.wrongness(acceptance.project, truth.value, accepted.value))
    compared = [each for each in wrong if each is not None]
    return len(compared), float(sum(compared))


def _roll_back(acceptance: Acceptance, reason: str, user: User | None) -> bool:
    """Take the labels back, once; return whether this call did."""
    project = Project.objects.select_for_update(no_key=True).get(pk=acceptance.project_id)
    mine = Acceptance.objects.filter(pk=acceptance.pk, state=Acceptance.State.IN_FORCE)
    now = timezone.now()
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
