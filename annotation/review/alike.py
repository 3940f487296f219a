"""Suggestions on tiles that look like another one, so that what was noticed once is decided for all of its kind."""

from collections.abc import Sequence

import numpy as np
from django.db.models import Case, QuerySet, Value, When
from numpy.typing import NDArray

from annotation.arrays.vectors import Vectors
from annotation.errors import NotReady
from annotation.models import Round, Sample, Suggestion

MOST_ALIKE = 51  # the tile itself, if it is among them, and fifty more
_ROWS = 65_536  # vectors in memory at once


def most_alike(rows: QuerySet[Suggestion], sample: Sample) -> QuerySet[Suggestion]:
    """Narrow suggestions to those on the tiles that look most like a sample, nearest first, itself before all.

    Raises:
        NotReady: the sample has no vector yet.
    """
    numbers = dict(rows.order_by().values_list("sample__index", "pk"))
    near = nearest(_vectors(sample), sample.index, np.array(sorted(numbers), np.int64), MOST_ALIKE)
    places = [When(pk=numbers[index], then=Value(place)) for place, index in enumerate(near)]
    return rows.filter(pk__in=[numbers[index] for index in near]).order_by(Case(*places, default=Value(len(places))))


def nearest(vectors: NDArray[np.float16], row: int, among: NDArray[np.int64], count: int) -> list[int]:
    """Return the `count` of `among` (rows of vectors [N, dim]) at the least angle to a row, nearest first."""
    aim = _unit(vectors[row : row + 1])[0]
    among = among[among < len(vectors)]
    angles = [_unit(vectors[among[start : start + _ROWS]]) @ aim for start in range(0, len(among), _ROWS)]
    likeness = np.concatenate([*angles, np.zeros(0, np.float32)])
    likeness[among == row] = np.inf
    order = np.lexsort((among, -likeness))[:count]
    return [int(index) for index in among[order]]


def _unit(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    long: NDArray[np.float32] = vectors.astype(np.float32)
    long /= np.maximum(np.linalg.norm(long, axis=1, keepdims=True), 1e-6)
    return long


def _vectors(sample: Sample) -> NDArray[np.float16]:
    newest = Round.objects.filter(project=sample.project_id).first()
    kept = Vectors(sample.project_id, newest.encoder) if newest else None
    present: Sequence[bool] | NDArray[np.bool_] = kept.present if kept else ()
    if kept is None or sample.index >= len(present) or not present[sample.index]:
        raise NotReady("This tile has no vector yet: wait until it is embedded and ranked.")
    return kept.read()
