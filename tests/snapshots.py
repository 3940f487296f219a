"""A snapshot of what a fixture writes: made by the first test that asks for it, and put back for all later ones.

To ingest a scene takes about eighty statements; to put its rows and files back takes two. Numbers are new each time,
and moments move along, as if all had been done just now.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from annotation.models import Project
from tests.emptying import tables

Rows = dict[tuple[str, str], dict[str, str | None]]  # by table and number, the text of each column
_PASSING = {"id", "name", "created_at"}  # of a project: says nothing of how a scene is taken in


@dataclass(frozen=True)
class Columns:
    """What the columns of all tables hold, by table and column."""

    moments: set[tuple[str, str]]
    owned: set[tuple[str, str]]  # those that name the project
    others: dict[tuple[str, str], str]  # the table that others refer to


@dataclass(frozen=True)
class Snapshot:
    """Rows that belong to a project, and the files beside them."""

    project: dict[str, object]  # its facts
    pk: int
    rows: Rows
    taken_at: datetime
    took: timedelta
    files: Path
    columns: Columns

    def put_back(self, project: Project, data: Path) -> None:
        """Write all of it for a project that is as the first one was."""
        shutil.copytree(self.files, data, dirs_exist_ok=True)
        with connection.cursor() as cursor:
            numbers = self._new_numbers(cursor)
            cursor.execute("; ".join(self._statements(project.pk, numbers, datetime.now(UTC) - self.taken_at)))

    def _new_numbers(self, cursor: CursorWrapper) -> dict[tuple[str, str], str]:
        """Return the numbers that the rows get this time: none comes twice, since caches go by them."""
        old: dict[str, list[str]] = {}
        for (table, number), row in self.rows.items():
            if "id" in row:
                old.setdefault(table, []).append(number)
        sequences = {table: f"pg_get_serial_sequence('{table}', 'id')" for table in old}
        taken = (f"setval({name}, nextval({name}) + {len(old[table]) - 1})" for table, name in sequences.items())
        cursor.execute(f"SELECT {', '.join(taken)}")
        return {
            (table, number): str(last - place)
            for table, last in zip(old, cursor.fetchone(), strict=True)
            for place, number in enumerate(reversed(old[table]))
        }

    def _statements(self, pk: int, numbers: dict[tuple[str, str], str], later: timedelta) -> Iterator[str]:
        for (table, number), row in self.rows.items():
            new = {column: self._moved(table, column, text, later) for column, text in row.items()}
            for column, text in row.items():
                if (table, column) in self.columns.owned:
                    new[column] = str(pk)
                elif text is not None and (table, column) in self.columns.others:
                    new[column] = numbers.get((self.columns.others[table, column], text), text)
            if "id" in row:
                new["id"] = numbers[table, number]
            names = ", ".join(connection.ops.quote_name(column) for column in row)
            yield f"INSERT INTO {table} ({names}) VALUES ({', '.join(map(_literal, new.values()))})"

    def _moved(self, table: str, column: str, text: str | None, later: timedelta) -> str | None:
        """Return a value; of the moments when the first was made, as much later as this one is."""
        if text is None or (table, column) not in self.columns.moments:
            return text
        moment = datetime.fromisoformat(text)
        return str(moment + later) if timedelta() <= self.taken_at - moment <= self.took else text


def _literal(text: str | None) -> str:
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


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
    columns = _columns()
    depth = _depths(columns.others)
    new = {key: row for key, row in after.items() if key not in before}
    new = dict(sorted(new.items(), key=lambda each: (depth[each[0][0]], each[0][0], int(each[1].get("id") or 0))))
    named = {(columns.others[table, column], text) for (table, _), row in new.items() for column, text in row.items()
             if (table, column) in columns.others}  # fmt: skip
    changed = any(after.get(key) != row for key, row in before.items())
    if changed or named & before.keys() or str(settings.DATA_DIR) in str(new):
        return None
    return Snapshot(facts(project), project.pk, new, now, now - began, files, columns)


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


def _columns() -> Columns:
    """Return what the columns of all models hold."""
    columns = Columns(set(), set(), {})
    for model in apps.get_models(include_auto_created=True):
        table = connection.ops.quote_name(model._meta.db_table)
        for column in model._meta.concrete_fields:
            if column.get_internal_type() == "DateTimeField":
                columns.moments.add((table, column.column))
            if column.related_model is Project:
                columns.owned.add((table, column.column))
            elif column.related_model:
                columns.others[table, column.column] = connection.ops.quote_name(column.related_model._meta.db_table)
    return columns
