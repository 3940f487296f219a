"""The set-up script where it may not install packages."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "webapp" / "local" / "bootstrap.sh"


@pytest.fixture
def bare_machine(var_dir: Path) -> Path:
    """Make a folder with the script and the programs of a machine that lacks Redis, Node and sudo."""
    (var_dir / "webapp" / "local").mkdir(parents=True)
    shutil.copy(SCRIPT, var_dir / "webapp" / "local")
    for name in ("bash", "dirname", "id", "mkdir", "cat", "grep"):
        (var_dir / name).symlink_to(shutil.which(name))
    return var_dir


def test_without_root_it_names_the_packages_and_installs_nothing(bare_machine: Path) -> None:
    user = "nobody" if os.geteuid() == 0 else None
    done = subprocess.run(
        [bare_machine / "bash", bare_machine / "webapp" / "local" / SCRIPT.name, "run"],
        env={"PATH": str(bare_machine), "VAR_DIR": str(bare_machine / "var")},
        user=user,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    line = done.stderr.splitlines()[-1]
    assert line.strip().startswith("sudo apt-get install ")
    assert {"redis-server", "nodejs", "npm"} <= set(line.split())
    assert not (bare_machine / "var").exists()


def test_a_purpose_it_does_not_know_is_refused() -> None:
    done = subprocess.run(["bash", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "run, test or samples" in done.stderr
