"""The clock that everybody shares: the database's. Times that are stored and compared come from here.

Machines' own clocks differ by minutes, and are put right while processes run. So each process asks the database once a
connection what time it is, and counts on from there by a clock that nobody sets.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.utils import timezone

_SLACK_SECONDS = 0.05  # two measurements differ by less without either being wrong
_LONGEST_SECONDS = 900.0  # the two clocks' drift in that time is nothing


def _steady() -> float:
    """Return seconds since some moment, never set and counting on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True)
class _Reading:
    """What the database's clock showed, at which moment of ours, and by how much that may be wrong."""

    shown: datetime
    at: float
    error: float

    def now(self) -> datetime:
        return self.shown + timedelta(seconds=_steady() - self.at)


_reading: _Reading | None = None


def now() -> datetime:
    """Return the database's time, as this process knows it."""
    if _reading is None or _steady() - _reading.at > _LONGEST_SECONDS:
        read(connection)
    assert _reading is not None  # noqa: S101 (read() has set it)
    return _reading.now()


def read(connected: BaseDatabaseWrapper) -> None:
    """Ask the database for its time; the earlier answer stands while it may still be right."""
    global _reading
    before = _steady()
    with connected.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        shown = cursor.fetchone()[0]
    after = _steady()
    new = _Reading(shown.astimezone(UTC), (before + after) / 2, (after - before) / 2)
    if _reading is not None:
        apart = abs((_reading.now() - new.now()).total_seconds())
        if apart <= _reading.error + new.error + _SLACK_SECONDS:
            new = _Reading(_reading.now(), _steady(), _reading.error)
    _reading = new


@receiver(connection_created)
def _connected(connection: BaseDatabaseWrapper, **_: Any) -> None:
    read(connection)


class Moment(models.DateTimeField):  # type: ignore[type-arg]
    """A time that is set by this clock wherever Django would take the machine's; a plain field for migrations."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return the time to store."""
        if self.auto_now or (self.auto_now_add and add):
            setattr(model_instance, self.attname, now())
        return getattr(model_instance, self.attname)

    def get_default(self) -> Any:
        """Return the time where the machine's would be the default."""
        return now() if self.default is timezone.now else super().get_default()

    def deconstruct(self) -> Any:
        """Return what a plain field would."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, options
