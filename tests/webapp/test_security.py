"""Attacks on the site as a whole: headers, hosts, passwords and sessions."""

import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from annotation import exports
from annotation.models import Job
from annotation.tokens import issue
from tests import factories
from webapp.security import ProxyWord, ThrottledBackend, address_of, attempt

pytestmark = pytest.mark.django_db


def test_every_kind_of_answer_carries_the_guards(api, project, samples, alice):
    job = Job.objects.get(pk=exports.request(project, "geojson", alice).job_id)
    job.start()
    exports.run(job)
    scene = project.scenes.get()
    root = f"/api/projects/{project.pk}"
    for address in (
        "/", "/nowhere/", f"/projects/{project.pk}/label/", f"/projects/{project.pk}/samples/{samples[0].pk}/chip.png",
        f"/projects/{project.pk}/scenes/{scene.pk}/0/0/0.png", f"{root}/", f"{root}/tiles/", "/api/projects/0/",
        "/api/docs/", "/admin/login/", f"{root}/exports/{project.exports.get().pk}/download/",
    ):  # fmt: skip
        answer = api(alice).get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy, address
        assert "unsafe-eval" not in policy, address
        assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0], address
        assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"]) == ("nosniff", "DENY"), address
        assert re.search("private|no-store", answer["Cache-Control"]), address


def test_a_download_is_saved_under_a_safe_name_and_never_shown(api, alice, samples):
    project = factories.make_project(alice, name='"; filename="evil.html\\')
    job = Job.objects.get(pk=exports.request(project, "geojson", alice).job_id)
    job.start()
    exports.run(job)
    answer = api(alice).get(f"/api/projects/{project.pk}/exports/{project.exports.get().pk}/download/")
    name = f"terrascribe-project{project.pk}-geojson-{project.exports.get().pk}.zip"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Type"] == "application/zip"


def test_an_unknown_host_is_refused(client):
    assert client.get("/login/", headers={"host": "evil.example.org"}).status_code == 400


def test_a_host_claimed_by_a_proxy_header_is_not_believed(client, alice):
    answer = client.get("/projects/new/", headers={"x-forwarded-host": "evil.example.org"})
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("address", ["/login/", "/admin/login/", "/api/token/", "/nowhere/", "/api/projects/1/scenes/"])
@pytest.mark.parametrize("header", [{}, {"authorization": "Token 0123456789"}, {"cookie": "sessionid=0123456789"}])
def test_files_of_nobody_known_are_refused_unread(client, address, header):
    class Unread:
        def read(self, *_: object) -> bytes:
            raise AssertionError("The body was read.")

        readline = read

    facts = {"CONTENT_LENGTH": "200000000", "wsgi.input": Unread()}
    answer = client.generic("POST", address, b"", "multipart/form-data; boundary=x", headers=header, **facts)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_authenticated")


def test_a_token_is_enough_to_send_files(api, project, bob):
    _, key = issue(bob, name="Script", scope="own")
    body = {"files": SimpleUploadedFile("a.tif", b"x" * 100_000)}
    headers = {"authorization": f"Token {key}"}
    answer = api(None).post(f"/api/projects/{project.pk}/scenes/", body, format="multipart", headers=headers)
    assert answer.status_code == 403  # by the role, not by who he is


def test_a_body_larger_than_any_upload_is_refused_unread(api, project, alice, settings):
    length = settings.UPLOAD_LIMIT_MB * 2**20 + 2**21
    answer = api(alice).generic("POST", f"/api/projects/{project.pk}/scenes/", b"x", CONTENT_LENGTH=str(length))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "upload_too_large")


def guess(client: Client, name: str, password: str = "wrong", address: str = "/login/", **headers: str) -> int:
    """Try a password and return the status."""
    return client.post(address, {"username": name, "password": password}, headers=headers).status_code


def test_guessing_one_password_ends_on_every_door(client, alice, settings):
    for _ in range(settings.LOGIN_FAILURES):
        guess(client, "alice")
    for address in ("/login/", "/admin/login/", "/api/token/"):
        guess(client, "ALICE", factories.PASSWORD, address)
        answer = client.post(
            address, json.dumps({"username": "alice", "password": factories.PASSWORD}), content_type="application/json"
        )
        assert b'{"token"' not in answer.content
    assert "_auth_user_id" not in client.session


def test_one_password_for_many_names_ends_too(client, alice, settings):
    settings.LOGIN_FAILURES = 1
    for number in range(20):
        guess(client, f"user{number}")
    guess(client, "alice", factories.PASSWORD)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("proxies", "enters"), [([], False), (["192.0.2.0/24"], False), (["127.0.0.1"], True), (["127.0.0.0/8"], True)]
)
def test_only_a_proxy_of_ours_says_where_somebody_is(client, alice, settings, proxies, enters):
    settings.TRUSTED_PROXIES = proxies
    for number in range(settings.LOGIN_FAILURES):
        guess(client, "alice", **{"x-forwarded-for": f"198.51.100.{number}, 203.0.113.7"})
    guess(client, "alice", factories.PASSWORD, **{"x-forwarded-for": "203.0.113.7, 192.0.2.1"})
    assert ("_auth_user_id" in client.session) is enters


def test_sixty_guesses_at_once_are_no_more_than_the_limit(alice, rf, settings, monkeypatch):
    looked = []

    def look(*_: object, **__: object) -> None:
        looked.append(1)
        time.sleep(0.05)

    monkeypatch.setattr(ModelBackend, "authenticate", look)
    start = threading.Barrier(60)

    def attempt_login(number: int) -> None:
        start.wait()
        with suppress(PermissionDenied):
            ThrottledBackend().authenticate(rf.post("/login/"), username="alice", password=f"guess {number}")

    with ThreadPoolExecutor(60) as crowd:
        list(crowd.map(attempt_login, range(60)))
    assert len(looked) == settings.LOGIN_FAILURES


def test_sixty_scripts_at_once_ask_for_no_more_tokens_than_the_limit():
    start = threading.Barrier(60)

    def ask(_: int) -> bool:
        start.wait()
        return attempt("token:192.0.2.1", 20, seconds=60)

    with ThreadPoolExecutor(60) as crowd:
        assert sum(crowd.map(ask, range(60))) == 20


def test_right_passwords_are_not_counted(client, alice, settings):
    for _ in range(settings.LOGIN_FAILURES + 2):
        guess(client, "alice", factories.PASSWORD)
        assert client.session.pop("_auth_user_id")
        client.cookies.clear()


def test_an_invented_header_does_not_make_a_request_safe(client, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    header = {"x-forwarded-proto": "https"}
    assert client.get("/login/", headers=header).status_code == 301
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert client.get("/login/", headers=header).status_code == 200


@pytest.mark.parametrize("told", ["", "nobody", "203.0.113.7, ", "192.0.2.1:80, x"])
def test_a_proxy_that_says_no_address_counts_itself(rf, settings, told):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    request = rf.get("/", headers={"x-forwarded-for": told})
    ProxyWord(lambda _: HttpResponse())(request)
    assert address_of(request) == "127.0.0.1"


def test_one_network_of_ipv6_counts_as_one_address(rf):
    several = {address_of(rf.get("/", REMOTE_ADDR=f"2001:db8:1:2::{number:x}")) for number in range(9)}
    assert several == {"2001:db8:1:2::/64"}
    assert address_of(rf.get("/", REMOTE_ADDR="::ffff:192.0.2.1")) == "192.0.2.1"


def test_a_session_from_before_the_login_is_worth_nothing_after_it(client, alice):
    client.get("/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    guess(client, "alice", factories.PASSWORD)
    assert client.cookies["sessionid"].value != session.session_key
    thief = Client()
    thief.cookies["sessionid"] = session.session_key
    assert thief.get("/api/projects/").status_code == 401


def test_who_is_no_longer_active_is_out(api, project, bob):
    client = api(bob)
    bob.is_active = False
    bob.save()
    assert client.get(f"/api/projects/{project.pk}/").status_code == 401


def test_cookies_are_kept_from_scripts_and_other_sites(client, alice):
    guess(client, "alice", factories.PASSWORD)
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"


def test_tokens_and_passwords_are_not_logged(client, alice, caplog):
    guess(client, "alice", "a-secret-password")
    answer = client.post("/api/token/", {"username": "alice", "password": factories.PASSWORD}).json()
    client.get("/api/projects/0/", headers={"authorization": f"Token {answer['token']}"})
    assert not any(secret in caplog.text for secret in ("a-secret-password", factories.PASSWORD, answer["token"]))


def test_every_write_of_a_session_needs_a_csrf_token(project, samples, alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    root = f"/api/projects/{project.pk}"
    for address in ("classes/", "members/", "claim/", "annotations/", "exports/", "model-versions/", "scenes/"):
        assert client.post(f"{root}/{address}", {}, content_type="application/json").status_code == 403
    assert client.post("/login/", {}).status_code == client.post("/logout/").status_code == 403
