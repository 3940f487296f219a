"""Doubles: audits that a second person answers without seeing the first answer, so that agreement can be measured."""

from collections.abc import Sequence

import numpy as np

from annotation.models import Annotation, AuditDraw, Project


def ask_twice(project: Project, samples: Sequence[int], rng: np.random.Generator) -> int:
    """Let a second person answer a random share of freshly drawn audits; return how many.

    Only once two people label here: an audit that waits for somebody who never comes would be lost to the estimates.
    """
    if not project.double_share or not _two_people_label(project):
        return 0
    lots = rng.random(len(samples))
    chosen = [pk for pk, lot in zip(samples, lots, strict=True) if lot < project.double_share]
    return AuditDraw.objects.filter(sample__in=chosen).update(opinions=2)


def _two_people_label(project: Project) -> bool:
    said = Annotation.objects.filter(sample__project=project, verdict=Annotation.Verdict.LABEL).by_people()
    here = said.filter(author__memberships__project=project)  # those who left will not come back
    return here.order_by().values("author").distinct()[:2].count() == 2
