"""/api/keyboard/: each person's keys, which trade places."""

import json
import re

import pytest
from django.test import Client

URL = "/api/keyboard/"
pytestmark = pytest.mark.django_db


def test_it_works(api, alice, bob) -> None:
    client = api(alice)
    assert client.get(URL).json() == {"keys": {}}
    traded = {"s": "Shift+j", "Shift+j": "s"}
    assert client.put(URL, {"keys": traded}).json() == {"keys": traded}
    assert client.get(URL).json() == {"keys": traded}
    assert api(bob).get(URL).json() == {"keys": {}}


def test_what_trades_with_itself_is_not_kept(api, alice) -> None:
    assert api(alice).put(URL, {"keys": {"a": "a", "Ctrl+z": "+", "+": "Ctrl+z"}}).json()["keys"] == {
        "Ctrl+z": "+", "+": "Ctrl+z",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"a": "b"}, "A key would be lost"),
        ({"a": "b", "c": "b", "b": "a"}, "A key would be lost"),
        ({"a": "Escape", "Escape": "a"}, "Escape keeps its meaning"),
        ({"a": "two words", "two words": "a"}, "is no key"),
        ({"a": "<b>", "<b>": "a"}, "is no key"),
        ({chr(500 + i): chr(500 + (i + 1) % 300) for i in range(300)}, "At most 200 keys"),
    ],
)
def test_a_choice_that_loses_keys_is_refused_and_changes_nothing(api, alice, keys, said) -> None:
    client = api(alice)
    client.put(URL, {"keys": {"a": "b", "b": "a"}})
    answer = client.put(URL, {"keys": keys})
    assert (answer.status_code, said in str(answer.json())) == (400, True)
    assert client.get(URL).json() == {"keys": {"a": "b", "b": "a"}}


def test_pages_are_given_the_keys(project, api, alice) -> None:
    api(alice).put(URL, {"keys": {"a": "b", "b": "a"}})
    client = Client()
    client.force_login(alice)
    page = client.get(f"/projects/{project.pk}/").content.decode()
    (given,) = re.findall(r'<script id="keys" type="application/json">(.*?)</script>', page)
    assert json.loads(given) == {"a": "b", "b": "a"}
