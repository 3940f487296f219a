"""Real QGIS, from the distribution's packages, without a screen."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PYTHON = "/usr/bin/python3"  # of the distribution, for which its bindings are made


def has_qgis() -> bool:
    """Return whether the distribution's Python has QGIS."""
    if not shutil.which(PYTHON):
        return False
    return not subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False).returncode


@pytest.fixture
def in_qgis(tmp_path: Path) -> Callable[..., Any]:
    """Return what runs a script beside this file in QGIS and returns the JSON that it prints last."""
    if not has_qgis():
        pytest.skip("QGIS is not installed here: apt-get install --no-install-recommends python3-qgis qgis-providers.")

    def run(script: str, *arguments: Any, told: Any = None) -> Any:
        home = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
        place = Path(__file__).with_name(script)
        command = [PYTHON, "-X", "faulthandler", str(place), *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, text=True, env=home, timeout=240, check=False, input=json.dumps(told)
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run
