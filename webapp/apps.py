"""The Django app of every way in: pages, API, admin, commands, tasks."""

from django.apps import AppConfig


class WebappConfig(AppConfig):
    """Register the system checks when Django starts."""

    name = "webapp"

    def ready(self) -> None:
        """Import the checks, which register themselves."""
        from webapp import checks  # noqa: F401
