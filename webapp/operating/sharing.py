"""Sharing: the folder in which the web processes of a machine add up their counts for Prometheus."""

import os
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

MOST_FILES = 200  # each process leaves two


def share() -> None:
    """Let the processes of this machine add up their counts; the library looks at this when it is imported."""
    default = Path(tempfile.gettempdir(), f"terrascribe-metrics-{os.getuid()}")
    folder = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(default)))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise ImproperlyConfigured(f"{folder} is another user's: set PROMETHEUS_MULTIPROC_DIR to a folder of your own.")
    files = list(folder.glob("*_*.db"))
    if len(files) > MOST_FILES:  # seldom, since counts that shrink look like a restart
        for file in files:
            if not Path("/proc", file.stem.rpartition("_")[2]).exists():
                file.unlink(missing_ok=True)
