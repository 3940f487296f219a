"""Blindness: an audit that waits for its label is shown without a hint of the model. The rule is written here alone."""

from django.db.models import Q

from annotation.models.samples import Sample

UNSETTLED = (Sample.State.OPEN, Sample.State.UNSURE, Sample.State.DISPUTED, Sample.State.CLOUDY)  # no label counts yet


def blind(sample: str = "") -> Q:
    """Return the condition that a row's sample, at this path, is an audit that waits."""
    path = f"{sample}__" if sample else ""
    return Q(**{f"{path}audit__isnull": False, f"{path}state__in": UNSETTLED})


def is_blind(sample: Sample) -> bool:
    """Return whether a sample is an audit that waits."""
    return would_be_blind(sample.state, audit=hasattr(sample, "audit"))


def would_be_blind(state: str, *, audit: bool) -> bool:
    """Return the same of a sample that is known by its columns alone."""
    return audit and state in UNSETTLED
