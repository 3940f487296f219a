"""Every way in: browser, API, command line, queue and admin, and all configuration."""

from webapp.celery import app as celery_app

__all__ = ["celery_app"]
