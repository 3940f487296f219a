"""Processes that tests start: they must see this run's database, Redis and data folder."""

import os
from urllib.parse import quote

from django.conf import settings
from django.db import connection


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
        "REDIS_URL": settings.REDIS_URL,
        "DATA_DIR": str(settings.DATA_DIR),
    }
