"""The demo's imagery, as the setup fetches it."""

from pathlib import Path

import pytest
from django.conf import settings

from annotation.demo.imagery import CROWNS, CUBE, LANDSAT, PELICANS


def sample_folder() -> Path:
    """Return the folder with all imagery of the demo, or skip the test."""
    if not has_samples():
        pytest.skip("the demo's imagery is not installed: make samples")
    return settings.SAMPLES_DIR


def has_samples() -> bool:
    """Return whether each file of the demo is there."""
    return all(any(Path(settings.SAMPLES_DIR).rglob(name)) for name in (LANDSAT, CROWNS, PELICANS, CUBE))
