"""Services: whether the database and Redis answer, and the versions of everything."""

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import django
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import Redis
from redis.exceptions import RedisError

from annotation import storage

PATIENCE_SECONDS = 1.0


@dataclass(frozen=True)
class Service:
    """One that this process needs."""

    name: str
    answers: bool
    told: str  # its version and size, or what is wrong


def services() -> list[Service]:
    """Ask database, Redis and, where files lie in one, the bucket."""
    return [_database(), _redis(), *([_storage()] if storage.is_shared() else [])]


def versions() -> list[tuple[str, str]]:
    """Return what runs here, in which version."""
    packages = ["terrascribe", "torch", "rasterio", "celery"]
    return [("Python", platform.python_version()), ("Django", django.get_version())] + [
        (name, number) for name in packages if (number := _version(name))
    ]


def unapplied() -> int:
    """Return how many migrations the database still lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _database() -> Service:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT split_part(version(), ' ', 2), postgis_lib_version(), "
                "pg_database_size(current_database()), (SELECT count(*) FROM pg_stat_activity), "
                "current_setting('max_connections')"
            )
            number, postgis, size, used, most = cursor.fetchone()
    except DatabaseError as error:
        return Service("Database", False, f"Does not answer: {type(error).__name__}")
    told = f"PostgreSQL {number}, PostGIS {postgis}, {size / 2**20:,.0f} MB, {used} of {most} connections"
    return Service("Database", True, told)


def _storage() -> Service:
    trouble = storage.trouble()
    return Service("Storage", not trouble, trouble or storage.where())


def _redis() -> Service:
    limits = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
    try:
        with Redis.from_url(settings.REDIS_URL, **limits) as client:
            told = client.info()
    except (RedisError, ValueError) as error:
        paused = f"Does not answer ({type(error).__name__}): labels are kept, the model pauses"
        return Service("Redis", False, paused)
    return Service("Redis", True, f"Redis {told['redis_version']}, {told['used_memory'] / 2**20:,.1f} MB")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
