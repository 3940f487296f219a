"""Costs: seconds and interactions of a label by person, class and way of saying it, for the project's owner."""

from collections import defaultdict
from collections.abc import Iterable
from statistics import median
from typing import Any

from annotation.models import Annotation, Project
from annotation.tasks import task_of

_LATEST = 20_000  # labels looked at
_FEWEST = 5  # below which no figure is told
IDLE_SECONDS = 300.0  # the clock of the label page stops sooner; programs may send anything
_WAYS = {Annotation.Provenance.HUMAN: "own word", Annotation.Provenance.MODEL_ACCEPTED: "accepted the suggestion"}


def costs(project: Project) -> dict[str, Any]:
    """Return medians of the labels given one by one, as tables ready for JSON; groups of few are left out."""
    labels = Annotation.objects.filter(sample__project=project, verdict=Annotation.Verdict.LABEL, current=True)
    rows = labels.filter(Annotation.ONE_BY_ONE).order_by("-id")
    fields = ("author__username", "value", "provenance", "seconds", "interactions")
    by: dict[str, dict[str, list[tuple[float, int | None]]]] = {
        name: defaultdict(list) for name in ("everybody", "people", "classes", "ways")
    }
    names, task = project.class_names(), task_of(project)
    for person, value, way, seconds, interactions in rows.values_list(*fields)[:_LATEST]:
        one = (min(seconds, IDLE_SECONDS), interactions)
        by["everybody"]["everybody"].append(one)
        by["people"][person].append(one)
        by["ways"][_WAYS[way]].append(one)
        for code in set(task.codes(value)):
            by["classes"][names.get(code, str(code))].append(one)
    whole = _told(by.pop("everybody"))
    return {"everybody": whole[0] if whole else None, **{name: _told(groups) for name, groups in by.items()}}


def _told(groups: dict[str, list[tuple[float, int | None]]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "labels": len(ones), **_medians(ones)}
        for name, ones in sorted(groups.items())
        if len(ones) >= _FEWEST
    ]


def _medians(ones: Iterable[tuple[float, int | None]]) -> dict[str, Any]:
    seconds = [spent for spent, _ in ones]
    counted = [count for _, count in ones if count is not None]
    mean = sum(seconds) / len(seconds)
    return {
        "seconds": round(median(seconds), 2),
        "per_hour": round(3600 / mean, 1),  # by the mean: what many labels take together
        "interactions": float(median(counted)) if len(counted) >= _FEWEST else None,
    }
