"""The Celery app, configured by the CELERY_ settings."""

import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning  # type: ignore[attr-defined]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

# Celery warns root of pickled tasks; ours are JSON alone, and in a container root is the usual user.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("webapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["webapp"])


def broker_url(redis_url: str) -> str:
    """Return the same Redis in the broker's spelling: Celery has its own for unix sockets."""
    if redis_url.startswith("unix://"):
        return redis_url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    return redis_url
