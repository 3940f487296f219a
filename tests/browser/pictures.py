"""The README's pictures: taken by the loop's test when TERRASCRIBE_SCREENSHOTS is set, after labels at a human pace."""

import os
import random
from io import BytesIO
from itertools import count
from pathlib import Path

import numpy as np
from django.contrib.auth import get_user_model
from PIL import Image
from playwright.sync_api import Page, expect

from annotation.labeling import Answer, claim, release_leases, submit
from annotation.models import Project
from tests import processes
from tests.browser.eye import Eye
from webapp.tasks import dispatch

WANTED = bool(os.environ.get("TERRASCRIBE_SCREENSHOTS"))
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
LABELS = 60
VARIED = 14.0  # standard deviation of a tile's colours
WINDOW = {"viewport": {"width": 1280, "height": 760}} if WANTED else {}
MOST_BYTES = 400_000
SMALL_BYTES = 200_000
STEPS = (1, 2, 4, 6, 8)  # of grey levels


def label_beforehand(project: Project, eye: Eye) -> None:
    """Label as a person would who takes two or three seconds a tile, until a varied tile is next."""
    processes.wait_for_jobs(project)
    user = get_user_model().objects.get()
    pace = random.Random(0)
    for number in count():
        (lease,) = claim(project, user, count=1).queue[:1]
        tile = lease.sample.tile
        audit = hasattr(lease.sample, "audit")
        if number >= LABELS and not audit and eye.contrast(tile.column, tile.row) > VARIED:
            break
        submit(
            lease.sample, user, Answer(value={"class": eye.name(tile.column, tile.row)}, seconds=pace.uniform(1.4, 3.8))
        )
        if number % project.refit_every == project.refit_every - 1:
            work(project)
    work(project)
    release_leases(project, user)


def work(project: Project) -> None:
    """Let the workers learn from what was said."""
    dispatch(project.pk)
    processes.wait_for_jobs(project)


def take_labelling(page: Page) -> None:
    """Take the labelling view with its suggestion and its reason."""
    panel = page.get_by_role("complementary", name="Your answer")
    expect(panel.get_by_text("Suggestion")).to_be_visible()
    expect(panel.get_by_text("Why this tile")).to_be_visible()
    take(page, "labelling")


def take_project(page: Page) -> None:
    """Take the project page with the tiles coloured by the model's confidence."""
    page.get_by_role("radio", name="Confidence").click()
    page.mouse.move(0, 0)
    take(page, "project")


def take(page: Page, name: str) -> None:
    """Write a picture of the window, as finely graded as a file of its size may be."""
    page.wait_for_load_state("networkidle")
    FOLDER.mkdir(parents=True, exist_ok=True)
    levels = np.asarray(Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")).astype(int)
    for step in STEPS:
        data = BytesIO()
        graded = np.clip(np.round(levels / step) * step, 0, 255).astype(np.uint8)
        Image.fromarray(graded).save(data, "PNG", optimize=True)
        if data.tell() <= MOST_BYTES:
            break
    assert data.tell() <= MOST_BYTES, f"{name}.png has {data.tell()} bytes"
    (FOLDER / f"{name}.png").write_bytes(data.getvalue())


def take_small(page: Page, name: str) -> None:
    """Write a picture of the window that may lose a little, for pages with many."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)  # what is drawn on canvases comes after
    window = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    for quality in (90, 80, 70, 60):
        data = BytesIO()
        window.save(data, "WEBP", quality=quality, method=6)
        if data.tell() <= SMALL_BYTES:
            break
    assert data.tell() <= SMALL_BYTES, f"{name}.webp has {data.tell()} bytes"
    (FOLDER / f"{name}.webp").write_bytes(data.getvalue())
