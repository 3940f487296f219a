"""Paces: the seconds that a label takes each person now, by the newest round and what they have said since."""

from collections.abc import Collection
from datetime import timedelta
from math import ceil, log

import numpy as np
from django.conf import settings
from django.utils import timezone

from annotation.models import Annotation, Project, Round
from mlcore.query.seconds import Pace

_LATEST = 40  # labels a person
_SITTING = timedelta(hours=1)  # looked back on before a round has learnt a pace; more may hold a whole import
_FIRST_GUESS = log(5.0)  # seconds, for the few labels before a round has learnt any pace
_HELD_SECONDS = 30.0  # of work to have ready: enough for the next pictures, and for a short loss of the network
_LEAST_HELD = 2

_OF_A_MODEL = [Annotation.Provenance.MODEL_ACCEPTED, Annotation.Provenance.PROMISED]


def seconds_of(project: Project, users: Collection[int], newest: Round | None) -> dict[int, float]:
    """Return the seconds that a label of the newest round's tiles takes each person; leave out who is unknown.

    People differ by a factor, so this moves no order of tiles: it tells how long a batch takes, how many tiles to
    hold, and which tile somebody will have reached when a round lands.
    """
    pace, usual = _learnt(newest)
    said = _said(project, users, newest if pace else None)
    known = pace or Pace(_FIRST_GUESS, {}, {}, np.zeros(0), np.zeros(0), 0.0)
    common = float(known.predict(1)[0])
    batch = float(np.mean(list(usual.values()))) if usual else common
    return {
        user: batch * _factor(known, user, str(project.task), said.get(user, []), usual, common)
        for user in users
        if pace or user in said
    }


def tiles_ahead(seconds: float) -> int:
    """Return how many tiles somebody holds besides the one on show: half a minute's work, so the slow hold fewer."""
    return min(settings.PREFETCH, max(_LEAST_HELD, ceil(_HELD_SECONDS / seconds)))


def _learnt(newest: Round | None) -> tuple[Pace | None, dict[str, float]]:
    """Return the pace that a round was made with, without slopes, and the usual seconds of its picks by sample."""
    if newest is None:
        return None, {}
    stored = Round.objects.filter(pk=newest.pk)  # keys alone: the directions of the vectors beside them are long
    pace, usual = stored.values_list("inputs__terms__timing__pace", "inputs__usual_seconds").get()
    if pace is None:
        return None, {}
    plain = {name: pace[name] for name in ("level", "people", "tools", "spread")}
    return Pace(**plain, slopes=np.zeros(0), means=np.zeros(0)), usual or {}


def _said(project: Project, users: Collection[int], newest: Round | None) -> dict[int, list[tuple[int, float]]]:
    """Return sample and seconds of what each person labelled by hand since the round saw the labels, or lately."""
    since = newest.seen_at if newest else timezone.now() - _SITTING
    labels = Annotation.objects.filter(sample__project=project, author__in=users, verdict="label", seconds__gt=0)
    rows = labels.filter(created_at__gt=since).exclude(provenance__in=_OF_A_MODEL).order_by("-created_at")
    found: dict[int, list[tuple[int, float]]] = {}
    for user, sample, seconds in rows.values_list("author", "sample", "seconds")[: _LATEST * len(users)]:
        found.setdefault(user, []).append((sample, seconds))
    return found


def _factor(
    pace: Pace, user: int, tool: str, said: list[tuple[int, float]], usual: dict[str, float], common: float
) -> float:
    expected = np.array([usual.get(str(sample), common) for sample, _ in said])
    return pace.factor(str(user), tool, np.array([seconds for _, seconds in said]), expected)
