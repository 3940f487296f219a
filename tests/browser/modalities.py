"""Real imagery of each modality on the label page: taken in, arranged in panes, and looked at."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from annotation import jobs
from annotation.ingest import Place, Wishes, ingest_files, request_place
from annotation.models import Project, Sample, Scene
from mlcore.sensors import Band, Sensor
from tests import factories
from tests.browser.dated import titles
from tests.browser.pictures import WANTED, take_small

Panes = Sequence[tuple[str, str]]  # what is in the title of a pane beside its view, and the view
SPECTRUM = re.compile("^Spectrum of")


def take_in(project: Project, *paths: Path, sensor: str | Sensor | None = None, acquired: date | None = None) -> None:
    """Ingest files that all have to be accepted."""
    results = list(ingest_files(project, paths, Wishes(sensor, acquired), report=lambda *_: None))
    assert results
    assert {result.status for result in results} == {"accepted"}, results


def lay(scene: Scene, crs: str, transform: tuple[float, ...] | None = None) -> None:
    """State where a scene lies that does not say it, as its owner would."""
    job, _ = request_place(scene, Place(crs, transform))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.error == ""


def show(page: Page, sample: Sample, panes: Panes, *, likely: int = 1) -> None:
    """Open the label page on a sample that the model has a guess of, with these panes."""
    project = sample.project
    round_ = factories.make_round(project, [sample])
    round_.ranks.update(reason="stands for 14 similar")
    factories.suggest(factories.make_model_version(project), sample, likely, 0.71)
    page.goto(reverse("label", args=[project.pk]))
    expect(page.locator("#view")).not_to_be_empty()
    for number, (scene, view) in enumerate(panes):
        if number:
            page.keyboard.press("/")
        expect(titles(page)).to_have_count(number + 1)
        expect(page.locator(".pane").nth(number)).to_have_attribute("aria-current", "true")
        go_through(page, titles(page).nth(number), scene, "vt")
        go_through(page, page.locator("#view"), view, "b")


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
    """Return the open sample nearest to a place, in shares of the columns and rows that there are."""
    samples = list(project.samples.filter(state=Sample.State.OPEN).select_related("tile", "project"))
    columns, rows = ([getattr(each.tile, name) for each in samples] for name in ("column", "row"))
    column, row = (min(all_) + share * (max(all_) - min(all_)) for all_, share in ((columns, across), (rows, down)))
    return min(samples, key=lambda each: (each.tile.column - column) ** 2 + (each.tile.row - row) ** 2)


def picture(page: Page, name: str) -> None:
    """Hold the page to what holds of any, and take its picture where pictures are wanted; of nothing without a name."""
    expect(page.locator(".pane-fault:visible, [role=alert]:visible")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if WANTED and name:
        page.mouse.move(0, 0)
        take_small(page, f"desk-{name}")


def spectrometer(title: str, count: int, first_nm: float, last_nm: float) -> Sensor:
    """Return what an owner states of an imaging spectrometer whose files say no wavelengths."""
    step = (last_nm - first_nm) / (count - 1)
    bands = (
        Band(f"B{n + 1}", wavelength_nm=round(first_nm + step * n, 1), width_nm=round(step, 1)) for n in range(count)
    )
    return Sensor(title.lower(), title, tuple(bands), gsd_m=1.0)
