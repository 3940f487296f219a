"""Where modalities disagree: the overview coloured by it, and the setting that has them compared."""

import os

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.arrays.without import Apart, store_apart
from annotation.models import Project, Scene
from tests import factories
from tests.browser.conftest import Open

SHOTS = os.environ.get("SHOTS")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def compared(scene: Scene) -> Project:
    """Return a project in which a fit compared twelve tiles with and without radar."""
    made = scene.project
    factories.make_round(made, list(made.samples.all()))
    levels = np.linspace(0, 0.95, 12)
    levels[5] = np.nan
    blamed, codes = np.zeros(12, np.int64), np.full(12, 2)
    store_apart(made, 1, Apart(levels.astype(np.float32), blamed, codes, np.array(["sar", "optical"])))
    made.compare_modalities = True
    made.save()
    return made


def take(page: Page, name: str) -> None:
    if SHOTS:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=f"{SHOTS}/{name}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_is_coloured_by_it_and_says_what_a_tile_would_be(
    compared: Project, alice: AbstractBaseUser, open_page: Open, scheme: str
) -> None:
    page = open_page(alice, color_scheme=scheme)
    page.goto(reverse("project", args=[compared.pk]))
    page.get_by_role("radio", name="Modalities disagree").click()
    expect(page.get_by_text("Opposite answers")).to_be_visible()
    take(page, f"apart-map-{scheme}")
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.65)
    expect(page.get_by_role("tooltip")).to_contain_text("apart:")
    expect(page.get_by_role("tooltip")).to_contain_text("without the radar")
    take(page, f"apart-tip-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_owner_has_them_compared(compared: Project, alice: AbstractBaseUser, open_page: Open, scheme: str) -> None:
    Project.objects.update(compare_modalities=False)
    page = open_page(alice, color_scheme=scheme)
    page.goto(reverse("project-settings", args=[compared.pk]))
    choice = page.get_by_label("Compare modalities")
    expect(choice).to_have_value("false")
    choice.scroll_into_view_if_needed()
    take(page, f"apart-settings-{scheme}")
