"""/api/tour/: the guided tour comes to each person by itself until it was finished or skipped."""

import json
import re

import pytest
from django.test import Client

from annotation.models import Tour

URL = "/api/tour/"
pytestmark = pytest.mark.django_db


def told_by_the_page(project, user) -> bool:
    """Return whether the label page is told to begin the tour."""
    client = Client()
    client.force_login(user)
    page = client.get(f"/projects/{project.pk}/label/").content.decode()
    (data,) = re.findall(r'<script id="data" type="application/json">(.*?)</script>', page)
    return json.loads(data)["tour"]


def test_it_works(project, api, alice, bob) -> None:
    assert api(alice).get(URL).json() == {"wanted": True}
    assert told_by_the_page(project, alice)
    assert api(alice).put(URL, {"wanted": False}).json() == {"wanted": False}
    assert api(alice).get(URL).json() == {"wanted": False}
    assert not told_by_the_page(project, alice)
    assert told_by_the_page(project, bob)


def test_ending_it_twice_is_as_ending_it_once(api, alice) -> None:
    for _ in range(2):
        assert api(alice).put(URL, {"wanted": False}).status_code == 200
    assert Tour.objects.count() == 1


def test_it_can_be_asked_for_again(project, api, alice) -> None:
    api(alice).put(URL, {"wanted": False})
    assert api(alice).put(URL, {"wanted": True}).json() == {"wanted": True}
    assert told_by_the_page(project, alice)


@pytest.mark.parametrize("said", [{}, {"wanted": "perhaps"}, {"wanted": None}])
def test_what_is_no_answer_is_refused(api, alice, said) -> None:
    assert api(alice).put(URL, said).status_code == 400
    assert not Tour.objects.exists()
