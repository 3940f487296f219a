"""How many audits are drawn: enough to wait, more while a promise lacks some, and checks of what it let in."""

import math

import numpy as np

from annotation.audits.drawing import count_labelled, draw_open, waiting
from annotation.models import Acceptance, Lease, Project, Sample
from annotation.promises.checks import draw_checks
from mlcore.audits.promises import audit_share, missing_audits

AUDITS_AHEAD = 50  # samples until the next round, at most, that shall have their share of audits
LABELS_TO_A_PROMISE = 100  # that people are likely to make before the owner wants it


def share_of(project: Project) -> float:
    """Return the share of the next samples that are audits: more while a promise lacks some."""
    if not project.promise_kind:
        return project.audit_share
    return audit_share(missing_of(project), ahead=LABELS_TO_A_PROMISE, base=project.audit_share)


def missing_of(project: Project) -> int:
    """Return how many audits must be labelled, at the least, before the promise that the owner wants can be given."""
    if not project.promise_kind:
        return 0
    return missing_audits(project.promise_kind, project.promise_bound, have=count_labelled(project))


def draw_audits(project: Project, *, seed: int) -> int:
    """Draw audits, among open samples and among what was accepted by promise, so that enough wait; return how many."""
    share = share_of(project)
    held = Lease.objects.active().filter(project=project).count()
    left = project.samples.filter(state=Sample.State.OPEN).count()
    checked = project.acceptances.filter(state=Acceptance.State.IN_FORCE).exists()
    ahead = AUDITS_AHEAD + held if checked else min(AUDITS_AHEAD + held, left)
    wanted = math.ceil(share * ahead) - len(waiting(project)[0])
    if wanted <= 0 or not share:
        return 0
    rng = np.random.default_rng([seed, 1])
    checks = draw_checks(project, wanted // 2 if left else wanted, rng) if checked else 0
    return checks + draw_open(project, wanted - checks, rng)
