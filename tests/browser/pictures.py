"""The README's pictures: taken by the loop's test when TERRASCRIBE_SCREENSHOTS is set, after labels at a human pace."""

import os
import random
import time
from pathlib import Path

from django.contrib.auth import get_user_model
from PIL import Image
from playwright.sync_api import Page, expect

from annotation.labeling import Answer, claim, submit
from annotation.models import Job, Project
from tests.browser.eye import Eye
from webapp.tasks import dispatch

WANTED = bool(os.environ.get("TERRASCRIBE_SCREENSHOTS"))
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
LABELS = 60
WINDOW = {"viewport": {"width": 1280, "height": 760}, "device_scale_factor": 1.5} if WANTED else {}
MOST_BYTES = 400_000


def label_beforehand(project: Project, eye: Eye) -> None:
    """Label as a person would who takes two or three seconds a tile and follows the model's questions."""
    wait_for_jobs(project)
    user = get_user_model().objects.get()
    pace = random.Random(0)
    for number in range(LABELS):
        (lease,) = claim(project, user, count=1).queue[:1]
        tile = lease.sample.tile
        submit(lease.sample, user, Answer(label=eye.name(tile.column, tile.row), seconds=pace.uniform(1.4, 3.8)))
        if number % 5 == 4:
            wait_for_jobs(project)


def wait_for_jobs(project: Project) -> None:
    """Wait until the workers have done what is to do."""
    dispatch(project.pk)
    deadline = time.monotonic() + 120
    while project.jobs.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists():
        assert time.monotonic() < deadline, list(project.jobs.values("kind", "state", "error"))
        time.sleep(0.05)


def take_labelling(page: Page) -> None:
    """Take the labelling view: a tile that is no audit and has a suggestion."""
    expect(page.get_by_role("complementary", name="Your answer").get_by_text("Suggestion")).to_be_visible()
    take(page, "labelling")


def take_project(page: Page) -> None:
    """Take the project page with the tiles in the colours of the suggested classes."""
    page.get_by_role("radio", name="Class").click()
    page.mouse.move(0, 0)
    take(page, "project")


def take(page: Page, name: str) -> None:
    """Write a picture of the window, in few enough colours to be small."""
    page.wait_for_load_state("networkidle")
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.FLOYDSTEINBERG)
    small.save(path, optimize=True)
    assert path.stat().st_size < MOST_BYTES, f"{path.name} has {path.stat().st_size} bytes"
