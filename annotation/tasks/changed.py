"""Change as a whole: what audits say of any change against none, where labels compare two epochs."""

from dataclasses import replace
from typing import Any

import numpy as np
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Area
from django.db.models import Q, Sum
from django.db.models.functions import Cast

from annotation.arrays.material import Material
from annotation.models import Annotation, Project, Sample
from annotation.tasks.class_chances import chances
from annotation.tasks.scoring import Points, interval, scores_of
from mlcore.audits.areas import class_areas

_LEAST_SHARE = 1e-6  # of the map: a side that it never names still has audits that speak


def change_scores(material: Material, points: Points | None) -> dict[str, Any]:
    """Return {'change': scores and area of any change}; nothing where labels compare no epochs or no audit speaks.

    The area is of the tiles that nobody chose to label, since audits stand for those.
    """
    nothing = material.project.no_change
    if nothing is None or points is None or nothing not in material.codes:
        return {}
    at = int(np.searchsorted(material.codes, nothing))
    either = np.stack([points.predicted == at, points.predicted != at], axis=1)
    two = replace(points, truth=(points.truth != at).astype(np.int64), chances=either.astype(np.float32))
    shares = _mapped(material, at, shared=points.grouped)
    area = class_areas(two.truth, two.predicted, shares, two.drawn, clusters=two.clusters)[1]
    score = scores_of(two, classes=2)[1]
    return {"change": {**score, "area": interval(area), "ground_m2": _ground(material.project)}}


def _mapped(material: Material, at: int, *, shared: bool) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return which shares of the map did not change and did, [2]; of masks by area."""
    said = chances(material, np.setdiff1d(material.rows, material.snapshot.training.rows))
    said = said[said.max(axis=1, initial=0) > 0]
    if not len(said):
        return np.array([0.5, 0.5])
    same = float(said[:, at].mean() if shared else (said.argmax(axis=1) == at).mean())
    return np.clip([same, 1 - same], _LEAST_SHARE, 1 - _LEAST_SHARE)


def _ground(project: Project) -> float | None:
    """Return the square metres of the tiles that nobody chose to label; None in image coordinates."""
    samples = project.samples.exclude(state=Sample.State.EMPTY)
    chosen = Q(state=Sample.State.LABELLED, audit=None) & ~Q(answer__provenance=Annotation.Provenance.PROMISED)
    samples = samples.exclude(chosen).order_by()  # what was accepted by promise nobody chose
    if samples.filter(tile__outline=None).exists():
        return None
    area = Area(Cast("tile__outline", GeometryField(srid=4326, geography=True)))
    total = samples.aggregate(total=Sum(area))["total"]
    return None if total is None else round(float(getattr(total, "sq_m", total)), 1)
