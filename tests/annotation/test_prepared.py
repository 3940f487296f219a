"""Prepared queries: put into SQL once a shape, and right for every value, also in another thread."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import get_ident
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.gis.db.backends.postgis.operations import PostGISOperations
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from annotation import prepared as module
from annotation.models import Annotation, Project, Sample, Scene, Tile
from annotation.prepared import Prepared, prepared
from tests.factories import label, make_project
from tests.pools import make_samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def samples(project: Project) -> list[Sample]:
    """Return ten samples without imagery."""
    return make_samples(project, 10)


@pytest.fixture
def said() -> Iterator[Prepared[Annotation]]:
    """Return a query, and that it was built once a shape in the end."""
    built: list[Any] = []

    @prepared
    def query(project: int, before: datetime, indices: tuple[int, ...], *, limit: int) -> QuerySet[Annotation]:
        built.append((len(indices), limit))
        rows = Annotation.objects.filter(sample__project=project, created_at__lt=before, sample__index__in=indices)
        return rows.select_related("sample", "author").order_by("sample__index")[:limit]

    yield query
    assert len(built) == len(set(built))


def test_it_works(project: Project, samples: list[Sample], alice: AbstractBaseUser, said: Any) -> None:
    made = [label(sample, alice, 1 + sample.index % 3) for sample in samples]
    now, later = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1)
    assert said(project.pk, later, (2, 5), limit=9) == [made[2], made[5]]
    assert said(project.pk, later, (7, 3), limit=9) == [made[3], made[7]]
    assert said(project.pk, now, (7, 3), limit=9) == []
    assert said(project.pk + 1, later, (7, 3), limit=9) == []
    assert said(project.pk, later, (7, 3, 4), limit=2) == [made[3], made[4]]


def test_rows_come_with_what_was_asked_for(
    project: Project, samples: list[Sample], alice: AbstractBaseUser, said: Any, django_assert_num_queries
) -> None:
    label(samples[1], alice, 2)
    for _ in range(2):
        with django_assert_num_queries(1):
            (row,) = said(project.pk, timezone.now(), (1,), limit=1)
            assert (row.sample.index, row.author) == (1, alice)


def test_tuples_stay_tuples_and_sql_can_be_part_of_another_statement(project: Project, samples: list[Sample]) -> None:
    @prepared
    def indices(project: int, last: int) -> QuerySet[Sample, tuple[Any, ...]]:
        return Sample.objects.filter(project=project, index__lt=last).values_list("index", "state")

    for last in (1, 2):
        assert indices(project.pk, last) == [(at, "open") for at in range(last)]
    sql, params = indices.sql(project.pk, 7)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) s", params)  # noqa: S608 (of Django's making)
        assert cursor.fetchone() == (7,)


def test_shapes_are_forgotten_when_they_are_many(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_SHAPES", 2)
    named = prepared(lambda *projects: Project.objects.filter(pk__in=projects))
    for count in range(1, 6):
        assert named(*[project.pk] * count) == [project]
    assert len(named._statements) == 1


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection(alice: AbstractBaseUser) -> None:
    projects = [make_project(alice, name=f"Lake {number}") for number in range(8)]
    named = prepared(lambda pk: Project.objects.filter(pk=pk))

    def ask(project: Project) -> bool:
        try:
            return named(project.pk) == [project]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, projects))


def test_the_database_plans_a_statement_once_for_numbers_of_any_size_and_sees_its_constants(project: Project) -> None:
    @prepared
    def odd(project: int, index: int) -> QuerySet[Sample]:
        rows = Sample.objects.filter(project=project, index=index, state="open")
        return rows.exclude(tile__grid__crs="100%s of it")

    (sample,) = make_samples(project, 1)
    kept = "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%100\\%s of it%'"
    for number in (0, 1, 70_000, 2**40):
        assert odd(project.pk, number) == ([sample] if number == 0 else [])
    with connection.cursor() as cursor:
        cursor.execute(kept)
        (statement,) = (row[0] for row in cursor.fetchall())
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("force_generic_plan",)
    assert "'open'" in statement


@pytest.mark.django_db(transaction=True)
def test_each_thread_makes_geometry_by_a_reader_of_its_own(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that read by one at a time find each other's bytes."""
    asked = prepared(lambda project: Tile.objects.filter(grid__project=project).order_by("pk"))
    made, make = set[int](), PostGISOperations.get_geometry_converter

    def get_geometry_converter(operations: PostGISOperations, expression: Any) -> Any:
        made.add(get_ident())
        return make(operations, expression)

    def outlines() -> int:
        try:
            assert all(tile.outline and tile.outline.valid for tile in asked(scene.project_id))
            return get_ident()
        finally:
            connection.close()

    monkeypatch.setattr(PostGISOperations, "get_geometry_converter", get_geometry_converter)
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        threads = {one.submit(outlines).result(), other.submit(outlines).result(), one.submit(outlines).result()}
    assert len(threads) == 2 and threads <= made
