"""Checks: audits of labels that were accepted by promise, drawn at random and labelled blind like all audits."""

import numpy as np
from django.db.models import F, QuerySet

from annotation.audits.accepted import accepted_audits
from annotation.audits.exposures import count_draw
from annotation.models import Acceptance, Annotation, AuditDraw, Project, Sample
from annotation.promises.taking_back import take_back
from annotation.promises.watching import LOOK_EVERY
from mlcore.audits.betting import fewest_right
from mlcore.audits.draws import draw, uniform_chances


def draw_checks(project: Project, wanted: int, rng: np.random.Generator) -> int:
    """Draw from the labels of each acceptance in force, until so many are drawn as would confirm it."""
    drawn = 0
    for acceptance in project.acceptances.filter(state=Acceptance.State.IN_FORCE):
        needed = fewest_right(acceptance.bound)
        telling = acceptance.draws.exclude(sample__state=Sample.State.UNSURE).count()
        lacking = max(needed, LOOK_EVERY) - telling  # with fewer than a look wants, nobody would ever look
        drawn += _draw_of(acceptance, min(wanted - drawn, lacking), rng)
    return drawn


def labels_in_force(acceptance: Acceptance) -> QuerySet[Annotation]:
    """Return the accepted labels that still count: nobody has said otherwise."""
    return Annotation.objects.filter(acceptance=acceptance, current=True, verdict="label", sample__answer=F("pk"))


def _draw_of(acceptance: Acceptance, wanted: int, rng: np.random.Generator) -> int:
    labels = labels_in_force(acceptance).filter(sample__audit=None).order_by("sample__index")
    labels = labels.exclude(sample__leases__in=acceptance.project.leases.active())  # somebody sees what the model said
    pool = list(labels.values_list("sample__index", "sample", "pk"))
    size = max(0, min(wanted, len(pool)))
    if not size:
        return 0
    chances = uniform_chances(len(pool), size)
    drawn = [pool[at] for at in draw(chances, rng)]
    AuditDraw.objects.bulk_create(
        AuditDraw(
            sample_id=sample,
            kind=AuditDraw.Kind.CHECK,
            probability=size / len(pool),
            pool=len(pool),
            acceptance=acceptance,
            accepted_id=annotation,
        )
        for _, sample, annotation in drawn
    )
    rows = np.union1d([index for index, *_ in pool], accepted_audits(acceptance)).astype(np.int64)
    count_draw(acceptance.project, rows, np.full(len(rows), size / len(pool)))
    take_back(acceptance, annotations=[annotation for *_, annotation in drawn])
    return size
