"""What a configuration may not be."""

import os
import subprocess
import sys

import pytest
from django.core import checks

from webapp.checks import BOUNDS, bucket_is_there, files_can_be_kept

PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": "a-long-random-text-that-nobody-will-ever-guess-0123456789",
    "ALLOWED_HOSTS": "label.example.org",
}

NOT_INHERITED = {"DEBUG", "SECRET_KEY", "DJANGO_ALLOW_ASYNC_UNSAFE"}  # the last is of the tests in a browser


def errors() -> set[str]:
    return {message.id for message in checks.run_checks() if message.level >= checks.ERROR}


def check(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Django's checks in a process with this configuration."""
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    command = [sys.executable, "manage.py", "check", *options]
    return subprocess.run(command, env={**inherited, **environment}, capture_output=True, text=True, check=False)


def test_it_works(settings) -> None:
    settings.DEVELOPMENT = True
    assert errors() == set()


def test_production_works_with_secrets_of_its_own() -> None:
    done = check(**PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_production_passes_the_deployment_checks_of_django() -> None:
    done = check("--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_production_refuses_to_start_with_the_development_secret() -> None:
    done = check(DEBUG="false", ALLOWED_HOSTS="label.example.org")
    assert done.returncode == 1
    assert "SECRET_KEY is not set" in done.stderr


@pytest.mark.parametrize(
    ("changed", "check_id"),
    [
        ({"DEVELOPMENT": True, "ALLOWED_HOSTS": ["label.example.org"]}, "webapp.E001"),
        ({"DEVELOPMENT": False, "SECRET_KEY": "short"}, "webapp.E002"),
        ({"DEVELOPMENT": False, "ALLOWED_HOSTS": ["*"]}, "webapp.E003"),
        ({"DEVELOPMENT": False, "DEMO_PASSWORD": "demo"}, "webapp.E004"),
        *(({name: most + 1}, "webapp.E005") for name, (_, most) in BOUNDS.items()),
    ],
)
def test_an_unsafe_or_impossible_setting_is_refused(changed: dict[str, object], check_id: str, settings) -> None:
    for name, value in changed.items():
        setattr(settings, name, value)
    assert check_id in errors()


def test_encoders_that_cannot_be_used_are_said(settings, tmp_path) -> None:
    settings.ENCODERS_DIR = tmp_path
    (tmp_path / "bad.pt").write_bytes(b"\x80\x02cos\nsystem\n.")
    (tmp_path / "README.md").write_text("Weights.")
    (message,) = [message for message in checks.run_checks() if message.id == "webapp.W003"]
    assert "'bad.pt': bad.pt is a bare pickle, which could run code" in message.msg
    assert "docs/model.md" in message.hint
    settings.ENCODERS_DIR = tmp_path / "nothing"
    (message,) = [message for message in checks.run_checks() if message.id == "webapp.W002"]
    assert "which isn't a folder" in message.msg


def test_a_missing_leaflet_is_said(settings, tmp_path) -> None:
    settings.NODE_MODULES = tmp_path
    assert "webapp.W001" in {message.id for message in checks.run_checks()}


def test_a_bucket_that_is_none_stops_the_start(settings) -> None:
    settings.STORAGE_URL = "https://example.org/bucket"
    (told,) = files_can_be_kept(None)
    assert (told.id, "write s3://BUCKET" in told.msg) == ("webapp.E007", True)
    assert bucket_is_there(None) == []


def test_a_bucket_that_is_not_there_stops_the_start(bucket, settings) -> None:
    assert bucket_is_there(None) == []
    settings.STORAGE_URL = "s3://there-is-none"
    (told,) = bucket_is_there(None)
    assert (told.id, "no such bucket" in told.msg, "docs/storage.md" in told.hint) == ("webapp.E008", True, True)
