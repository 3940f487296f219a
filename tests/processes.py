"""Processes that tests start: they must see this run's database, Redis and data folder."""

import os
import time
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from annotation.models import Job, Project

PATIENCE_SECONDS = 120.0
HASTY = "-c synchronous_commit=off"  # the server may forget the last moment if it crashes; no process beside it does


def environment() -> dict[str, str]:
    """Return the environment of a process that works beside the tests."""
    database = connection.settings_dict
    host = database["HOST"] or database["OPTIONS"].get("host", "")
    login = quote(database["USER"]) + (f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else "")
    port = f"&port={database['PORT']}" if database["PORT"] else ""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "webapp.settings",
        "DATABASE_URL": f"postgis://{login}@/{database['NAME']}?host={quote(host, safe='')}{port}",
        "PGOPTIONS": HASTY,
        "REDIS_URL": settings.REDIS_URL,
        "DATA_DIR": str(settings.DATA_DIR),
        "CACHE_DIR": str(settings.DATA_DIR),
        "STORAGE_URL": settings.STORAGE_URL,
        "S3_ENDPOINT": settings.S3_ENDPOINT,
    }


def wait_for_jobs(project: Project) -> None:
    """Wait until the workers have done what there is to do for a project."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while project.jobs.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists():
        assert time.monotonic() < deadline, list(project.jobs.values("kind", "state", "error"))
        time.sleep(0.02)
