"""docker-compose.yml: every secret must be given, and Redis lets in nobody without its password."""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from redis import Redis
from redis.exceptions import AuthenticationError, ConnectionError

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
PASSWORD = "5f3a9c0d" * 8
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD")


@pytest.mark.parametrize("name", SECRETS)
def test_it_works(name: str) -> None:
    given = re.findall(rf"\$\{{{name}([^}}]*)\}}", TEXT)
    assert given and all(rest.startswith(":?Set ") for rest in given)  # without it, compose says so and starts nothing


def test_the_command_that_writes_secrets_names_them_all() -> None:
    command = next(line for line in TEXT.splitlines() if "openssl rand -hex 32" in line).lstrip("# ")
    assert f"for name in {' '.join(SECRETS)};" in command
    assert command in (ROOT / "README.md").read_text()


def test_everything_of_ours_reaches_redis_with_the_password() -> None:
    ours = [service for service in SERVICES.values() if service.get("image") == "terrascribe"]
    urls = {service["environment"]["REDIS_URL"] for service in ours}
    assert len(ours) == 7 and len(urls) == 1
    assert re.fullmatch(r"redis://:\$\{REDIS_PASSWORD:\?[^}]+\}@redis:6379/0", urls.pop())


@pytest.fixture
def redis() -> Iterator[str]:
    """Start Redis by the command of the container, on a socket of its own, and return where that is."""
    shell, flag, line = SERVICES["redis"]["command"]
    with tempfile.TemporaryDirectory() as folder:
        place = f"{folder}/redis.sock"
        options = f" --port 0 --unixsocket {place} --dir {folder} --daemonize no --loglevel warning"
        environment = {**os.environ, "REDISCLI_AUTH": PASSWORD}
        process = subprocess.Popen([shell, flag, line.replace("$$", "$") + options], env=environment)
        deadline = time.monotonic() + 30
        while not Path(place).exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        yield place
        process.terminate()
        process.wait()


def test_redis_lets_in_nobody_without_the_password(redis: str) -> None:
    assert Redis(unix_socket_path=redis, password=PASSWORD).ping()
    for wrong in (None, "password"):
        with pytest.raises((AuthenticationError, ConnectionError)):
            Redis(unix_socket_path=redis, password=wrong).ping()
    assert Redis(unix_socket_path=redis, password=PASSWORD).config_get("appendonly")["appendonly"] == "yes"


@pytest.mark.parametrize(("password", "well"), [(PASSWORD, True), ("password", False), ("", False)])
def test_its_health_is_told_by_whether_it_can_be_used(redis: str, password: str, well: bool) -> None:
    _, line = SERVICES["redis"]["healthcheck"]["test"]
    environment = {**os.environ, "REDISCLI_AUTH": password}
    asked = subprocess.run(line.replace("redis-cli", f"redis-cli -s {redis}"), shell=True, env=environment, check=False)
    assert (asked.returncode == 0) is well


def test_no_list_of_processes_shows_the_password(redis: str) -> None:
    shown = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if os.access(path, os.R_OK)]
    assert PASSWORD.encode() not in b"".join(shown)
