"""The demo: projects of each kind on a real Landsat 7 scene of the Great Salt Lake, with nothing labelled."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction

from annotation.errors import JobFailed, NotReady
from annotation.ingest import Status, Wishes, ingest_files
from annotation.models import Project
from annotation.projects import create_project
from annotation.tasks import get_task

SCENE = "landsat.tif"
SENSOR = "landsat7-etm"
PROJECTS = {
    "Great Salt Lake land cover": "classes",
    "Great Salt Lake segmentation": "masks",
    "Great Salt Lake, what is in a tile": "tags",
    "Great Salt Lake share of water": "amount",
}
OPTIONS = {
    "amount": {"name": "Share of water", "unit": "%", "low": 0, "high": 100, "step": 5, "tolerance": 10},
}
DESCRIPTION = (
    "Landsat 7 ETM+, seven bands of uncalibrated 8-bit numbers, 30 m, date unknown. "
    "Nothing is labelled beforehand: every label is yours."
)
CLASSES = (  # colours told apart with any kind of colour vision (Okabe and Ito 2008, Tol 2021)
    {"name": "Open water", "colour": "#0072b2", "hotkey": "1"},
    {"name": "Salt pond", "colour": "#cc79a7", "hotkey": "2"},
    {"name": "Wetland and vegetation", "colour": "#009e73", "hotkey": "3"},
    {"name": "Bare ground", "colour": "#e69f00", "hotkey": "4"},
    {"name": "Salt flat", "colour": "#f0e442", "hotkey": "5"},
    {"name": "Built-up", "colour": "#d55e00", "hotkey": "6"},
    {"name": "Mountain", "colour": "#882255", "hotkey": "7"},
)


def load() -> list[Project]:
    """Make the demo account and its projects, all or nothing; return the new projects, none the second time.

    Whoever removed a demo project meant it: it does not come back as long as the account exists.

    Raises:
        NotReady: the sample scene is not installed.
    """
    if get_user_model().objects.filter(username=settings.DEMO_USER).exists():
        return []
    scene = find_scene(settings.SAMPLES_DIR)
    with transaction.atomic():
        user = _make_user()
        return [_make_project(user, name, task, scene) for name, task in PROJECTS.items()]


def find_scene(folder: Path) -> Path:
    """Return the sample scene, wherever its wheel keeps it."""
    paths = sorted(Path(folder).rglob(SCENE))
    if not paths:
        raise NotReady(f"The sample scene {SCENE} is not below {folder}; install it with: make samples")
    return paths[0]


def _make_user() -> AbstractUser:
    """Make an account that may enter the admin site; what it sees there follows from its role in a project."""
    return get_user_model().objects.create_user(settings.DEMO_USER, password=settings.DEMO_PASSWORD, is_staff=True)


def _make_project(user: AbstractUser, name: str, task: str, scene: Path) -> Project:
    classes = CLASSES if get_task(task).fewest_classes else ()
    kind: dict[str, Any] = {"task": task, "task_options": OPTIONS.get(task, {})}
    project = create_project(user, name=name, description=DESCRIPTION, tile_px=64, classes=classes, **kind)
    wishes = Wishes(sensor=SENSOR, name="Great Salt Lake, Landsat 7")
    for result in ingest_files(project, [scene], wishes, report=lambda name, share, message: None):
        if result.status is Status.REFUSED:
            raise JobFailed(f"The demo scene could not be taken in: {result.message}")
    return project
