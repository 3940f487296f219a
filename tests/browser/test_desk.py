"""How fast the desk is in a real browser: one key a label, a minute with a lost network, and a sheet of a hundred.

`--benchmark-json FILE` keeps the figures; without `--benchmark-enable` each gesture is made a few times only.
"""

import re
import time
from collections import Counter

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_benchmark.fixture import BenchmarkFixture

from annotation.models import Annotation, Project, Sample
from tests import factories
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)

A_MINUTE = 60  # labels, one a second
# Times from a key to the frame in which another tile's picture is there; both are the browser's own clock.
RECORDER = """() => {
  window.labelTimes = [];
  const name = () => document.querySelector('[role=img][aria-label^="Tile in column"]')?.getAttribute("aria-label");
  const drawn = () => [...document.querySelectorAll("img.tile-picture")].every((each) => each.complete);
  document.addEventListener("keydown", () => {
    const began = performance.now(), before = name();
    const look = () => {
      if (name() && name() !== before && drawn()) window.labelTimes.push(performance.now() - began);
      else if (performance.now() - began < 10000) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
}"""


@pytest.fixture
def hundred(alice: AbstractBaseUser, tmp_path) -> Project:
    """Return a project of a hundred tiles that wait, in a round."""
    project = factories.make_project(alice)
    factories.make_scene(project, tmp_path, size=(3, 320, 320))
    factories.make_round(project, list(project.samples.order_by("index")))
    return project


def started(page: Page, project: Project) -> None:
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_role("img", name="Tile in column")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.evaluate(RECORDER)


def saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="All saved")).to_be_visible()


def test_one_key_shows_the_next_tile(
    hundred: Project, alice: AbstractBaseUser, open_page: Open, benchmark: BenchmarkFixture
) -> None:
    page, count = open_page(alice), 80 if benchmark.enabled else 3
    started(page, hundred)

    def label() -> None:
        for _ in range(count):
            page.keyboard.press("1")
            page.wait_for_timeout(400)  # nobody is faster
        saved(page)

    benchmark.pedantic(label, rounds=1)
    times = page.evaluate("() => window.labelTimes")
    assert len(times) == count == Annotation.objects.count()
    benchmark.extra_info["ms to the next tile"] = {
        f"p{share}": round(float(np.percentile(times, share)), 1) for share in (50, 95, 100)
    }


def test_a_minute_with_the_network_cut_loses_nothing(
    hundred: Project, alice: AbstractBaseUser, open_page: Open, excused: list[str], benchmark: BenchmarkFixture
) -> None:
    excused += ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED"]
    page, count = open_page(alice), A_MINUTE if benchmark.enabled else 12
    started(page, hundred)

    def minute() -> None:
        for number in range(count):
            page.context.set_offline(count // 2 <= number < count // 2 + 4)
            began = time.monotonic()
            page.keyboard.press("1")
            while page.evaluate("() => window.labelTimes.length") == number and time.monotonic() < began + 20:
                page.wait_for_timeout(20)
            page.wait_for_timeout(max(0.0, 900 - 1000 * (time.monotonic() - began)))
        page.context.set_offline(False)
        saved(page)

    benchmark.pedantic(minute, rounds=1)
    answers = Annotation.objects.values_list("sample", "version")
    assert len(set(answers)) == len(answers) == count
    benchmark.extra_info["labels"] = count


def test_a_sheet_of_a_hundred_with_eight_corrections(
    hundred: Project, alice: AbstractBaseUser, open_page: Open, benchmark: BenchmarkFixture
) -> None:
    version = factories.make_model_version(hundred)
    for sample in hundred.samples.all():
        factories.suggest(version, sample, 2)
    page = open_page(alice, viewport={"width": 1366, "height": 4000})
    page.goto(reverse("review", args=[hundred.pk]) + "?show=100")
    cards = page.get_by_role("checkbox")
    expect(cards).to_have_count(100)
    expect(page.get_by_role("button", name="Accept 100")).to_be_enabled()
    interactions = 0

    def sheet() -> None:
        nonlocal interactions
        for place in range(95, 0, -12):  # a card that is corrected leaves the sheet
            cards.nth(place).click()
            page.keyboard.press("3")
            interactions += 2
        page.keyboard.press("a")
        interactions += 1
        expect(page.get_by_text(re.compile("92 suggestions accepted"))).to_be_visible()

    benchmark.pedantic(sheet, rounds=1)
    said = Counter(Sample.objects.filter(project=hundred).values_list("answer__label__code", flat=True))
    assert said == {2: 92, 3: 8}
    assert interactions <= 25
    benchmark.extra_info["interactions"] = interactions
