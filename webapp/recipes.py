"""Recipes in addresses: how a picture is to be drawn, as a query string says it."""

import json
from collections.abc import Mapping

from drf_spectacular.utils import OpenApiParameter

from annotation.errors import BadSettings
from annotation.looks import view_in
from annotation.models import Project
from mlcore.errors import BadRecipe, UnknownName
from mlcore.looks import Recipe, Stretch, read_recipe

USUAL = "usual"
STRETCHES = (USUAL, "stored", "percentile", "minmax", "stddev")
LONGEST = 4000  # characters of a recipe
LONGEST_NUMBER = 20  # digits

QUERY = [
    OpenApiParameter("composite", str, description="name of a composite of the scene's sensor"),
    OpenApiParameter("stretch", str, description=", ".join(STRETCHES)),
    OpenApiParameter("view", int, description="a saved view of the project, in place of these two"),
    OpenApiParameter("recipe", str, description="a view that is not saved, as JSON: see docs/looking.md"),
]


def recipe_in(query: Mapping[str, str], project: Project) -> Recipe:
    """Return the recipe that a query string asks for: by itself, by a saved view, or by composite and stretch.

    Raises:
        BadRecipe, UnknownName: it cannot be read.
        BadSettings: two are asked for.
        NotFound: the project has no such view.
    """
    text, view = query.get("recipe", ""), query.get("view", "")
    if text and view:
        raise BadSettings("Ask for a view or for a recipe, not for both.")
    if text:
        return read_recipe(_json(text))
    if view:
        return view_in(project, number(query, "view", 0, 2**53))
    stretch = query.get("stretch") or USUAL
    if stretch not in STRETCHES:
        raise UnknownName("stretch", stretch[:60], STRETCHES)
    return Recipe(composite=query.get("composite", ""), stretch=None if stretch == USUAL else Stretch(by=stretch))


def _json(text: str) -> object:
    if len(text) > LONGEST:
        raise BadRecipe(f"The recipe has {len(text)} characters; {LONGEST} are read.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRecipe("The recipe is not JSON.") from error


def number(query: Mapping[str, str], name: str, default: int, highest: int) -> int:
    """Return a whole number from the query string."""
    text = query.get(name)
    if not text:
        return default
    if not text.isdecimal() or len(text) > LONGEST_NUMBER or int(text) > highest:
        raise BadSettings(f"{name} must be a whole number from 0 to {highest}, not {text[:40]!r}.")
    return int(text)
