"""The Imagery page: the lattice is cut anew, scenes become epochs, and the owner chooses what labels speak of."""

from datetime import date

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Scene
from tests import factories
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dated(scene: Scene) -> Scene:
    """Return a scene of 1 June 2020."""
    scene.set_moment(date(2020, 6, 1))
    scene.save()
    return scene


def test_it_works(dated: Scene, alice: AbstractBaseUser, open_page: Open) -> None:
    project = dated.project
    page = open_page(alice)
    page.goto(reverse("imagery", args=[project.pk]))
    lattice = page.locator("#lattices li")
    expect(lattice).to_contain_text("EPSG:32632, 10 metres a pixel")
    expect(lattice).to_contain_text("12 tiles of 32 px")
    lattice.get_by_role("spinbutton", name="metres a pixel").fill("20")
    lattice.get_by_role("button", name="Cut anew").click()
    expect(lattice).to_contain_text("4 tiles of 32 px")
    page.get_by_role("button", name="Group scenes by date").click()
    name = page.get_by_label("Name of 2020-06-01")
    expect(name).to_have_value("2020-06-01")
    name.fill("Before the storm")
    name.press("Enter")
    expect(page.get_by_label("Name of Before the storm")).to_be_visible()
    page.get_by_label("A label speaks of").select_option("epoch")
    page.get_by_role("button", name="Choose", exact=True).click()
    expect(page.locator("#scope-now")).to_have_text("A label speaks of the place at one epoch.")
    expect(page.locator("#epochs li")).to_contain_text("1 scene, 4 samples")
    assert project.samples.filter(epoch__name="Before the storm").count() == 4


def test_what_is_fixed_says_so(dated: Scene, alice: AbstractBaseUser, bob: AbstractBaseUser, open_page: Open) -> None:
    factories.label(dated.project.samples.all()[0], bob, 1)
    page = open_page(alice)
    page.goto(reverse("imagery", args=[dated.project_id]))
    expect(page.locator("#lattices li")).to_contain_text("fixed with its first label")
    expect(page.get_by_role("button", name="Cut anew")).to_have_count(0)
    expect(page.locator("#scope-now")).to_contain_text("That is fixed with its first label.")
