"""A snapshot of what a fixture writes: made by the first test that asks for it, and put back for all later ones.

To ingest a scene takes about eighty statements; to put its rows and files back takes one. Numbers are those of the
first time, which no sequence gives again; moments move along, as if all had been done just now.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection

from annotation.models import Project
from tests.emptying import tables

Rows = dict[tuple[str, str], dict[str, str | None]]  # by table and number, the text of each column
_PASSING = {"id", "name", "created_at"}  # of a project: says nothing of how a scene is taken in


@dataclass(frozen=True)
class Snapshot:
    """Rows that belong to a project, and the files beside them."""

    project: dict[str, object]  # its facts
    pk: int
    rows: Rows
    taken_at: datetime
    took: timedelta
    files: Path
    moments: set[tuple[str, str]] = field(default_factory=set)  # columns that hold moments
    owned: set[tuple[str, str]] = field(default_factory=set)  # columns that name the project

    def put_back(self, project: Project, data: Path) -> None:
        """Write all of it for a project that is as the first one was."""
        shutil.copytree(self.files, data, dirs_exist_ok=True)
        with connection.cursor() as cursor:
            cursor.execute("; ".join(self._statements(project.pk, datetime.now(UTC) - self.taken_at)))

    def _statements(self, pk: int, later: timedelta) -> Iterator[str]:
        for (table, _), row in self.rows.items():
            values = (self._value(table, column, text, pk, later) for column, text in row.items())
            names = ", ".join(connection.ops.quote_name(column) for column in row)
            yield f"INSERT INTO {table} ({names}) VALUES ({', '.join(values)})"

    def _value(self, table: str, column: str, text: str | None, pk: int, later: timedelta) -> str:
        if text is None:
            return "NULL"
        if (table, column) in self.owned and text == str(self.pk):
            return str(pk)
        if (table, column) in self.moments:
            moment = datetime.fromisoformat(text)
            if timedelta() <= self.taken_at - moment <= self.took:
                text = str(moment + later)
        return "'" + text.replace("'", "''") + "'"


def facts(project: Project) -> dict[str, object]:
    """Return what may bear on how a scene is taken in, with the settings that do."""
    told = {field.attname: getattr(project, field.attname) for field in project._meta.concrete_fields}
    own = {name: value for name, value in told.items() if name not in _PASSING and not name.endswith("_by_id")}
    return {**own, "owner": "", "storage": settings.STORAGE_URL}


def take(project: Project, files: Path, make: Callable[[], object]) -> Snapshot | None:
    """Do something for a project and return what it wrote, or None where more than new rows of the project came."""
    before, began = _everything(), datetime.now(UTC)
    make()
    after, now = _everything(), datetime.now(UTC)
    shutil.copytree(settings.DATA_DIR, files)
    moments, owned, others = _columns()
    depth = _depths(others)
    new = {key: after[key] for key in sorted(after.keys() - before.keys(), key=lambda key: (depth[key[0]], *key))}
    old = {(table, number) for table, number in before}
    named = {(others[table, column], text) for (table, _), row in new.items() for column, text in row.items()
             if (table, column) in others and text is not None}  # fmt: skip
    changed = any(after.get(key) != row for key, row in before.items())
    if changed or named & old or str(settings.DATA_DIR) in str(new):
        return None
    return Snapshot(facts(project), project.pk, new, now, now - began, files, moments, owned)


def _everything() -> Rows:
    """Return all rows of all tables as text."""
    rows: Rows = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            names = [column.name for column in cursor.description]
            texts = ", ".join(f"{connection.ops.quote_name(name)}::text" for name in names)
            cursor.execute(f"SELECT {texts} FROM {table}")
            for values in cursor.fetchall():
                row = dict(zip(names, values, strict=True))
                rows[table, str(row.get("id") or values)] = row
    return rows


def _depths(others: dict[tuple[str, str], str]) -> dict[str, int]:
    """Return for each table by how many steps it refers to others: what none refers to yet is written first."""
    depth = dict.fromkeys(tables(), 0)
    for _ in range(10):
        for (table, _), other in others.items():
            if table != other and depth.get(table, 99) <= depth.get(other, 0) < 10:
                depth[table] = depth[other] + 1
    return depth


def _columns() -> tuple[set[tuple[str, str]], set[tuple[str, str]], dict[tuple[str, str], str]]:
    """Return the columns that hold moments, those that name a project, and which table any others refer to."""
    moments, owned, others = set(), set(), {}
    for model in apps.get_models(include_auto_created=True):
        table = connection.ops.quote_name(model._meta.db_table)
        for column in model._meta.concrete_fields:
            if column.get_internal_type() == "DateTimeField":
                moments.add((table, column.column))
            if column.related_model is Project:
                owned.add((table, column.column))
            elif column.related_model:
                others[table, column.column] = connection.ops.quote_name(column.related_model._meta.db_table)
    return moments, owned, others
