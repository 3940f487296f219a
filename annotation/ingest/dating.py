"""Dating: an owner says when scenes were acquired, one moment for all like one, or where their names say it."""

import re
from datetime import UTC, date, datetime

from django.db import transaction

from annotation.errors import BadSettings
from annotation.ingest.changes import correct_date
from annotation.ingest.statements import like
from annotation.models import Scene

_FIELDS = {"YYYY": ("year", r"\d{4}"), "MM": ("month", r"\d{2}"), "DD": ("day", r"\d{2}"), "DOY": ("yearday", r"\d{3}")}
_FIELDS |= {"hh": ("hour", r"\d{2}"), "mm": ("minute", r"\d{2}"), "ss": ("second", r"\d{2}")}
_ENOUGH = ({"year", "month", "day"}, {"year", "yearday"})
_WORDS = re.compile("|".join([*_FIELDS, r"\?"]))
_LONGEST = 200  # characters


@transaction.atomic
def state_time(scene: Scene, *, acquired: date | None = None, pattern: str = "", alike: bool = False) -> list[str]:
    """State when a scene was acquired, or where its name says that; return the names of those that say nothing.

    Args:
        scene: that scene.
        acquired: the day or moment.
        pattern: instead of it, such as '*_YYYYMMDD_*' or 'A_YYYYDOY*hhmm'; * and ? stand for anything.
        alike: for all other scenes that were read as this one, too.

    Raises:
        BadSettings: the pattern names no day, or no scene's name fits it.
        BadSample: a date is in the future.
    """
    scenes = [scene, *(like(scene).select_related("project") if alike else [])]
    moments = [_moment_in(each.name, expression_of(pattern)) if pattern else acquired for each in scenes]
    if pattern and not any(moments):
        raise BadSettings(f"No name fits {pattern}; {scene.name} is one of them.")
    missed = []
    for each, moment in zip(scenes, moments, strict=True):
        if pattern and moment is None:
            missed.append(each.name)
        else:
            correct_date(each, moment)
    return missed


def expression_of(pattern: str) -> re.Pattern[str]:
    """Return what finds the parts of a date in names.

    Raises:
        BadSettings: it names a part twice, or no day.
    """
    seen = list[str]()
    first, *others = [_piece(piece, seen) for piece in pattern[:_LONGEST].split("*")]
    if len(set(seen)) < len(seen) or not any(enough <= set(seen) for enough in _ENOUGH):
        raise BadSettings("A pattern names YYYY, MM and DD once each, or YYYY and DOY: such as *_YYYYMMDD_*.")
    # each * ends at the first place that fits what follows it, and is not thought over: patterns cost no more
    return re.compile(first + "".join(f"(?>.*?{other})" for other in others), re.DOTALL)


def _piece(text: str, seen: list[str]) -> str:
    """Return the expression of a part of a pattern without *; `seen` gets what it names."""
    words, at = [], 0
    for word in _WORDS.finditer(text):
        words.append(re.escape(text[at : word.start()]))
        at = word.end()
        if word[0] == "?":
            words.append(".")
            continue
        name, digits = _FIELDS[word[0]]
        seen.append(name)
        words.append(f"(?P<{name}_{len(seen)}>{digits})")
    return "".join(words) + re.escape(text[at:])


def _moment_in(name: str, expression: re.Pattern[str]) -> date | None:
    """Return the day in a name, or the moment where it tells the hour, too; None where it tells none."""
    met = expression.match(name[:_LONGEST])
    if met is None:
        return None
    told = {key.rpartition("_")[0]: int(text) for key, text in met.groupdict().items()}
    try:
        if "yearday" in told:
            day = datetime.strptime(f"{told['year']} {told['yearday']}", "%Y %j").date()
        else:
            day = date(told["year"], told["month"], told["day"])
        if "hour" not in told:
            return day
        return datetime(day.year, day.month, day.day, told["hour"], told.get("minute", 0), tzinfo=UTC)
    except ValueError:
        return None
