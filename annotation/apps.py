"""The Django app of the domain."""

from contextlib import suppress
from functools import lru_cache

from django.apps import AppConfig

from mlcore.remote import Policy, tell


class AnnotationConfig(AppConfig):
    """Name the app and its primary keys."""

    name = "annotation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which hosts may be read, and put the operator's own sensors into the table; system checks judge both."""
        from django.conf import settings

        import annotation.bulk  # noqa: F401  # its lookup is for all queries
        from mlcore.errors import BadSensor
        from mlcore.sensors.own import add_own

        tell(_policy)
        if settings.SENSORS_FILE:
            with suppress(BadSensor):
                add_own(settings.SENSORS_FILE)


def _policy() -> Policy:
    """Return which hosts may be read, as the settings say it in this moment."""
    from django.conf import settings

    return _made(tuple(settings.REMOTE_HOSTS), settings.DEVELOPMENT, settings.REMOTE_SECONDS, settings.REMOTE_GB)


@lru_cache(maxsize=8)
def _made(hosts: tuple[str, ...], plain: bool, seconds: float, gigabytes: int) -> Policy:
    try:
        return Policy(hosts, plain=plain, seconds=seconds, most_file=gigabytes * 2**30)
    except ValueError:  # a system check says so, and nothing starts; meanwhile nothing is read
        return Policy()
