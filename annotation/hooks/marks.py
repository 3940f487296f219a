"""Marks: up to which rows a webhook has heard, such that no row that is committed late is passed over.

Numbers of annotations are given when they are written, and seen when they are committed, perhaps minutes later. So the
newest number is noted with the moment, and everything up to it is told only once no transaction is older than that.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from annotation.models import Annotation, Project

_OLDEST = """
    SELECT min(xact_start), clock_timestamp() FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
      AND backend_xid IS NOT NULL AND backend_type = 'client backend'
"""


def horizon() -> datetime:
    """Return the moment before which every transaction that may have written labels has ended; no vacuum writes any."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        oldest, now = cursor.fetchone()
    moment: datetime = oldest or now
    return moment


def newest_label() -> tuple[int, datetime]:
    """Return the number of the newest annotation of all projects, and a moment right after it was looked up."""
    newest = Annotation.objects.order_by().aggregate(newest=Max("pk"))["newest"] or 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return newest, cursor.fetchone()[0]


def newest_marks(project: Project) -> dict[str, Any]:
    """Return the marks of somebody who has heard of everything so far."""
    newest, now = newest_label()
    version = project.model_versions.filter(state="published").first()
    release = project.releases.first()
    return {
        "labels_told": newest,
        "labels_known": newest,
        "looked_at": now,
        "version_told": version.number if version else 0,
        "release_told": release.number if release else 0,
    }
