"""Real imagery of each modality on the label page: taken in, arranged in panes, and looked at."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from annotation.ingest import Wishes, ingest_files
from annotation.models import Project, Sample
from tests import factories
from tests.browser.pictures import WANTED, take_small

Panes = Sequence[tuple[str, str]]  # what is in the title of a pane beside its view, and the view


def take_in(project: Project, *paths: Path, acquired: date | None = None) -> None:
    """Ingest files that all have to be accepted."""
    results = list(ingest_files(project, paths, Wishes(acquired=acquired), report=lambda *_: None))
    assert results
    assert {result.status for result in results} == {"accepted"}, results


def show(page: Page, sample: Sample, panes: Panes) -> None:
    """Open the label page on a sample, with these panes."""
    factories.make_round(sample.project, [sample])
    page.goto(reverse("label", args=[sample.project_id]))
    expect(page.locator("#view")).not_to_be_empty()
    for number, (scene, view) in enumerate(panes):
        if number:
            page.keyboard.press("/")
        expect(titles(page)).to_have_count(number + 1)
        go_through(page, titles(page).nth(number), scene, "vt")
        go_through(page, page.locator("#view"), view, "b")


def titles(page: Page) -> Locator:
    """Return the titles of the panes."""
    return page.locator(".pane-title")


def go_through(page: Page, said: Locator, wanted: str, keys: str) -> None:
    """Press keys, each until it brings nothing new, until something is said."""
    seen = list[str]()
    for key in keys:
        tried = list[str]()
        while wanted not in (text := said.inner_text()):
            if text in tried:
                break
            tried.append(text)
            page.keyboard.press(key)
            wait_for_other(page, said, text)
        else:
            return
        seen += tried
    raise AssertionError(f"{wanted} is none of {seen}")


def wait_for_other(page: Page, said: Locator, text: str) -> None:
    """Wait until something else is said, which may never be."""
    for _ in range(300):
        if said.inner_text() != text:
            return
        page.wait_for_timeout(50)


def inspect(page: Page) -> Locator:
    """Open what is at the cursor, and return it."""
    page.keyboard.press("i")
    panel = page.get_by_role("region", name="At the cursor")
    expect(panel.get_by_role("table").or_(panel.get_by_role("img")).first).to_be_visible()
    return panel


def tile_at(project: Project, across: float = 0.5, down: float = 0.5) -> Sample:
    """Return the sample nearest to a place, in shares of the columns and rows that there are."""
    samples = list(project.samples.select_related("tile", "project"))
    columns, rows = ([getattr(each.tile, name) for each in samples] for name in ("column", "row"))
    column, row = (min(all_) + share * (max(all_) - min(all_)) for all_, share in ((columns, across), (rows, down)))
    return min(samples, key=lambda each: (each.tile.column - column) ** 2 + (each.tile.row - row) ** 2)


def places_of(page: Page) -> list[str]:
    """Return the addresses of the pictures on the screen, pane by pane."""
    shown: list[str] = page.locator("img.tile-picture").evaluate_all("all => all.map(one => one.src)")
    return shown


def picture(page: Page, name: str) -> None:
    """Hold the page to what holds of any, and take its picture where pictures are wanted."""
    expect(page.locator(".pane-fault:visible, [role=alert]:visible")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if WANTED:
        take_small(page, f"desk-{name}")
