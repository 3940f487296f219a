"""The Django app of the domain."""

from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    """Name the app and its primary keys."""

    name = "annotation"
    default_auto_field = "django.db.models.BigAutoField"
