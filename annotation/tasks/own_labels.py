"""Labels that are people's own: one that was the model's and accepted is none of their mistakes."""

import numpy as np

from annotation.agreement.answers import BY_PEOPLE
from annotation.arrays.labels import Labels
from annotation.models import Annotation


def of_people(labels: Labels) -> Labels:
    """Return those that are people's own."""
    own = Annotation.objects.filter(pk__in=labels.annotations, provenance__in=BY_PEOPLE)
    return labels.subset(np.isin(labels.annotations, list(own.values_list("pk", flat=True))))


def some_of(labels: Labels, most: int) -> Labels:
    """Return at most so many, drawn at random: the same of the same number."""
    if len(labels) <= most:
        return labels
    return labels.subset(np.sort(np.random.default_rng(len(labels)).permutation(len(labels))[:most]))
