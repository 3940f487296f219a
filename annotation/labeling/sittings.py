"""Sittings: what a person answered lately in a project, so that going back and counting outlive a reload."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Q

from annotation import clock
from annotation.models import Annotation, Project

_PAUSE = timedelta(hours=1)  # without an answer, after which another sitting begins
_MOST = 300  # answers looked back on


@dataclass(frozen=True)
class Sitting:
    """The answers since the last long pause, each tile once."""

    samples: list[int]  # that can be gone back to, the latest last
    seconds: list[float]  # of the labels that were the first of their tile


def sitting_of(project: Project, user: User) -> Sitting:
    """Return what a person answered by hand in their present sitting; what was taken back cannot be gone back to."""
    retracted = Annotation.BY_HAND & Q(verdict=Annotation.Verdict.RETRACT)
    one_by_one = Annotation.ONE_BY_ONE | retracted  # sheets take no seconds
    rows = Annotation.objects.filter(one_by_one, author=user, sample__project=project).order_by("-id")
    told = rows.values_list("sample", "verdict", "version", "seconds", "created_at")[:_MOST]
    before, answered, labels, begun = clock.now(), dict[int, str](), dict[int, float](), set[int]()
    for sample, verdict, version, spent, at in told:
        if before - at > _PAUSE:
            break
        before = at
        answered.setdefault(sample, verdict)
        if verdict == Annotation.Verdict.LABEL:
            labels.pop(sample, None)  # an earlier one is the first; what comes after corrects it
            labels[sample] = spent
        if version == 1:
            begun.add(sample)
    kept = [sample for sample, verdict in answered.items() if verdict != Annotation.Verdict.RETRACT]
    return Sitting(kept[::-1], [spent for sample, spent in labels.items() if sample in begun][::-1])
