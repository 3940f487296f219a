"""The Django app of every way in: pages, API, admin, commands, tasks."""

from django.apps import AppConfig


class WebappConfig(AppConfig):
    """Register the system checks when Django starts."""

    name = "webapp"

    def ready(self) -> None:
        """Import the checks, which register themselves; let tokens outlive a new hash of the same password."""
        from django.contrib.auth.models import User
        from django.db.models.signals import pre_save

        from annotation.tokens import keep_while_hashed_anew
        from webapp import checks  # noqa: F401

        pre_save.connect(keep_while_hashed_anew, sender=User)
