"""How much memory the label page holds after hundreds of tiles: no more than after the first hundred.

`--benchmark-json FILE` keeps the figures; without `--benchmark-enable` few tiles are labelled.
"""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import CDPSession, Page, expect
from pytest_benchmark.fixture import BenchmarkFixture

from annotation.models import Annotation
from tests import factories
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)

WARM = 120  # tiles: the page keeps the pictures of a hundred
MORE = 1.15  # times what it held when warm: an allowance for what the browser itself keeps


def held(session: CDPSession) -> dict[str, float]:
    """Return the bytes of JavaScript and the nodes that are alive, after garbage was collected."""
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    told = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return {name: told[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


def by_key(page: Page) -> None:
    page.keyboard.press("1")


def by_paint(page: Page) -> None:
    page.keyboard.press("1")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("task", "label"), [("classes", by_key), ("masks", by_paint)], ids=["classes", "masks"])
def test_memory_is_flat(  # noqa: PLR0913 (fixtures)
    task: str,
    label: Callable[[Page], None],
    alice: AbstractBaseUser,
    tmp_path,
    open_page: Open,
    benchmark: BenchmarkFixture,
) -> None:
    tiles = 500 if benchmark.enabled else 3
    project = factories.make_project(alice, task=task)
    factories.make_scene(project, tmp_path, size=(3, 768, 768))
    factories.make_round(project, list(project.samples.order_by("index")))
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    measured = []

    def work() -> None:
        shown = page.get_by_role("img", name="Tile in column").first
        expect(shown).to_be_visible()
        for number in range(tiles):
            before = shown.get_attribute("aria-label")
            label(page)
            expect(shown).not_to_have_attribute("aria-label", before or "")
            if number + 1 in (WARM, tiles):
                expect(page.get_by_role("status").filter(has_text="All saved")).to_be_visible()
                measured.append(held(session))

    benchmark.pedantic(work, rounds=1)
    assert Annotation.objects.count() == tiles
    if not benchmark.enabled:
        return
    warm, last = measured
    benchmark.extra_info["held when warm, and at the end"] = measured
    for name, least in (("JSHeapUsedSize", 1e6), ("Nodes", 200), ("JSEventListeners", 100)):
        assert last[name] <= MORE * warm[name] + least, (name, measured)
