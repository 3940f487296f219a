"""The end of a browser test: a request that still runs neither holds up nor breaks the emptying of the tables."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import TransactionTestCase

from annotation.models import Project
from tests import emptying
from tests.browser.conftest import PROCESSES, busy_sessions, end_other_sessions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def request_under_way(project: Project) -> Iterator[psycopg.Connection]:
    """Hold a lock on the projects as a request does that writes."""
    names = {"host", "port", "user", "password", "dbname"}
    options = {name: value for name, value in connection.get_connection_params().items() if name in names}
    other = psycopg.connect(**options, application_name=PROCESSES)
    other.execute("UPDATE annotation_project SET name = 'Another'")
    yield other
    other.close()


def test_it_works(request_under_way: psycopg.Connection) -> None:
    assert busy_sessions() == 1
    end_other_sessions()
    assert busy_sessions() == 0
    with pytest.raises(psycopg.OperationalError):
        request_under_way.execute("SELECT 1")
    Project.objects.update(name="Free again")


def test_tables_are_emptied_after_a_deadlock(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def empty_tables() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("deadlock detected")

    monkeypatch.setattr(emptying, "empty_tables", empty_tables)
    TransactionTestCase("run")._fixture_teardown()
    assert len(tries) == 3
