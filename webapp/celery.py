"""The Celery app, configured by the CELERY_ settings."""

import logging
import logging.config
import os
import warnings
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning  # type: ignore[attr-defined]
from celery.signals import setup_logging, task_prerun

from webapp import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

# Celery warns root of pickled tasks; ours are JSON alone, and in a container root is the usual user.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("webapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["webapp"])


@setup_logging.connect
def log_as_the_site_does(loglevel: int | None = None, **_: Any) -> None:
    """Write a worker's lines in the form of the site's, at the level that its command line asks for."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
    if loglevel is not None:
        logging.getLogger().setLevel(loglevel)


@task_prerun.connect
def number(task_id: str = "", **_: Any) -> None:
    """Let the lines of a task carry its number."""
    logs.begin(task_id.replace("-", "")[:16])


def broker_url(redis_url: str) -> str:
    """Return the same Redis in the broker's spelling: Celery has its own for unix sockets."""
    if redis_url.startswith("unix://"):
        return redis_url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    return redis_url
