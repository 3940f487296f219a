"""Columns: what rows say of objects, worked out by the database."""

from django.db.models import F, FloatField, Func, JSONField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject


class _Query(Func):
    """The items of a JSON value that a path finds, as a list."""

    function = "jsonb_path_query_array"
    output_field = JSONField()
    arity = None


def classes_of(entry: str, path: str) -> Combinable:
    """Return the classes of the objects of a row at `path`, one entry an object."""
    return _Query(F(f"{path}value"), Value(f"$.{entry}[*].class"), template="%(function)s(%(expressions)s::jsonpath)")


def value_above(entry: str, threshold: float) -> Combinable:
    """Return the value of suggestions without the objects that score less."""
    path = f"$.{entry}[*] ? (!exists(@.score) || @.score >= $least)"
    least = JSONObject(least=Value(threshold, FloatField()))
    return JSONObject(**{entry: _Query(F("value"), Value(path), least)})
