"""Services are up while somebody uses them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.local.place import Place
from webapp.local.redis import Redis

COMMAND = [sys.executable, "-m", "webapp.local.services"]
READY = [sys.executable, "-c", "print('ready', flush=True); input()"]
# Redis alone stands for both: starting it takes no time.
NO_DATABASE = "postgis://nobody@/nowhere"


@pytest.fixture
def environment(var_dir: Path) -> Iterator[dict[str, str]]:
    environment = {**os.environ, "VAR_DIR": str(var_dir), "DATABASE_URL": NO_DATABASE}
    environment.pop("REDIS_URL", None)
    yield environment
    Redis(Place(var_dir / "redis")).stop()


def is_up(var_dir: Path) -> bool:
    return Redis(Place(var_dir / "redis")).running()


def user_of_services(environment: dict[str, str]) -> subprocess.Popen[str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen([*COMMAND, "with", *READY], env=environment, start_new_session=True, **pipes)
    assert process.stdout and process.stdout.readline() == "ready\n"
    return process


def test_it_works(environment: dict[str, str], var_dir: Path) -> None:
    done = subprocess.run([*COMMAND, "with", sys.executable, "-c", "exit(3)"], env=environment, check=False)
    assert done.returncode == 3
    assert not is_up(var_dir)


def test_the_last_user_stops_them(environment: dict[str, str], var_dir: Path) -> None:
    first, second = user_of_services(environment), user_of_services(environment)
    first.communicate("\n")
    assert is_up(var_dir)
    second.communicate("\n")
    assert not is_up(var_dir)


def test_a_killed_user_counts_no_more(environment: dict[str, str], var_dir: Path) -> None:
    killed = user_of_services(environment)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert is_up(var_dir)
    subprocess.run([*COMMAND, "with", "true"], env=environment, check=True)
    assert not is_up(var_dir)


def test_up_leaves_them_up_until_down(environment: dict[str, str], var_dir: Path) -> None:
    subprocess.run([*COMMAND, "up"], env=environment, check=True)
    subprocess.run([*COMMAND, "with", "true"], env=environment, check=True)
    assert is_up(var_dir)
    subprocess.run([*COMMAND, "down"], env=environment, check=True)
    assert not is_up(var_dir)


def test_down_leaves_them_to_who_uses_them(environment: dict[str, str], var_dir: Path) -> None:
    user = user_of_services(environment)
    subprocess.run([*COMMAND, "down"], env=environment, check=True)
    assert is_up(var_dir)
    user.communicate("\n")
    assert not is_up(var_dir)


def test_a_wrong_word_shows_the_right_ones(environment: dict[str, str]) -> None:
    done = subprocess.run([*COMMAND, "sideways"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "up" in done.stderr
