"""Prepared queries: those behind each key press are put into SQL once, and planned once a connection.

Both take longer than running them: the first takes Django's time, the second the database's.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from threading import local
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.signals import connection_created
from django.db.models import QuerySet
from django.dispatch import receiver
from psycopg.sql import Literal
from psycopg.types.numeric import Int8

Row = TypeVar("Row")
Value = int | datetime | tuple[int, ...]

_MOST_SHAPES = 200  # of a query, kept by a process: some 30 kB each
_FIRST_NUMBER, _FIRST_MOMENT = 2_111_111_000, datetime(9000, 1, 1, tzinfo=UTC)  # like no value that means itself


class _Planned(ServerBindingCursor):
    """A cursor whose statements the database parses and plans once a connection."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Any:
        """Run a statement."""
        return super().execute(query, params, prepare=True)  # type: ignore[misc]  # Django's is made at run time


@receiver(connection_created)
def _plan_for_all_values(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Keep one plan a statement: one for the values at hand goes by statistics that know nothing of the newest round.

    That took milliseconds each time, and chose badly until the statistics were renewed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")


@contextmanager
def planned_once(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let the database keep the plans of the statements inside: few different ones, whose values are parameters."""
    connection.ensure_connection()
    if connection.queries_logged:  # in words that hold the values
        yield
        return
    link: Any = connection.connection
    before = link.cursor_factory, link.prepare_threshold
    link.cursor_factory, link.prepare_threshold = _Planned, 0  # none, as Django has it, would mean never
    try:
        yield
    finally:
        link.cursor_factory, link.prepare_threshold = before


class _Statement(Generic[Row]):
    """The SQL of a query, and which values go where in it."""

    def __init__(self, rows: "QuerySet[Any, Row]", compiler: Any, sql: str, places: list[int]) -> None:
        """Take a query that was put into SQL, and the places of its parameters among the values."""
        self.rows, self._compiler, self._sql, self._places = rows, compiler, sql, places
        self._here = local()  # what makes geometry of bytes belongs to a thread

    def with_values(self, values: list[int | datetime]) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL and its parameters; numbers of one kind, or there would be a plan for each kind."""
        told = [Int8(value) if isinstance(value, int) else value for value in values]
        return self._sql, tuple(told[at] for at in self._places)

    def run(self, values: list[int | datetime]) -> list[Row]:
        """Return the rows for these values."""
        compiler, sql = copy(self._compiler), self.with_values(values)  # it knows by now how to make objects of rows
        compiler.connection = connections[self.rows.db]  # of this thread
        compiler.as_sql = lambda *_, **__: sql
        compiler.get_converters = self._convert
        again = self.rows.all()
        query = copy(again.query)
        query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        vars(again)["_query"] = query  # not `query`, whose setter would make dicts of tuples
        with planned_once(compiler.connection):
            return list(again)

    def _convert(self, expressions: Any) -> Any:
        """Return how the columns become values, which is the same each time in a thread."""
        if not hasattr(self._here, "converters"):
            self._here.converters = self._compiler.get_converters(expressions)
        return self._here.converters


class Prepared(Generic[Row]):
    """A function that builds a query of its arguments; called, it returns the rows.

    Those by position are values: keys, moments, tuples of keys. Those by name shape the query. It must take nothing
    else from anywhere, neither the time nor a setting: it is called once for each shape.
    """

    def __init__(self, build: "Callable[..., QuerySet[Any, Row]]") -> None:
        """Take the function."""
        self._build = build
        self._statements: dict[Any, _Statement[Row]] = {}
        update_wrapper(self, build)

    def __call__(self, *values: Value, **shape: Any) -> list[Row]:
        """Run the query."""
        return self._statement(values, shape).run(list(_flat(values)))

    def first(self, *values: Value, **shape: Any) -> Row | None:
        """Run the query and return the first row, if there is one."""
        return next(iter(self(*values, **shape)), None)

    def sql(self, *values: Value, **shape: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the query as SQL with parameters, to be part of another statement."""
        return self._statement(values, shape).with_values(list(_flat(values)))

    def _statement(self, values: tuple[Value, ...], shape: dict[str, Any]) -> _Statement[Row]:
        key = (*(len(value) if isinstance(value, tuple) else type(value) for value in values), *shape.items())
        statement = self._statements.get(key)
        if statement is None:
            if len(self._statements) == _MOST_SHAPES:
                self._statements.clear()
            statement = self._statements[key] = self._write(values, shape)
        return statement

    def _write(self, values: tuple[Value, ...], shape: dict[str, Any]) -> _Statement[Row]:
        """Build the query with marks instead of values, and remember where they came out."""
        marks: list[int | datetime] = []
        rows = self._build(*(_marked(value, marks) for value in values), **shape)
        compiler = rows.query.get_compiler(rows.db)
        sql, params = compiler.as_sql()
        if lost := {mark for mark in marks if mark not in params}:
            raise TypeError(f"{self._build} leaves {len(lost)} values out, or hides them: {sql}")
        places = [marks.index(each) for each in params if _is_in(each, marks)]
        return _Statement(rows, compiler, _with_constants(sql, params, marks, rows.db), places)


def prepared(build: "Callable[..., QuerySet[Any, Row]]") -> Prepared[Row]:
    """Prepare a query."""
    return Prepared(build)


def _marked(value: Value, marks: list[int | datetime]) -> Value:
    """Return a mark like a value, and remember it."""
    if isinstance(value, tuple):
        return tuple(int(_marked(each, marks)) for each in value)  # type: ignore[arg-type]
    number = len(marks)
    mark = _FIRST_MOMENT + timedelta(days=number) if isinstance(value, datetime) else _FIRST_NUMBER + number
    marks.append(mark)
    return mark


def _with_constants(sql: str, params: Sequence[Any], marks: list[int | datetime], database: str) -> str:
    """Write what is the same each time into the SQL, where the database sees it when it makes its plan."""
    connections[database].ensure_connection()
    link: Any = connections[database].connection
    left = iter(params)

    def write(place: re.Match[str]) -> str:
        if place[0] == "%%" or _is_in(param := next(left), marks):
            return place[0]
        return str(Literal(param).as_string(link)).replace("%", "%%")

    return re.sub("%[s%]", write, sql)


def _is_in(param: object, marks: list[int | datetime]) -> bool:
    return isinstance(param, int | datetime) and param in marks


def _flat(values: tuple[Value, ...]) -> Iterator[int | datetime]:
    for value in values:
        yield from value if isinstance(value, tuple) else (value,)
