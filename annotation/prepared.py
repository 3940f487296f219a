"""Prepared queries: those behind each key press are put into SQL once, which takes Django longer than running them."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import QuerySet

Row = TypeVar("Row")
Value = int | datetime | tuple[int, ...]

_MOST_SHAPES = 200  # of a query, kept by a process: some 30 kB each
_FIRST_NUMBER, _FIRST_MOMENT = 2_111_111_000, datetime(9000, 1, 1, tzinfo=UTC)  # like no value that means itself


@dataclass(frozen=True)
class _Statement(Generic[Row]):
    """The SQL of a query, and which values go where in it."""

    rows: "QuerySet[Any, Row]"
    compiler: Any
    sql: str
    params: tuple[tuple[int | None, Any], ...]  # place among the values, or None and the parameter itself

    def with_values(self, values: list[int | datetime]) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL and its parameters."""
        return self.sql, tuple(own if at is None else values[at] for at, own in self.params)

    def run(self, values: list[int | datetime]) -> list[Row]:
        """Return the rows for these values."""
        compiler, sql = copy(self.compiler), self.with_values(values)  # it knows by now how to make objects of rows
        compiler.connection = connections[self.rows.db]  # of this thread
        compiler.as_sql = lambda *_, **__: sql
        again = self.rows.all()
        query = copy(again.query)
        query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        vars(again)["_query"] = query  # not `query`, whose setter would make dicts of tuples
        return list(again)


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
        places = tuple((marks.index(each), None) if _is_in(each, marks) else (None, each) for each in params)
        return _Statement(rows, compiler, sql, places)


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


def _is_in(param: object, marks: list[int | datetime]) -> bool:
    return isinstance(param, int | datetime) and param in marks


def _flat(values: tuple[Value, ...]) -> Iterator[int | datetime]:
    for value in values:
        yield from value if isinstance(value, tuple) else (value,)
