"""The Django app of the domain."""

from contextlib import suppress

from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    """Name the app and its primary keys."""

    name = "annotation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the operator's own sensors into the table; a system check says what is wrong with them."""
        from django.conf import settings

        from mlcore.errors import BadSensor
        from mlcore.sensors.own import add_own

        if settings.SENSORS_FILE:
            with suppress(BadSensor):
                add_own(settings.SENSORS_FILE)
