"""The product's web application with one more kind of label: what a new kind needs, and nothing else."""

from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def install(settings: Any) -> None:
    """Make settings find the kind's template and its ES module."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [HERE / "templates"]}]
    settings.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, HERE / "static"]


def serve() -> Any:
    """Return the application."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    from django.conf import settings

    install(settings)
    from annotation.tasks import TASKS
    from tests.toy.question import Question
    from webapp.wsgi import application

    TASKS["question"] = Question()
    return application
