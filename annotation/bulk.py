"""Bulk: rows by thousands of keys, or written by a query in the database, every column of the model accounted for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Field, ForeignKey, Func, Lookup, Model, QuerySet, UUIDField, Value
from django.db.models.expressions import Combinable


class RandomUUID(Func):
    """A new random UUID for each row."""

    function = "gen_random_uuid"
    template = "%(function)s()"
    output_field = UUIDField()


@ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`field__among=values`: one of many, which are sent as one array, where `in` makes a parameter of each."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition in SQL."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*params, list(self.rhs))


def insert_from(
    rows: QuerySet[Any],
    model: type[Model],
    values: Mapping[str, Any],
    *,
    conflict: str = "",
    returning: Sequence[str] = (),
) -> list[tuple[Any, ...]]:
    """Write one row of `model` for each of `rows`, and return what is asked for of each that was written.

    `values` are expressions over `rows`, or constants. A field that they leave out has its own default: so nothing is
    forgotten when the model grows, and one without a default is refused.
    """
    try:
        sql, params = selected(rows, model, values).query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:  # it was clear beforehand, as of a list of none
        return []
    return insert(model, sql, params, conflict=conflict, returning=returning)


def selected(rows: QuerySet[Any], model: type[Model], values: Mapping[str, Any]) -> QuerySet[Any, Any]:
    """Return the query that reads all columns of the new rows of `model`."""
    fields = _fields(model)
    if unknown := set(values) - {field.name for field in fields}:
        raise ValueError(f"{model.__name__} has no field {', '.join(sorted(unknown))}.")
    sources = {f"new_{field.name}": _source(field, values) for field in fields}
    read: QuerySet[Any, Any] = rows.order_by().annotate(**sources).values_list(*sources)
    return read


def insert(
    model: type[Model], sql: str, params: Sequence[Any], *, conflict: str = "", returning: Sequence[str] = ()
) -> list[tuple[Any, ...]]:
    """Write what a query of `selected` reads, given as SQL with parameters."""
    columns = _columns(model, [field.name for field in _fields(model)])
    into = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) {sql} {conflict}"
    with connection.cursor() as cursor:
        cursor.execute(f"{into} RETURNING {_columns(model, [*returning] or ['id'])}", params)
        return cursor.fetchall() if returning else [()] * cursor.rowcount


def _fields(model: type[Model]) -> "list[Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _columns(model: type[Model], names: Sequence[str]) -> str:
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    return ", ".join(connection.ops.quote_name(columns[name]) for name in names)


def _source(field: "Field[Any, Any]", values: Mapping[str, Any]) -> Combinable:
    if field.name in values:
        value = values[field.name]
    elif field.has_default() or field.null or field.empty_strings_allowed:
        value = field.get_default()
    else:
        raise ValueError(f"{field.model.__name__}.{field.name} has no default: say what it is.")
    return value if hasattr(value, "resolve_expression") else Value(value, output_field=_plain(field))


def _plain(field: "Field[Any, Any]") -> "Field[Any, Any]":
    """Return the field that stores its values: of a foreign key that of the other row's key."""
    return field.target_field if isinstance(field, ForeignKey) else field
