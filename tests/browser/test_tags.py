"""Tags by the keyboard: switched, left open, none of them, accepted as shown; and made, reviewed and corrected."""

import re

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Annotation, Project, Sample, Suggestion
from annotation.models.projects import Role
from tests import factories
from tests.browser.conftest import Open, drafts_in, held

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tagged(alice: AbstractBaseUser, carol: AbstractBaseUser, tmp_path) -> Project:
    """Return a project of tags with twelve tiles in a round: 1 Open water, 2 Forest, 3 Bare rock."""
    project = factories.make_project(alice, task="tags")
    factories.join(project, carol, Role.REVIEWER)
    factories.make_scene(project, tmp_path)
    factories.make_round(project, list(project.samples.all()))
    return project


def suggest(project: Project, sample: Sample, tags: list[int], chances: dict[str, float]) -> Suggestion:
    """Let a published model suggest tags with their chances."""
    version = project.model_versions.first() or factories.make_model_version(project)
    value = {"tags": tags, "unsure": []}
    named = project.classes.filter(code__in=tags).order_by("code").first()
    said = {"value": value, "details": {"chances": chances}, "label": named, "confidence": 0.8}
    return Suggestion.objects.create(model_version=version, sample=sample, **said)


def start(page: Page, project: Project) -> None:
    page.goto(reverse("label", args=[project.pk]))
    on_tile(page, project.samples.first())


def on_tile(page: Page, sample: Sample) -> None:
    place = f"^Tile in column {sample.tile.column}, row {sample.tile.row},"
    expect(page.get_by_role("img", name=re.compile(place))).to_be_visible()


def switch(page: Page, name: str):
    return page.get_by_role("checkbox", name=name)


def values() -> list[dict]:
    return list(Annotation.objects.order_by("id").values_list("value", flat=True))


def all_saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="All saved")).to_be_visible()


def test_it_works(tagged: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    first, second, third = tagged.samples.all()[:3]
    page = open_page(alice)
    start(page, tagged)
    for key in ("3", "1", "2", "2", "Shift+2"):
        page.keyboard.press(key)
    expect(switch(page, "Open water")).to_be_checked()
    expect(switch(page, "Forest")).to_have_attribute("aria-checked", "mixed")
    page.keyboard.press("Enter")
    on_tile(page, second)
    expect(page.get_by_text("Last:")).to_contain_text("Bare rock")
    page.keyboard.press("n")
    on_tile(page, third)
    all_saved(page)
    assert values() == [{"tags": [1, 3], "unsure": [2]}, {"tags": [], "unsure": []}]
    assert Sample.objects.get(pk=first.pk).state == Sample.State.LABELLED


def test_nothing_chosen_is_not_saved(tagged: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    start(page, tagged)
    page.keyboard.press("Enter")
    expect(page.get_by_text("No tag is chosen")).to_be_visible()
    on_tile(page, tagged.samples.first())
    assert not Annotation.objects.exists()


def test_enter_accepts_all_that_the_model_shows(tagged: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    first, second = tagged.samples.all()[:2]
    suggest(tagged, first, [1, 3], {"1": 0.93, "2": 0.04, "3": 0.7})
    page = open_page(alice)
    start(page, tagged)
    expect(switch(page, "Open water")).to_be_checked()
    expect(switch(page, "Open water")).to_contain_text("93%")
    expect(switch(page, "Forest")).to_contain_text("4%")
    page.keyboard.press("Enter")
    on_tile(page, second)
    all_saved(page)
    assert values() == [{"tags": [1, 3], "unsure": []}]


def test_an_audit_shows_nothing_of_the_model(tagged: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    first = tagged.samples.first()
    factories.make_audit(first)
    suggest(tagged, first, [1], {"1": 0.93})
    page = open_page(alice)
    start(page, tagged)
    expect(switch(page, "Open water")).not_to_be_checked()
    expect(page.get_by_text("93%")).to_be_hidden()


def test_going_back_shows_what_was_said(tagged: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    first, second = tagged.samples.all()[:2]
    page = open_page(alice)
    start(page, tagged)
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    on_tile(page, second)
    page.keyboard.press("ArrowLeft")
    on_tile(page, first)
    expect(page.get_by_text("You labelled this tile: Forest")).to_be_visible()
    expect(switch(page, "Forest")).to_be_checked()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    on_tile(page, second)
    all_saved(page)
    assert values() == [{"tags": [2], "unsure": []}, {"tags": [1, 2], "unsure": []}]


def test_tags_that_were_not_saved_outlive_a_reload(tagged: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    first, second = tagged.samples.all()[:2]
    suggest(tagged, first, [3], {"3": 0.93})
    page = open_page(alice)
    start(page, tagged)
    for key in ("3", "2", "Shift+1"):
        page.keyboard.press(key)
    expect(switch(page, "Open water")).to_have_attribute("aria-checked", "mixed")
    page.reload()
    on_tile(page, first)
    expect(switch(page, "Forest")).to_be_checked()
    expect(switch(page, "Bare rock")).not_to_be_checked()
    expect(switch(page, "Open water")).to_have_attribute("aria-checked", "mixed")
    page.keyboard.press("Enter")
    on_tile(page, second)
    expect(switch(page, "Forest")).not_to_be_checked()
    all_saved(page)
    assert values() == [{"tags": [2], "unsure": [1]}]
    assert drafts_in(page) == []


def test_what_was_begun_beside_a_suggestion_is_gone_once_the_tile_is_an_audit(
    tagged: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    first = tagged.samples.first()
    suggest(tagged, first, [1], {"1": 0.93})
    page = open_page(alice)
    start(page, tagged)
    page.keyboard.press("2")
    expect(switch(page, "Forest")).to_be_checked()
    factories.make_audit(first)
    page.reload()
    on_tile(page, first)
    for name in ("Open water", "Forest"):
        expect(switch(page, name)).not_to_be_checked()
    assert drafts_in(page) == []


def test_a_sheet_is_corrected_to_other_tags(tagged: Project, carol: AbstractBaseUser, open_page: Open) -> None:
    first, second = tagged.samples.all()[:2]
    suggest(tagged, first, [1], {"1": 0.9})
    suggest(tagged, second, [2], {"2": 0.8})
    page = open_page(carol)
    page.goto(reverse("review", args=[tagged.pk]))
    page.get_by_role("combobox", name="Tag").select_option(label="Forest")
    expect(page.get_by_role("checkbox", name=re.compile("^Tile"))).to_have_count(1)
    expect(page.get_by_role("button", name="Accept 1")).to_be_enabled()  # it was seen
    page.keyboard.press("3")
    page.keyboard.press("c")
    expect(page.get_by_text("1 suggestion corrected")).to_be_visible()
    made = Annotation.objects.get()
    assert (made.sample_id, made.value) == (second.pk, {"tags": [2, 3], "unsure": []})


def test_a_correction_begun_is_not_lost_when_the_sheet_comes_again(
    tagged: Project, carol: AbstractBaseUser, open_page: Open
) -> None:
    first, second = tagged.samples.all()[:2]
    suggest(tagged, first, [1], {"1": 0.9})
    suggest(tagged, second, [2], {"2": 0.8})
    page = open_page(carol)
    with held(page, "**/promise/"):
        page.goto(reverse("review", args=[tagged.pk]))
        expect(page.get_by_role("combobox", name="Tag")).to_contain_text("Forest")
        page.get_by_role("combobox", name="Tag").select_option(label="Forest")
        expect(page.get_by_text("Loading the next sheet")).to_be_visible()
        page.keyboard.press("3")  # nothing is there yet that it could speak of
        expect(page.get_by_role("button", name="Bare rock")).to_be_disabled()
    expect(page.get_by_role("checkbox", name=re.compile("^Tile"))).to_have_count(1)
    page.keyboard.press("3")
    expect(page.get_by_role("button", name="Bare rock")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Accept 1")).to_be_enabled()  # it was seen
    page.keyboard.press("c")
    expect(page.get_by_text("1 suggestion corrected")).to_be_visible()
    assert Annotation.objects.get().value == {"tags": [2, 3], "unsure": []}


def test_no_key_reaches_the_cards_that_a_filter_took_away(
    tagged: Project, carol: AbstractBaseUser, open_page: Open
) -> None:
    first, second = tagged.samples.all()[:2]
    suggest(tagged, first, [1], {"1": 0.9})
    suggest(tagged, second, [2], {"2": 0.8})
    page = open_page(carol)
    page.goto(reverse("review", args=[tagged.pk]))
    cards = page.get_by_role("checkbox", name=re.compile("^Tile"))
    expect(cards).to_have_count(2)
    with held(page, "**/suggestions/?*"):
        page.get_by_role("combobox", name="Tag").select_option(label="Forest")
        expect(cards).to_have_count(0)
        page.keyboard.press("a")
    expect(cards).to_have_count(1)
    expect(page.get_by_role("button", name="Accept 1")).to_be_enabled()  # it was seen
    page.keyboard.press("a")
    expect(page.get_by_text("1 suggestion accepted")).to_be_visible()
    assert Annotation.objects.get().sample == second


def test_a_sheet_goes_by_the_chance_of_the_tag_that_is_chosen(
    tagged: Project, carol: AbstractBaseUser, open_page: Open
) -> None:
    first, second = tagged.samples.all()[:2]
    suggest(tagged, first, [1, 2], {"1": 0.55, "2": 0.97})
    suggest(tagged, second, [1, 2], {"1": 0.93, "2": 0.61})
    page = open_page(carol)
    page.goto(reverse("review", args=[tagged.pk]))
    cards = page.get_by_role("checkbox", name=re.compile("^Tile"))
    page.get_by_role("combobox", name="Order").select_option(label="Surest first")
    for tag, sure in (("Open water", ("93%", "55%")), ("Forest", ("97%", "61%"))):
        page.get_by_role("combobox", name="Tag").select_option(label=tag)
        for place, figure in enumerate(sure):
            expect(cards.nth(place)).to_have_accessible_name(re.compile(f"{figure} sure of {tag}"))
            expect(cards.nth(place)).to_contain_text(figure)
    page.get_by_role("combobox", name="Order").select_option(label="Least sure first")
    expect(cards.first).to_have_accessible_name(re.compile("61% sure of Forest"))
    page.get_by_role("combobox", name="Confidence").select_option(label="95% and more")
    expect(cards).to_have_count(1)


def test_a_project_of_tags_is_made(alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("new-project"))
    page.get_by_label("Name", exact=True).fill("What is there")
    page.locator("[name=task][value=tags]").check()
    page.get_by_role("textbox", name="Name of the tag").first.fill("Ice")
    page.get_by_role("button", name="Make the project").click()
    expect(page).to_have_url(re.compile(r"/projects/\d+/"))
    made = Project.objects.get(name="What is there")
    assert made.task == "tags"
    assert made.classes.order_by("code").first().name == "Ice"
