"""The contact sheet: only what was seen is accepted, one card is corrected at a time, and all of it can be undone."""

import re

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Annotation, Project, ReviewBatch, Sample, Scene, Suggestion
from tests import factories
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def suggested(scene: Scene) -> Project:
    """Return a project with twelve suggestions of Forest, the last three of them hardly sure."""
    version = factories.make_model_version(scene.project)
    for place, sample in enumerate(scene.project.samples.order_by("index")):
        factories.suggest(version, sample, 2, 0.9 if place < 9 else 0.34)
    return scene.project


def cards(page: Page):
    return page.get_by_role("checkbox", name=re.compile("^Tile"))


def accept(page: Page, number: int):
    return page.get_by_role("button", name=re.compile(f"^Accept {number} "))


def start(page: Page, project: Project) -> None:
    page.goto(reverse("review", args=[project.pk]))
    expect(cards(page)).to_have_count(12)


def open_ones() -> int:
    return Suggestion.objects.filter(state="open", sample__state=Sample.State.OPEN).count()


def test_it_works_and_is_undone(suggested: Project, carol: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(carol)
    start(page, suggested)
    expect(accept(page, 9)).to_be_enabled()  # those that are sure enough, once they were seen
    expect(page.get_by_text("3 cards not ticked: less sure than 80%")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text("9 suggestions accepted.")).to_be_visible()
    expect(cards(page)).to_have_count(3)
    assert (open_ones(), Annotation.objects.count()) == (3, 9)
    page.keyboard.press("u")
    expect(page.get_by_text("9 decisions taken back")).to_be_visible()
    expect(cards(page)).to_have_count(12)
    expect(accept(page, 0)).to_be_disabled()  # what came back is not ticked: nothing happens twice by one key
    assert (open_ones(), Annotation.objects.filter(current=True, verdict="label").count()) == (12, 0)


def test_what_could_not_be_loaded_is_never_accepted(
    suggested: Project, carol: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused += ["net::ERR_FAILED"]
    page = open_page(carol)
    lost = suggested.samples.order_by("index").first()
    page.route(f"**/samples/{lost.pk}/chip.png*", lambda route: route.abort())
    start(page, suggested)
    expect(accept(page, 8)).to_be_enabled()
    expect(page.get_by_text("1 picture could not be loaded: what nobody can see is never accepted.")).to_be_visible()
    expect(cards(page).filter(has_text="Forest").and_(page.locator(".broken"))).to_have_attribute(
        "aria-checked", "false"
    )
    page.keyboard.press("a")
    expect(page.get_by_text("8 suggestions accepted.")).to_be_visible()
    page.unroute(f"**/samples/{lost.pk}/chip.png*")
    assert not Annotation.objects.filter(sample=lost).exists()
    page.get_by_role("button", name="Load them again").click()
    expect(accept(page, 1)).to_be_enabled()
    page.keyboard.press("a")
    expect(page.get_by_text("1 suggestion accepted")).to_be_visible()
    assert Annotation.objects.filter(sample=lost).exists()


def test_without_pictures_no_key_accepts_anything(
    suggested: Project, carol: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused += ["net::ERR_FAILED"]
    page = open_page(carol)
    page.route("**/chip.png*", lambda route: route.abort())
    start(page, suggested)
    expect(page.get_by_text("12 pictures could not be loaded")).to_be_visible()
    expect(accept(page, 0)).to_be_disabled()
    page.keyboard.press("a")
    page.keyboard.press("3")
    expect(page.get_by_text("is not corrected: its picture is not on the screen yet")).to_be_visible()
    assert (open_ones(), Annotation.objects.count()) == (12, 0)


def test_a_class_key_changes_the_focused_card_and_says_so(
    suggested: Project, carol: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(carol)
    start(page, suggested)
    page.get_by_role("combobox", name="Order").select_option(label="Surest first")
    expect(accept(page, 9)).to_be_enabled()
    first, second, *_ = suggested.samples.order_by("index")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")  # the second is clicked out
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text(f"Tile {first.index} is rather")).to_be_visible()
    page.keyboard.press("3")
    expect(page.get_by_text(f"1 suggestion corrected: tile {first.index}, Forest to Bare rock.")).to_be_visible()
    said = Annotation.objects.get()
    assert (said.sample, said.label.name) == (first, "Bare rock")
    expect(cards(page).first).to_have_accessible_name(re.compile(f"^Tile {second.index}:"))
    page.get_by_role("button", name=re.compile("^Reject 1")).click()
    expect(page.get_by_text("1 suggestion rejected")).to_be_visible()
    assert Suggestion.objects.get(sample=second).state == "rejected"


def test_earlier_decisions_are_taken_back_batch_by_batch(
    suggested: Project, alice: AbstractBaseUser, carol: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(carol)
    start(page, suggested)
    expect(accept(page, 9)).to_be_enabled()
    page.keyboard.press("a")
    expect(page.get_by_text("9 suggestions accepted.")).to_be_visible()
    changed = Sample.objects.filter(state="labelled").order_by("index").first()
    factories.label(changed, alice, 3, force=True)
    page.goto(reverse("review", args=[suggested.pk]))
    expect(cards(page)).to_have_count(3)
    page.get_by_role("button", name="Earlier decisions").click()
    row = page.get_by_role("row").filter(has_text="9 suggestions accepted")
    expect(row).to_contain_text("carol")
    row.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("8 decisions taken back")).to_be_visible()
    expect(page.get_by_text(f"alice gave tile {changed} another label since")).to_be_visible()
    expect(cards(page)).to_have_count(11)
    page.get_by_role("button", name="Earlier decisions").click()
    expect(page.get_by_role("row").filter(has_text="8 taken back by carol")).to_be_visible()
    assert ReviewBatch.objects.get().undone == 8


def test_the_next_sheet_is_there_before_it_is_asked_for(
    suggested: Project, carol: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(carol, viewport={"width": 1366, "height": 420})
    page.goto(reverse("review", args=[suggested.pk]))
    page.get_by_role("combobox", name="Ticked from").select_option(label="any")
    expect(cards(page).first).to_be_visible()
    shown = cards(page).count()
    assert shown < 12
    page.route("**/suggestions/?*", lambda route: None)  # the server does not answer any more
    page.keyboard.press("n")
    expect(cards(page).first).to_be_visible(timeout=1000)
    expect(accept(page, cards(page).count())).to_be_enabled(timeout=20_000)
