"""Ground that several sensors saw on several dates, for the label page, and what its panes show of it."""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from django.urls import reverse
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from annotation.ingest import Status, Wishes, ingest_files
from annotation.models import Project, Scene
from tests.rasters import write_raster

SHOTS = os.environ.get("SHOTS")
SCENES = [("march", 7, "2021-03-01"), ("may", 7, "2021-05-01"), ("drone", 3, "2021-05-03")]


def add_scenes(
    project: Project,
    folder: Path,
    scenes: list[tuple[str, int, str]] = SCENES,
    *,
    size: tuple[int, int] = (96, 128),
) -> list[Scene]:
    """Add scenes of the same ground, by name, number of bands and day."""
    made: list[Scene] = []
    for name, bands, day in scenes:
        path = write_raster(folder / f"{name}.tif", ground(bands, *size, seed=len(made)))
        (result,) = ingest_files(project, [path], Wishes(), report=lambda *_: None)
        assert result.status is Status.ACCEPTED, result.message
        made.append(Scene.objects.filter(project=project).latest("pk"))
        made[-1].set_moment(datetime.fromisoformat(day).replace(tzinfo=UTC))
        made[-1].save()
    return made


def ground(bands: int, height: int, width: int, *, seed: int) -> NDArray[np.uint16]:
    """Return waves and grain, other ones for each seed."""
    grain = np.random.default_rng(seed).normal(0, 60, (bands, height, width))
    rows, columns = np.mgrid[:height, :width]
    waves = np.sin(columns / 9 + seed) + np.cos(rows / 7 - seed)
    levels = 1200 + 400 * waves[None] * np.linspace(0.5, 1.5, bands)[:, None, None]
    return np.clip(levels + grain, 1, None).astype(np.uint16)


def start(page: Page, project: Project) -> None:
    page.goto(reverse("label", args=[project.pk]))
    expect(panes(page)).to_have_count(1)
    expect(page.locator("#stage")).not_to_have_class(re.compile("empty"))


def panes(page: Page) -> Locator:
    return page.locator("#panes .pane")


def titles(page: Page) -> Locator:
    return page.locator(".pane-title")


def pictures(page: Page) -> list[str]:
    """Return the addresses of the pictures on the screen, pane by pane."""
    shown: list[str] = page.locator("img.tile-picture").evaluate_all("all => all.map(one => one.src)")
    return shown


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    for _ in range(200):
        if holds():
            return
        page.wait_for_timeout(25)
    raise AssertionError("It never came about.")


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=f"{SHOTS}/{name}.png")
