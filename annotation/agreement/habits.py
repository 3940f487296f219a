"""Habits: who gives one class nearly always."""

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Count
from scipy.stats import binom

from annotation.agreement.answers import BY_PEOPLE
from annotation.models import Annotation, Project

LEAST_LABELS = 20  # of a person, before a habit is called one
_NEARLY_ALL = 0.95
_UNLIKELY = 1e-4


def habits(project: Project) -> list[dict[str, Any]]:
    """Return who gives one class nearly always, in plain words: no reproach, but a reason to look together."""
    given, names = _given(project), dict(project.classes.values_list("code", "name"))
    notices = []
    for person, counts in given.items():
        code, times = counts.most_common(1)[0]
        others: Counter[int] = sum((other for name, other in given.items() if name != person), Counter())
        if times >= _NEARLY_ALL * counts.total() and _is_odd(times, counts.total(), others[code], others.total()):
            habit = f"{person} gave {names[code]} to {times} of {counts.total()} tiles"
            share = f"others give it to {100 * others[code] / others.total():.0f} %" if others else "nobody else labels"
            notices.append({"person": person, "text": f"{habit}; {share}. Look at some of them together."})
    return notices


def _is_odd(times: int, total: int, others: int, of: int) -> bool:
    """Return whether so many are unlikely for somebody who labels as the others do."""
    usual = (others + 1) / (of + 2)
    return total >= LEAST_LABELS and float(binom.sf(times - 1, total, usual)) < _UNLIKELY


def _given(project: Project) -> dict[str, Counter[int]]:
    """Return how often each person gave each class that is in use."""
    in_use = project.codes_in_use()
    labels = Annotation.objects.filter(sample__project=project, current=True, verdict=Annotation.Verdict.LABEL)
    own = labels.filter(provenance__in=BY_PEOPLE)
    tallies: dict[str, Counter[int]] = defaultdict(Counter)
    rows = own.order_by().values_list("author__username", "label__code").annotate(number=Count("pk"))
    for person, code, number in rows:
        if code in in_use:
            tallies[person][in_use[code]] += number
    return tallies
