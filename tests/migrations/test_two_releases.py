"""Two releases at once: the models of an earlier one write to, and read from, the database of this one."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.apps.registry import Apps
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import Polygon
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from tests.migrations.test_side_by_side import BEFORE

pytestmark = pytest.mark.django_db


def states() -> tuple[Apps, Apps]:
    """Return the models of the release whose last migration is BEFORE, and those of this one."""
    loader = MigrationLoader(None)
    (last,) = (key for key in loader.disk_migrations if key[0] == "annotation" and int(key[1][:4]) == BEFORE)
    return loader.project_state([last]).apps, loader.project_state().apps


OLD, NEW = states()
NAMES = sorted(model.__name__ for model in OLD.get_app_config("annotation").get_models())


def make(model: type[models.Model], **given: Any) -> models.Model:
    """Write a row as an old process does: what has no default is filled, and only columns that it knows are named."""
    row = model(**given)
    for field in model._meta.concrete_fields:
        if field.name in given or field.primary_key or field.null or field.has_default():
            continue
        setattr(row, field.name, value(field))
    row.save(force_insert=True)
    return row


def value(field: models.Field) -> Any:
    """Return something that a field takes."""
    if field.is_relation:
        return make(field.related_model)
    if field.choices:
        return field.choices[0][0]
    known = {
        models.DateTimeField: timezone.now(),
        models.DateField: date(2026, 1, 1),
        models.CharField: uuid4().hex[: field.max_length or 32],
        models.TextField: "",
        models.JSONField: {},
        models.BooleanField: False,
        models.BinaryField: b"",
        GeometryField: Polygon.from_bbox((0, 0, 1, 1)),
    }
    return next((known[kind] for kind in type(field).__mro__ if kind in known), 1)


def given(name: str) -> dict[str, Any]:
    """Return what the constraints of a table ask for beside its columns."""
    epoch = OLD.get_model("annotation", "Epoch")
    if name == "EpochPair":
        return {"earlier": make(epoch), "later": make(epoch)}
    if name == "Review":
        return {"annotation": make(OLD.get_model("annotation", "Annotation"))}
    return {}


def columns(model: type[models.Model]) -> Iterator[str]:
    """Yield the names of a model's columns."""
    return (field.column for field in model._meta.concrete_fields)


@pytest.mark.parametrize("name", NAMES)
def test_it_works(name: str) -> None:
    old, new = OLD.get_model("annotation", name), NEW.get_model("annotation", name)
    row = make(old, **given(name))
    assert [each.pk for each in old.objects.all()].count(row.pk) == 1
    row.save(force_update=True)
    seen = new.objects.get(pk=row.pk)  # and this release makes sense of what the other left out
    assert {column: getattr(seen, column) for column in columns(old)} == {
        column: getattr(old.objects.get(pk=row.pk), column) for column in columns(old)
    }
    old.objects.filter(pk=row.pk).delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("name", NAMES)
def test_what_this_release_writes_an_older_one_reads_and_changes(name: str) -> None:
    old, new = OLD.get_model("annotation", name), NEW.get_model("annotation", name)
    row = make(new, **{field: new_of(value) for field, value in given(name).items()})
    seen = old.objects.get(pk=row.pk)
    seen.save(force_update=True)
    again = new.objects.get(pk=row.pk)
    assert {column: getattr(again, column) for column in columns(new)} == {
        column: getattr(row, column) for column in columns(new)
    }


def new_of(row: Any) -> Any:
    """Return the same row as this release's model."""
    return NEW.get_model("annotation", row._meta.object_name).objects.get(pk=row.pk)


def test_a_column_without_a_default_would_be_noticed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE annotation_project ADD COLUMN colour text NOT NULL")
    with pytest.raises(Exception, match="colour"):
        make(OLD.get_model("annotation", "Project"))


def test_a_column_that_went_would_be_noticed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE annotation_job DROP COLUMN message")
    with pytest.raises(Exception, match="message"):
        make(OLD.get_model("annotation", "Job"))


def test_jobs_that_held_parts_can_be_deleted_by_who_knows_no_parts() -> None:
    old = OLD.get_model("annotation", "Job")
    job = make(old)
    part = NEW.get_model("annotation", "Part")(project_id=job.project_id, encoder="e" * 64, rows=[1], holder_id=job.pk)
    part.save()
    old.objects.filter(pk=job.pk).delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    from annotation.models import Part

    assert Part.objects.free().get().pk == part.pk


@pytest.mark.parametrize("name", ["Tile", "Scene"])
def test_what_scenes_show_goes_with_tiles_and_scenes_that_who_knows_nothing_of_it_deletes(name: str) -> None:
    old = OLD.get_model("annotation", name)
    row = make(old)
    others = {other: make(OLD.get_model("annotation", other)).pk for other in ("Tile", "Scene") if other != name}
    pks = {name: row.pk, **others}
    coverage = NEW.get_model("annotation", "Coverage")
    coverage.objects.create(tile_id=pks["Tile"], scene_id=pks["Scene"], valid=1)
    old.objects.filter(pk=row.pk).delete()
    assert not coverage.objects.exists()
