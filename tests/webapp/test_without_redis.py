"""Redis is for speed: without it people label, and what was asked for meanwhile is done when it is back."""

import time
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache, caches
from django.test import Client
from rest_framework.test import APIClient

from annotation.models import Annotation, Job, Project, Sample
from tests.factories import PASSWORD
from webapp import tasks
from webapp.cache import LEAVE_ALONE_SECONDS, ForgetfulClient, away, reachable

NOWHERE = "unix:///nowhere/redis.sock?db=0"


@pytest.fixture
def without_redis(settings) -> None:
    settings.CACHES = {
        **settings.CACHES,
        **{name: {**settings.CACHES[name], "LOCATION": NOWHERE} for name in ("default", "brake")},
    }


def back(name: str, settings) -> None:
    """Let Redis answer again."""
    client: ForgetfulClient = caches[name]._cache
    client._client._servers = [settings.REDIS_URL]
    client._client._pools.clear()
    client._client._lasting.clear()
    client.failed_at = time.monotonic() - 2 * LEAVE_ALONE_SECONDS


def test_it_works(
    without_redis: None, project: Project, samples: list[Sample], bob: AbstractBaseUser, client: Client
) -> None:
    client.force_login(bob)
    began = time.monotonic()
    claim = client.post(f"/api/projects/{project.pk}/claim/", {"count": 2}, content_type="application/json")
    assert claim.status_code == 200, claim.content
    assert claim.json()["pauses"] is True
    said = {"sample": claim.json()["queue"][0]["sample"], "label": 1}
    answer = client.post(f"/api/projects/{project.pk}/annotations/", said, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert client.get(f"/api/projects/{project.pk}/progress/").json()["pauses"] is True
    assert client.get("/").status_code == 200
    assert time.monotonic() - began < 5
    assert Annotation.objects.get().author == bob


def test_what_was_asked_for_meanwhile_is_sent_when_it_is_back(
    without_redis: None,
    project: Project,
    samples: list[Sample],
    monkeypatch: pytest.MonkeyPatch,
    settings,
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(tasks.run_job, "apply_async", lambda arguments, **_: sent.append(arguments[0]))
    waiting = list(Job.objects.unsent().order_by("id").values_list("pk", flat=True))
    assert waiting
    assert (tasks.dispatch(), sent, away()) == (0, [], True)
    back("default", settings)
    tasks.sweep()
    assert (sent, away()) == (waiting, False)


def test_with_redis_nothing_pauses(
    project: Project, samples: list[Sample], bob: AbstractBaseUser, api: Callable[..., APIClient]
) -> None:
    claim = api(bob).post(f"/api/projects/{project.pk}/claim/", {"count": 2})
    assert claim.json()["pauses"] is False
    assert reachable()


def test_wrong_passwords_are_braked_without_it(
    without_redis: None, bob: AbstractBaseUser, client: Client, settings
) -> None:
    caches["process"].clear()
    for _ in range(settings.LOGIN_FAILURES):
        assert not client.login(username="bob", password="wrong")
    assert not client.login(username="bob", password=PASSWORD)
    caches["process"].clear()
    assert client.login(username="bob", password=PASSWORD)


def test_who_logged_out_meanwhile_stays_out_when_it_is_back(bob: AbstractBaseUser, client: Client, settings) -> None:
    client.force_login(bob)
    assert client.get("/").status_code == 200
    key = client.session.session_key
    redis = caches["default"]._cache._client
    servers, redis._servers = redis._servers, [NOWHERE]
    redis._pools.clear()
    client.get("/logout/")
    client.post("/logout/")
    redis._servers = servers
    back("default", settings)
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert client.get("/").status_code == 302


def test_the_cache_keeps_json_and_runs_nothing_of_what_it_reads(settings) -> None:
    cache.set("figures", {"labels": [1, 2.5, None, "three"]})
    assert cache.get("figures") == {"labels": [1, 2.5, None, "three"]}
    raw = caches["default"]._cache._client.get_client(write=True)
    raw.set(":1:figures", b"\x80\x05\x95not json")
    assert cache.get("figures", "nothing") in (None, "nothing")


@pytest.mark.parametrize(
    "call", [("get_many", ["a"]), ("has_key", "a"), ("touch", "a"), ("delete_many", ["a"]), ("clear",)]
)
def test_each_call_takes_it_for_empty(without_redis: None, call: tuple) -> None:
    name, *arguments = call
    assert not getattr(cache, name)(*arguments)
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")
