"""What tests of backups share: a second, empty installation on the same server."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings

Elsewhere = Callable[[], AbstractContextManager[Path]]


@pytest.fixture
def elsewhere(transactional_db: None, tmp_path: Path) -> Iterator[Elsewhere]:
    """Return a context in which database and data folder are those of another installation, empty at first."""
    here, there = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_elsewhere_{os.getpid()}"
    execute(f"DROP DATABASE IF EXISTS {there}")
    execute(f"CREATE DATABASE {there} TEMPLATE template0")
    data = tmp_path / "elsewhere"
    data.mkdir()

    @contextmanager
    def visit() -> Iterator[Path]:
        _use(there)
        try:
            with override_settings(DATA_DIR=data):
                yield data
        finally:
            _use(here)

    yield visit
    execute(f"DROP DATABASE {there} WITH (FORCE)")


def execute(statement: str) -> None:
    """Run one statement outside any transaction."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
