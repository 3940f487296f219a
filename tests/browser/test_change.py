"""Change between two dates, by gestures: from a new project to two dates side by side, keys, and the contact sheet."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Annotation, Project
from annotation.models.projects import Scope
from tests import factories
from tests.browser.conftest import Open
from tests.browser.dated import panes, pictures, shot, titles, until
from tests.changes import DAYS, add_dates, pair_project

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works(alice: AbstractBaseUser, open_page: Open, tmp_path: Path) -> None:
    page = open_page(alice)
    page.goto(reverse("new-project"))
    page.get_by_label("Name", exact=True).fill("Taizhou")
    page.get_by_role("radio", name=re.compile("^Change between two epochs")).check()
    names = page.get_by_role("textbox", name="Name of the class")
    expect(names).to_have_count(2)
    page.get_by_role("textbox", name="Land cover to compare").fill("Forest\nField\nBuilt")
    page.get_by_role("button", name="Make the classes of change").click()
    expect(names).to_have_count(7)
    expect(names.first).to_have_value("No change")
    expect(names.nth(1)).to_have_value("Forest → Field")
    shot(page, "change-new")
    page.locator("[name=tile_px]").fill("32")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_text("Choose the two: make epochs")).to_be_visible()
    project = Project.objects.get()
    assert (project.scope, project.class_names()[1], project.no_change) == (Scope.PAIR, "No change", 1)
    add_dates(project, tmp_path)
    page.reload()
    page.get_by_role("button", name="Group scenes by date").click()
    expect(page.get_by_label("Name of 2003-02-06")).to_be_visible()
    page.get_by_role("button", name="Choose", exact=True).click()
    expect(page.get_by_text("2000-03-17 to 2003-02-06")).to_be_visible()
    assert project.samples.count() == 64
    shot(page, "change-epochs")


def test_a_tile_whose_dates_do_not_line_up_is_skipped_with_that_reason(
    alice: AbstractBaseUser, open_page: Open, tmp_path: Path
) -> None:
    project = pair_project(alice, tmp_path, task="classes")
    factories.make_round(project, list(project.samples.order_by("index")))
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    expect(panes(page)).to_have_count(2)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("s")
    expect(page.get_by_role("dialog").get_by_text("The two dates do not line up here")).to_be_visible()
    page.keyboard.press("5")
    expect(page.get_by_role("status").filter(has_text="All saved")).to_be_visible()
    until(page, lambda: Annotation.objects.count() == 1)
    said = Annotation.objects.get()
    assert (said.verdict, said.reason) == ("skip", "The two dates do not line up here")


@pytest.mark.parametrize("task", ["classes", "masks"])
def test_both_dates_lie_side_by_side_and_one_key_says_no_change(
    alice: AbstractBaseUser, open_page: Open, tmp_path: Path, task: str
) -> None:
    project = pair_project(alice, tmp_path, task=task)
    factories.make_round(project, list(project.samples.order_by("index")))
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    expect(panes(page)).to_have_count(2)
    expect(titles(page).nth(0)).to_contain_text(f"Earlier · {DAYS[0]}")
    expect(titles(page).nth(1)).to_contain_text(f"Later · {DAYS[1]}")
    assert len(set(pictures(page))) == 2
    shot(page, f"change-label-{task}")
    page.keyboard.press("w")  # the later date behind a divider
    expect(page.locator(".swipe, .divider, [role=slider]").first).to_be_visible()
    page.keyboard.press("w")
    if task == "classes":
        page.keyboard.press("1")
        expect(page.get_by_role("img", name=re.compile("tile in column 1, row 0"))).to_have_count(2)
        until(page, lambda: Annotation.objects.filter(value={"class": 1}).count() == 1)
        said = Annotation.objects.get()
        assert str(said.sample.epoch) == DAYS[0] and str(said.sample.later_epoch) == DAYS[1]


def test_cards_show_both_dates(alice: AbstractBaseUser, open_page: Open, tmp_path: Path) -> None:
    project = pair_project(alice, tmp_path)
    version = factories.make_model_version(project)
    for sample in project.samples.order_by("index")[:12]:
        factories.suggest(version, sample, 2, 0.9)
    page = open_page(alice)
    page.goto(reverse("review", args=[project.pk]))
    cards = page.get_by_role("checkbox", name=re.compile("^Tile .*, earlier and later: "))
    expect(cards).to_have_count(12)
    addresses = cards.first.locator("img").evaluate_all("all => all.map(one => one.src)")
    assert [re.search(r"date=(\w+)", address)[1] for address in addresses] == ["earlier", "later"]
    expect(page.get_by_role("button", name=re.compile("^Accept 12 "))).to_be_enabled()
    shot(page, "change-review")
    page.keyboard.down("c")
    expect(page.get_by_role("img", name=re.compile("surroundings, later$"))).to_be_visible()
    shot(page, "change-closer")
    page.keyboard.up("c")
    page.keyboard.press("a")
    expect(page.get_by_text("12 suggestions accepted.")).to_be_visible()
