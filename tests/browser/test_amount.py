"""Amounts by the keyboard: typed, stepped, by slider, accepted as shown; and made, reviewed and corrected."""

import re

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Annotation, Project, Sample, Suggestion
from annotation.models.projects import Role
from tests import factories
from tests.browser.conftest import Open, drafts_in

pytestmark = pytest.mark.django_db(transaction=True)

MOISTURE = {"name": "Fuel moisture", "unit": "%", "low": 0, "high": 150, "step": 0.5, "tolerance": 10}


@pytest.fixture
def measured(alice: AbstractBaseUser, carol: AbstractBaseUser, tmp_path) -> Project:
    """Return a project of amounts with twelve tiles in a round."""
    project = factories.make_project(alice, classes=(), task="amount", task_options=MOISTURE)
    factories.join(project, carol, Role.REVIEWER)
    factories.make_scene(project, tmp_path)
    factories.make_round(project, list(project.samples.all()))
    return project


def suggest(project: Project, sample: Sample, amount: float, low: float, high: float) -> Suggestion:
    """Let a published model suggest an amount with its interval."""
    version = project.model_versions.first() or factories.make_model_version(project)
    value = {"amount": amount, "uncertainty": None, "unit": "%"}
    details = {"low": low, "high": high, "width": high - low}
    said = {"value": value, "details": details, "confidence": 0.8}
    return Suggestion.objects.create(model_version=version, sample=sample, **said)


def start(page: Page, project: Project) -> None:
    page.goto(reverse("label", args=[project.pk]))
    on_tile(page, project.samples.first())


def on_tile(page: Page, sample: Sample) -> None:
    place = f"^Tile in column {sample.tile.column}, row {sample.tile.row},"
    expect(page.get_by_role("img", name=re.compile(place))).to_be_visible()


def field(page: Page):
    return page.get_by_role("textbox", name="Fuel moisture in %")


def said() -> list[tuple[float, float | None]]:
    rows = Annotation.objects.order_by("id").values_list("value", flat=True)
    return [(value["amount"], value["uncertainty"]) for value in rows]


def all_saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="All saved")).to_be_visible()


def test_it_works(measured: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    _first, second, third = measured.samples.all()[:3]
    page = open_page(alice)
    start(page, measured)
    expect(page.get_by_role("img", name="Colours from 0.0 % to 150.0 %")).to_be_visible()
    page.keyboard.type("31,5")
    page.keyboard.press("Enter")
    on_tile(page, second)
    expect(page.get_by_text("Last:")).to_contain_text("31.5 %")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("PageDown")
    page.keyboard.press("e")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    on_tile(page, third)
    all_saved(page)
    assert said() == [(31.5, None), (70.5, 2.0)]


def test_what_cannot_be_read_is_said_and_not_saved(measured: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, measured)
    for text, words in (("1,234", "can mean"), ("151", "goes from"), ("12 m", "is in %"), ("1.2.3", "is not a number")):
        field(page).fill(text)
        expect(page.locator("#amount-problem")).to_contain_text(words)
        field(page).press("Enter")
        on_tile(page, measured.samples.first())
    field(page).fill("")
    field(page).press("Enter")
    expect(page.get_by_text("Nothing is written yet")).to_be_visible()
    assert not Annotation.objects.exists()


def test_enter_accepts_what_the_model_shows(measured: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    first, second = measured.samples.all()[:2]
    suggest(measured, first, 31.0, 20.5, 44.0)
    page = open_page(alice)
    start(page, measured)
    expect(page.get_by_text("20.5 to 44.0")).to_be_visible()
    page.keyboard.press("Enter")
    on_tile(page, second)
    all_saved(page)
    assert said() == [(31.0, None)]


def test_an_audit_shows_nothing_of_the_model(measured: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    first = measured.samples.first()
    factories.make_audit(first)
    suggest(measured, first, 31.0, 20.5, 44.0)
    page = open_page(alice)
    start(page, measured)
    expect(page.get_by_text("20.5 to 44.0")).to_be_hidden()
    assert field(page).get_attribute("placeholder") == ""
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is written yet")).to_be_visible()


def test_the_slider_moves_by_its_own_arrows(measured: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, measured)
    slider = page.get_by_role("slider", name="Amount by slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(field(page)).to_have_value("75.5")
    page.keyboard.press("Enter")
    on_tile(page, measured.samples.all()[1])
    all_saved(page)
    assert said() == [(75.5, None)]


def test_an_amount_that_was_not_saved_outlives_a_reload(
    measured: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    first, second = measured.samples.all()[:2]
    page = open_page(alice)
    start(page, measured)
    page.keyboard.type("31,")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.type("2")
    page.reload()
    on_tile(page, first)
    expect(field(page)).to_have_value("31,")
    expect(page.get_by_role("textbox", name="uncertainty")).to_have_value("2")
    field(page).press("End")
    field(page).press_sequentially("5")
    page.keyboard.press("Enter")
    on_tile(page, second)
    expect(field(page)).to_have_value("")
    all_saved(page)
    assert said() == [(31.5, 2.0)]
    assert drafts_in(page) == []


def test_a_sheet_is_sorted_by_width_and_corrected(measured: Project, carol: AbstractBaseUser, open_page: Open) -> None:
    first, second = measured.samples.all()[:2]
    suggest(measured, first, 31.0, 20.0, 44.0)
    suggest(measured, second, 60.0, 58.0, 61.0)
    page = open_page(carol)
    page.goto(reverse("review", args=[measured.pk]))
    page.get_by_role("combobox", name="Order").select_option("-width")
    cards = page.get_by_role("checkbox", name=re.compile("^Tile"))
    expect(cards.first).to_have_attribute("aria-label", re.compile(r"31\.0 %"))
    page.get_by_role("combobox", name="Order").select_option("width")
    expect(cards.first).to_have_attribute("aria-label", re.compile(r"60\.0 %"))
    expect(page.get_by_role("button", name="Accept 2")).to_be_enabled()  # they were seen
    page.get_by_role("textbox", name="Right amount").fill("62,5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 suggestion corrected")).to_be_visible()
    made = Annotation.objects.get()
    assert (made.sample_id, made.value["amount"]) == (second.pk, 62.5)


def test_a_project_of_an_amount_is_made_and_seen_in_its_settings(alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("new-project"))
    page.get_by_label("Name", exact=True).fill("Dry forests")
    page.locator("[name=task][value=amount]").check()
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what is measured")
    page.get_by_role("textbox", name="What is measured").fill("Fuel moisture")
    page.get_by_role("textbox", name="Unit").fill("%")
    page.get_by_role("textbox", name="To", exact=True).fill("1,500")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("alert")).to_contain_text("can mean 1500 or 1.500")
    page.get_by_role("textbox", name="To", exact=True).fill("150")
    page.get_by_role("textbox", name="Step").fill("0,5")
    page.get_by_role("button", name="Make the project").click()
    expect(page).to_have_url(re.compile(r"/projects/\d+/"))
    made = Project.objects.get(name="Dry forests")
    assert (made.task, made.task_options) == ("amount", {**MOISTURE, "tolerance": 5})
    page.goto(reverse("project-settings", args=[made.pk]))
    expect(page.get_by_text("0.0 % to 150.0 %")).to_be_visible()
    expect(page.get_by_text("Amounts name no classes.").first).to_be_visible()
