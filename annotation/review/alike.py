"""Suggestions on tiles that look like another one, so that what was noticed once is decided for all of its kind."""

from collections.abc import Sequence

import numpy as np
from django.db.models import Case, QuerySet, Value, When
from numpy.typing import NDArray

from annotation.arrays.vectors import Vectors
from annotation.errors import NotReady
from annotation.models import Round, Sample, Suggestion

MOST_ALIKE = 51  # the tile itself, if it is among them, and fifty more
_MOST_AIMED_AT = 2000  # tiles of an area whose mean is looked for
_ROWS = 65_536  # vectors in memory at once


def most_alike(rows: QuerySet[Suggestion], samples: QuerySet[Sample]) -> QuerySet[Suggestion]:
    """Narrow suggestions to those on the tiles that look most like some samples, nearest first, themselves before all.

    Raises:
        NotReady: none of the samples has a vector yet.
    """
    wanted = samples.order_by("index").values_list("project", "index")[:_MOST_AIMED_AT]
    vectors, own = _vectors(list(wanted))
    numbers = dict(rows.order_by().values_list("sample__index", "pk"))
    near = nearest(vectors, own, np.array(sorted(numbers), np.int64), MOST_ALIKE - 1 + len(own))
    places = [When(pk=numbers[index], then=Value(place)) for place, index in enumerate(near)]
    return rows.filter(pk__in=[numbers[index] for index in near]).order_by(Case(*places, default=Value(len(places))))


def nearest(vectors: NDArray[np.float16], own: NDArray[np.int64], among: NDArray[np.int64], count: int) -> list[int]:
    """Return the `count` of `among` (rows of vectors [N, dim]) at the least angle to the mean of `own`, nearest first.

    Those of `own` come first.
    """
    aim = _unit(_unit(vectors[own]).mean(axis=0, keepdims=True))[0]
    among = among[among < len(vectors)]
    angles = [_unit(vectors[among[start : start + _ROWS]]) @ aim for start in range(0, len(among), _ROWS)]
    likeness = np.concatenate([*angles, np.zeros(0, np.float32)])
    likeness[np.isin(among, own)] += 2  # more than any angle is worth
    order = np.lexsort((among, -likeness))[:count]
    return [int(index) for index in among[order]]


def _unit(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    long: NDArray[np.float32] = vectors.astype(np.float32)
    long /= np.maximum(np.linalg.norm(long, axis=1, keepdims=True), 1e-6)
    return long


def _vectors(wanted: Sequence[tuple[int, int]]) -> tuple[NDArray[np.float16], NDArray[np.int64]]:
    """Return the vectors of the project of samples (project, row), and the rows of those that have one."""
    newest = Round.objects.filter(project=wanted[0][0]).first() if wanted else None
    kept = Vectors(newest.project_id, newest.encoder) if newest else None
    rows = np.array([row for _, row in wanted], np.int64)
    if kept is not None:
        present = np.asarray(kept.present, np.bool_)
        rows = rows[rows < len(present)]
        rows = rows[present[rows]]
    if kept is None or not len(rows):
        raise NotReady("This has no vector yet: wait until it is embedded and ranked, or draw another area.")
    return kept.read(), rows
