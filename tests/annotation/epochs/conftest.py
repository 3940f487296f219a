"""What the tests of epochs share."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from affine import Affine

from annotation.models import Project, Scene
from tests import factories
from tests.rasters import UTM_ORIGIN


@pytest.fixture
def acquire(project: Project, tmp_path: Path) -> Callable[..., Scene]:
    """Return a function that adds a scene of 4 x 3 tiles, shifted by columns, acquired on some day."""

    def add(day: date | None, *, bands: int = 3, shift: int = 0, dtype: str = "uint8") -> Scene:
        number = project.scenes.count()
        transform = UTM_ORIGIN * Affine.translation(32 * shift, 0)
        scene = factories.make_scene(
            project, tmp_path, name=f"s{number}", size=(bands, 96, 128 + 0), transform=transform, nodata=250 + number
        )
        scene.set_moment(day)
        scene.save()
        return scene

    return add
