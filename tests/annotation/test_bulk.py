"""Rows that are written from a query."""

import pytest
from django.db.models import F

from annotation.bulk import insert_from
from annotation.models import Annotation, Lease, Project, Sample, Schema
from tests.factories import label

pytestmark = pytest.mark.django_db


def test_it_works(project, samples, bob, carol):
    first = label(samples[0], bob, 2, seconds=3.0)
    same = {name: F(name) for name in ("sample", "label", "value", "schema")}
    (row,) = insert_from(
        Annotation.objects.filter(pk=first.pk), Annotation, {**same, "author": carol.pk}, returning=("id", "sample")
    )
    made = Annotation.objects.get(pk=row[0])
    assert (made.sample, made.author, made.label, made.value) == (samples[0], carol, first.label, {"class": 2})
    assert row[1] == samples[0].pk


def test_what_is_left_out_has_its_own_default(project, samples, bob):
    first = label(samples[0], bob, 2, seconds=3.0)
    same = {name: F(name) for name in ("sample", "author", "schema")}
    insert_from(Annotation.objects.filter(pk=first.pk), Annotation, {**same, "version": 2, "current": False})
    made, fresh = samples[0].annotations.get(version=2), Annotation()
    for field in Annotation._meta.concrete_fields:
        if field.name not in {"id", "sample", "author", "schema", "version", "current", "created_at"}:
            assert getattr(made, field.attname) == getattr(fresh, field.attname), field.name
    assert made.created_at >= first.created_at


def test_a_column_without_a_default_cannot_be_forgotten(project, samples):
    with pytest.raises(ValueError, match=r"Lease\.project has no default"):
        insert_from(Sample.objects.all(), Lease, {"sample": F("pk")})


def test_an_unknown_field_is_refused(project):
    with pytest.raises(ValueError, match="Schema has no field colour"):
        insert_from(Project.objects.all(), Schema, {"colour": "red"})


def test_one_of_many_values_is_asked_for_by_one_array(project, samples):
    wanted = [sample.pk for sample in samples[:3]]
    for rows in (Sample.objects.filter(pk__among=wanted), Sample.objects.filter(tile__among=wanted)):
        sql, params = rows.query.sql_with_params()
        assert "= ANY(%s)" in sql and params == (wanted,)
    assert Sample.objects.filter(pk__among=set(wanted)).count() == 3
    assert Sample.objects.filter(pk__among=[]).count() == 0
    assert Sample.objects.filter(state__among=["open", "x"]).count() == len(samples)
