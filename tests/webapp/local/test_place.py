"""Where private services keep their data."""

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.local.place import LONGEST_SOCKET_FOLDER, ROOT, Place, reachable

NOBODY = pwd.getpwnam("nobody")


def test_it_works(tmp_path: Path) -> None:
    place = Place(tmp_path / "redis")
    place.make()
    assert place.data.is_dir()
    assert place.sockets.is_dir()


@pytest.mark.parametrize("length", [10, 80, 100, 300])
def test_a_socket_always_fits(length: int) -> None:
    assert len(str(Place(Path("/" + "x" * length)).sockets)) <= LONGEST_SOCKET_FOLDER


def test_a_closed_folder_anywhere_above_keeps_others_out(tmp_path: Path) -> None:
    (tmp_path / "closed" / "open").mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    assert not reachable(tmp_path / "closed" / "open", NOBODY)
    assert reachable(Path("/tmp"), NOBODY)


def test_the_file_env_counts_for_services_and_settings_unless_the_environment_says_otherwise(var_dir: Path) -> None:
    shutil.copytree(ROOT / "webapp", var_dir / "webapp", ignore=shutil.ignore_patterns("static", "__pycache__"))
    (var_dir / ".env").write_text("REDIS_URL=redis://from-the-file:6379/0\nLEASE_MINUTES=7\n")
    script = (
        "import os; from webapp import settings; from webapp.local import place;"
        "print(place.ROOT, os.environ['REDIS_URL'], settings.REDIS_URL, settings.LEASE_MINUTES)"
    )
    environment = {**os.environ, "PYTHONPATH": str(var_dir), "LEASE_MINUTES": "8"}
    environment.pop("REDIS_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=var_dir, env=environment, capture_output=True, text=True, check=True
    )
    url = "redis://from-the-file:6379/0"
    assert done.stdout.split() == [str(var_dir), url, url, "8"]
