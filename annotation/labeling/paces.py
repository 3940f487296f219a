"""Paces: the seconds that a label takes each person now, by the newest round and what they have said since."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil, log
from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, Least

from annotation import clock
from annotation.labeling.standing import Newest
from annotation.models import Annotation, Project, Round
from mlcore.query.seconds import Pace

_LATEST = 40  # labels a person
_SITTING = timedelta(hours=1)  # looked back on before a round has learnt a pace; more may hold a whole import
_FIRST_GUESS = log(5.0)  # seconds, for the few labels before a round has learnt any pace
_HELD_SECONDS = 30.0  # of work to have ready: enough for the next pictures, and for a short loss of the network
_LEAST_HELD = 2
_ROUNDS_KEPT = 100  # by each process, some 50 kB each

_OF_A_MODEL = [Annotation.Provenance.MODEL_ACCEPTED, Annotation.Provenance.PROMISED]


def seconds_of(project: Project, users: Collection[int], newest: Round | None) -> dict[int, float]:
    """Return the seconds that a label of the newest round's tiles takes each person; leave out who is unknown.

    People disagree by a factor, so this moves no order of tiles: it tells how long a batch takes, how many tiles to
    hold, and which tile somebody will have reached when a round lands.
    """
    pace, usual = _learnt(newest)
    said = _said(project, users, newest if pace else None)
    return _seconds(project, users, said, pace, usual)


def seconds_for(project: Project, user: int, newest: Newest | None, said: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the same for one person, from what `said_lately` and the newest round's row told."""
    pace, usual = _learnt_once(newest.pk, newest.created_at) if newest else (None, {})
    since = newest.seen_at if newest and pace else hour_ago()
    told = [one for one in said if datetime.fromisoformat(one["at"]) > since]
    rows = [(int(one["sample"]), float(one["seconds"])) for one in told]
    return _seconds(project, [user], {user: rows} if rows else {}, pace, usual).get(user)


def hour_ago() -> datetime:
    """Return since when labels count before a round has learnt a pace."""
    return clock.now() - _SITTING


def said_lately(project: str, user: int, lately: datetime) -> ArraySubquery:
    """Return the expression that lists what a person labelled in the project at this path, at least all that counts."""
    rounds = Round.objects.filter(project=OuterRef(OuterRef(project))).order_by("-number")
    since = Coalesce(Subquery(rounds.values(since=Least("seen_at", Value(lately)))[:1]), Value(lately))
    rows = _by_hand([user]).filter(sample__project=OuterRef(project), created_at__gt=since)
    said = rows.order_by("-created_at").values(said=JSONObject(sample="sample", seconds="seconds", at="created_at"))
    return ArraySubquery(said[:_LATEST])


def _seconds(
    project: Project,
    users: Collection[int],
    said: Mapping[int, list[tuple[int, float]]],
    pace: Pace | None,
    usual: dict[str, float],
) -> dict[int, float]:
    assumed = pace or Pace(_FIRST_GUESS, {}, {}, np.zeros(0), np.zeros(0), 0.0)
    common = float(assumed.predict(1)[0])
    batch = float(np.mean(list(usual.values()))) if usual else common
    return {
        user: batch * _factor(assumed, user, str(project.task), said.get(user, []), usual, common)
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
    pace, usual = stored.values_list("inputs__terms__timing__pace", "inputs__usual_seconds").first() or (None, None)
    return _pace(pace), (usual or {}) if pace else {}


@lru_cache(maxsize=_ROUNDS_KEPT)
def _learnt_once(newest: int, _made: datetime) -> tuple[Pace | None, dict[str, float]]:
    """Return the same of the round with this key; a claim must not read its megabytes each time, and it stays as is."""
    return _learnt(Round(pk=newest))


def _pace(stored: dict[str, Any] | None) -> Pace | None:
    """Return a pace without the directions of the vectors, which are long and tell nothing of a person."""
    if stored is None:
        return None
    plain = {name: stored[name] for name in ("level", "people", "tools", "spread")}
    return Pace(**plain, slopes=np.zeros(0), means=np.zeros(0))


def _by_hand(users: Collection[int]) -> QuerySet[Annotation]:
    labels = Annotation.objects.filter(author__in=users, verdict=Annotation.Verdict.LABEL, seconds__gt=0)
    return labels.exclude(provenance__in=_OF_A_MODEL)


def _said(project: Project, users: Collection[int], newest: Round | None) -> dict[int, list[tuple[int, float]]]:
    """Return sample and seconds of what each person labelled by hand since the round saw the labels, or lately."""
    since = newest.seen_at if newest else hour_ago()
    rows = _by_hand(users).filter(sample__project=project, created_at__gt=since).order_by("-created_at")
    said: dict[int, list[tuple[int, float]]] = {}
    for user, sample, seconds in rows.values_list("author", "sample", "seconds")[: _LATEST * len(users)]:
        said.setdefault(user, []).append((sample, seconds))
    return said


def _factor(
    pace: Pace, user: int, tool: str, said: Sequence[tuple[int, float]], usual: dict[str, float], common: float
) -> float:
    expected = np.array([usual.get(str(sample), common) for sample, _ in said])
    return pace.factor(str(user), tool, np.array([seconds for _, seconds in said]), expected)
