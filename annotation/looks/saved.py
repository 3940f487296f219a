"""Saved: the views and layouts of a project, checked against what its scenes have."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from annotation.errors import BadSettings, NotFound
from annotation.models import Layout, Project, View
from annotation.validation import check
from mlcore.looks import Recipe, channels_of, read_recipe
from mlcore.looks.presets import fits
from mlcore.sensors import Sensor, sensor_from_dict

MOST = 200  # views, and layouts, of a project
MOST_PANES = 4


def sensors_of(project: Project) -> dict[str, Sensor]:
    """Return the sensors of a project's scenes that show the ground, by their codes."""
    rows = project.scenes.shown().order_by("sensor__code", "id").distinct("sensor__code")
    return {str(told["code"]): sensor_from_dict(told) for told in rows.values_list("sensor", flat=True)}


def view_in(project: Project, pk: int) -> Recipe:
    """Return what a view of a project says.

    Raises:
        NotFound: the project has no such view.
    """
    told = project.views.filter(pk=pk).values_list("recipe", flat=True).first()
    if told is None:
        raise NotFound("The project has no such view.")
    return read_recipe(told)


def add_view(project: Project, by: AbstractBaseUser, *, name: str, recipe: object, sensor: str = "") -> View:
    """Save a way to look at scenes, of one sensor or of all that have its bands.

    Raises:
        BadRecipe, UnknownName: it cannot be read, or fits none of the project's sensors.
        BadSettings: a name that is taken, or too many.
    """
    if project.views.count() >= MOST:
        raise BadSettings(f"A project has {MOST} views at the most; delete some.")
    view = View(project=project, created_by_id=by.pk, name=name.strip(), sensor=sensor)
    return _saved(view, recipe)


def change_view(view: View, **fields: Any) -> View:
    """Change a view's name, sensor or recipe; errors are those of `add_view`."""
    for field in fields.keys() & {"name", "sensor"}:
        setattr(view, field, fields[field].strip())
    return _saved(view, fields.get("recipe", view.recipe))


def _saved(view: View, recipe: object) -> View:
    read = read_recipe(recipe)
    sensors = sensors_of(view.project)
    if view.sensor:
        sensors = {code: sensor for code, sensor in sensors.items() if code == view.sensor}
        if not sensors:
            raise BadSettings(f"No scene of the project is by a sensor {view.sensor[:60]!r}.")
    _check_fits(read, sensors)
    view.recipe = read.to_dict()
    _save(view)
    return view


def _save(row: View | Layout) -> None:
    """Write a row; of two people who choose the same name in the same moment, the second hears of it."""
    check(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise BadSettings(f"Somebody has just saved {row} under this name; choose another.") from error


def _check_fits(recipe: Recipe, sensors: Mapping[str, Sensor]) -> None:
    """Refuse what none of the sensors has, in the words of the first; without any sensor, anything goes."""
    if sensors and not any(fits(recipe, sensor) for sensor in sensors.values()):
        channels_of(recipe, next(iter(sensors.values())))
        raise BadSettings("No sensor of the project has what this view needs.")


def add_layout(project: Project, by: AbstractBaseUser, *, name: str, panes: Sequence[Mapping[str, Any]]) -> Layout:
    """Save an arrangement of one to four panes.

    Raises:
        BadSettings: a name that is taken, too many, or an epoch or a view that there is not.
    """
    if project.layouts.count() >= MOST:
        raise BadSettings(f"A project has {MOST} layouts at the most; delete some.")
    return _arranged(Layout(project=project, created_by_id=by.pk, name=name.strip()), panes)


def change_layout(layout: Layout, **fields: Any) -> Layout:
    """Change a layout's name or panes; errors are those of `add_layout`."""
    layout.name = fields.get("name", layout.name).strip()
    return _arranged(layout, fields.get("panes", layout.panes))


def _arranged(layout: Layout, panes: Sequence[Mapping[str, Any]]) -> Layout:
    told = [{"sensor": "", "epoch": None, "view": None} | dict(pane) for pane in panes]
    for noun, rows in (("epoch", layout.project.epochs), ("view", layout.project.views)):
        named = {pane[noun] for pane in told if isinstance(pane[noun], int)}
        known = rows.filter(pk__in=named).values_list("pk", flat=True)
        if layout.panes != told and (missing := named - set(known)):
            raise BadSettings(f"The project has no {noun} {min(missing)}.")
    layout.panes = told
    _save(layout)
    return layout
