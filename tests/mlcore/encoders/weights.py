"""Where published weights and data are, for tests that need the real ones."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("TERRASCRIBE_TEST_DATA", Path(__file__).parents[4] / "shared/data"))


def published(name: str) -> Path:
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"{path} is not there: set TERRASCRIBE_TEST_DATA to a folder of test data")
    return path
