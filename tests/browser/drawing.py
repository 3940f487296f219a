"""Drawing: what the tests of boxes and points do with the pointer on a tile of 32 px."""

import re
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Annotation, Project, Sample, Suggestion
from tests import factories

SIDE = 32


def suggest(project: Project, sample: Sample, value: dict[str, Any]) -> Suggestion:
    """Let a published model suggest objects."""
    version = project.model_versions.first() or factories.make_model_version(project)
    named = project.classes.order_by("code").first()
    return Suggestion.objects.create(model_version=version, sample=sample, value=value, label=named, confidence=0.8)


def start(page: Page, project: Project) -> None:
    """Open the labelling page on its first tile."""
    page.goto(reverse("label", args=[project.pk]))
    expect(page.locator("#stage .drawn-objects")).to_have_count(1)
    on_tile(page, 0)


def on_tile(page: Page, column: int) -> None:
    """Wait for the tile of a column in the first row."""
    expect(page.get_by_role("img", name=re.compile(f"column {column}, row 0,"))).to_be_visible()


def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where a point of the tile, in its pixels, is in the window."""
    box = page.locator("#stage .drawn-objects").first.bounding_box()
    assert box
    return box["x"] + x / SIDE * box["width"], box["y"] + y / SIDE * box["height"]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag from one point of the tile to another."""
    page.mouse.move(*spot(page, *start))
    page.mouse.down()
    page.mouse.move(*spot(page, *end), steps=4)
    page.mouse.up()


def click(page: Page, x: float, y: float) -> None:
    """Click a point of the tile."""
    page.mouse.click(*spot(page, x, y))


def told(page: Page, words: str) -> None:
    """Wait until the panel says how many objects there are."""
    expect(page.locator("#objects")).to_have_text(words)


def saved(page: Page, sample: Sample, key: str = "Enter") -> dict[str, Any]:
    """Save by a key, wait until the answer has arrived and return its value."""
    with page.expect_response("**/annotations/"):
        page.keyboard.press(key)
    value: dict[str, Any] = Annotation.objects.filter(sample=sample).latest("pk").value
    return value
