"""/api/projects/{id}/scenes/{id}/time/: when scenes were acquired, one value or by their names."""

from datetime import UTC, date, datetime

import pytest

from annotation.errors import BadSettings
from annotation.ingest.dating import _moment_in, expression_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenes(project, tmp_path):
    names = ("site_05-06-2021_a", "site_07-06-2021_a", "site_b")
    return [factories.make_scene(project, tmp_path, name=name, size=(3, 64, 64 + n)) for n, name in enumerate(names)]


@pytest.fixture
def address(project, scenes):
    return f"/api/projects/{project.pk}/scenes/{scenes[0].pk}/time/"


def days(project) -> list[date | None]:
    return [scene.moment for scene in project.scenes.order_by("pk")]


def test_it_works(api, project, address, alice):
    assert api(alice).get(address).json() == {"acquired": None, "alike": 2}
    assert api(alice).post(address, {"acquired": "2021-06-05"}, format="json").json()["missed"] == 0
    assert days(project) == [date(2021, 6, 5), None, None]


def test_one_value_for_all_alike(api, project, address, alice):
    api(alice).post(address, {"acquired": "2021-06-05T10:30:00Z", "alike": True}, format="json")
    assert days(project) == [datetime(2021, 6, 5, 10, 30, tzinfo=UTC)] * 3


def test_a_pattern_says_where_names_tell_it(api, project, address, alice):
    told = api(alice).post(address, {"pattern": "*_DD-MM-YYYY_*", "alike": True}, format="json").json()
    assert told == {"missed": 1, "names": ["site_b.tif"]}
    assert days(project) == [date(2021, 6, 5), date(2021, 6, 7), None]


@pytest.mark.parametrize(
    ("pattern", "name", "moment"),
    [
        ("*_YYYYMMDD_*", "S2_T32_20200601_B02.tif", date(2020, 6, 1)),
        ("MOD09.AYYYYDOY*", "MOD09.A2020153.h18.hdf", date(2020, 6, 1)),
        ("*YYYY-MM-DDThhmm", "a-2020-06-01T1030Z", datetime(2020, 6, 1, 10, 30, tzinfo=UTC)),
        ("??_YYYYMMDD", "ab_20200601", date(2020, 6, 1)),
        ("*_YYYYMMDD_*", "S2_20201301_x", None),
        ("*(YYYY)MMDD", "a(2020)0601", date(2020, 6, 1)),
    ],
)
def test_patterns(pattern, name, moment):
    assert _moment_in(name, expression_of(pattern)) == moment


@pytest.mark.parametrize("pattern", ["x", "*", "YYYY", "YYYYMM", "YYYYMMDDDD", "YYYY*YYYYMMDD"])
def test_a_pattern_without_a_day_is_refused(pattern):
    with pytest.raises(BadSettings, match="YYYY, MM and DD once each"):
        expression_of(pattern)


def test_no_pattern_takes_long():
    assert _moment_in("a" * 200, expression_of("*a" * 90 + "*bYYYYMMDD")) is None


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({}, "either a date, or a pattern"),
        ({"acquired": "2020-01-01", "pattern": "*YYYYMMDD*"}, "either a date, or a pattern"),
        ({"acquired": "2999-01-01"}, "2999"),
        ({"acquired": "yesterday"}, "no date"),
        ({"pattern": "*_YYYYMMDD"}, "No name fits"),
    ],
)
def test_what_cannot_be_is_refused(api, project, address, alice, told, why):
    answer = api(alice).post(address, told, format="json")
    assert answer.status_code == 400
    assert why in answer.json()["error"]["message"]
    assert days(project) == [None] * 3
