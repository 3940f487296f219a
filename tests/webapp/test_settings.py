"""The settings: what the environment may say, and what they refuse."""

import pytest
from django.contrib.gis.geos import Point
from django.db import connection


def test_it_works() -> None:
    point = Point(11, 48, srid=4326)
    point.transform(32632)
    assert (point.x, point.y) == pytest.approx((649187.875, 5318235.614), abs=0.01)


@pytest.mark.django_db
def test_the_database_is_a_postgis_of_this_run() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT postgis_lib_version(), current_database()")
        version, name = cursor.fetchone()
    assert int(version.split(".")[0]) >= 3
    assert name.startswith("test_")
