"""Who can reach `make run`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.local.errors import Exposed
from webapp.local.exposure import DEVELOPMENT_SECRET, refuse_exposure

OWN = {"SECRET_KEY": "x" * 50, "DEMO_PASSWORD": "of our own"}


def test_it_works(var_dir: Path) -> None:
    unset = ("SECRET_KEY", "DEMO_PASSWORD", "DEBUG", "PORT")
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run(
        [sys.executable, "-m", "webapp.local.run"],
        env={**inherited, "VAR_DIR": str(var_dir), "HOST": "0.0.0.0", "PORT": "8399"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("HOST=0.0.0.0 lets other machines in, but SECRET_KEY is the development one")
    assert "DEMO_PASSWORD" in done.stderr
    assert not (var_dir / "postgres").exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.8.8.8"])
def test_this_machine_alone_may_have_what_anybody_can_read(host: str) -> None:
    refuse_exposure(host, {})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "label.example.org"])
@pytest.mark.parametrize(
    ("environment", "fault"),
    [
        ({}, "SECRET_KEY.*DEMO_PASSWORD"),
        ({**OWN, "SECRET_KEY": DEVELOPMENT_SECRET}, "SECRET_KEY"),
        ({**OWN, "DEMO_PASSWORD": "demo"}, "DEMO_PASSWORD"),
        ({"SECRET_KEY": OWN["SECRET_KEY"]}, "DEMO_PASSWORD"),
    ],
)
def test_others_may_not(host: str, environment: dict[str, str], fault: str) -> None:
    with pytest.raises(Exposed, match=fault):
        refuse_exposure(host, environment)


@pytest.mark.parametrize(
    "environment", [OWN, {**OWN, "DEMO_PASSWORD": ""}, {"SECRET_KEY": OWN["SECRET_KEY"], "DEBUG": "false"}]
)
def test_with_secrets_of_its_own_it_may(environment: dict[str, str]) -> None:
    refuse_exposure("0.0.0.0", environment)
