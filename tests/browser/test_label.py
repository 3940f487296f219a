"""The labelling view, by the keyboard: answer, go back, skip, look at other bands, audits, no connection."""

import re

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Annotation, Project, Sample
from tests import factories
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ranked(samples: list[Sample]) -> Project:
    """Return the project with its twelve samples in a round, the last one first."""
    project = samples[0].project
    factories.make_round(project, samples[::-1])
    return project


def start(page: Page, project: Project) -> None:
    """Open the labelling view and wait for its first tile."""
    page.goto(reverse("label", args=[project.pk]))
    expect(tile(page)).to_be_visible()


def tile(page: Page, sample: Sample | None = None):
    """Return the tile on the screen: any, or the one of a sample."""
    place = f"Tile in column {sample.tile.column}, row {sample.tile.row}," if sample else "Tile in column"
    return page.get_by_role("img", name=re.compile(f"^{place}"))


def all_saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="All saved")).to_be_visible()


def answers() -> list[tuple[int, str, int | None, int]]:
    """Return what was said, in that order: sample, verdict, class, version."""
    rows = Annotation.objects.order_by("id").values_list("sample", "verdict", "label__code", "version")
    return list(rows)


def test_it_works(ranked: Project, samples: list[Sample], bob: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(bob)
    start(page, ranked)
    expect(tile(page, samples[11])).to_be_visible()
    expect(page.get_by_text("margin 0.01")).to_be_visible()
    page.keyboard.press("2")
    expect(tile(page, samples[10])).to_be_visible()
    page.get_by_role("button", name="Bare rock").click()
    expect(tile(page, samples[9])).to_be_visible()
    expect(page.get_by_text("Last: Bare rock")).to_be_visible()
    all_saved(page)
    assert answers() == [(samples[11].pk, "label", 2, 1), (samples[10].pk, "label", 3, 1)]
    assert all(0 < seconds < 60 for seconds in Annotation.objects.values_list("seconds", flat=True))


def test_going_back_relabels_as_a_new_version(
    ranked: Project, samples: list[Sample], bob: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(bob)
    start(page, ranked)
    page.keyboard.press("1")
    expect(tile(page, samples[10])).to_be_visible()
    page.keyboard.press("Control+z")
    expect(tile(page, samples[11])).to_be_visible()
    expect(page.get_by_text("You labelled this tile: Open water")).to_be_visible()
    page.keyboard.press("3")
    expect(tile(page, samples[10])).to_be_visible()
    all_saved(page)
    assert answers() == [(samples[11].pk, "label", 1, 1), (samples[11].pk, "label", 3, 2)]
    assert Sample.objects.get(pk=samples[11].pk).answer.label.code == 3


def test_a_reload_keeps_the_tile_and_the_way_back(
    ranked: Project, samples: list[Sample], bob: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(bob)
    start(page, ranked)
    for place, key in ((10, "1"), (9, "2")):
        page.keyboard.press(key)
        expect(tile(page, samples[place])).to_be_visible()
    all_saved(page)
    assert page.url.endswith(f"?sample={samples[9].pk}")
    page.reload()
    expect(tile(page, samples[9])).to_be_visible()
    expect(page.get_by_text("2 labels")).to_be_visible()
    page.keyboard.press("Backspace")
    expect(tile(page, samples[10])).to_be_visible()
    expect(page.get_by_text("You labelled this tile: Forest")).to_be_visible()
    page.keyboard.press("Backspace")
    expect(tile(page, samples[11])).to_be_visible()
    page.keyboard.press("3")
    expect(tile(page, samples[10])).to_be_visible()
    all_saved(page)
    assert answers()[2:] == [(samples[11].pk, "label", 3, 2)]
    expect(page.get_by_text("2 labels")).to_be_visible()  # a correction is no further label


def test_an_answer_is_taken_back(
    ranked: Project, samples: list[Sample], bob: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(bob)
    start(page, ranked)
    page.keyboard.press("1")
    expect(tile(page, samples[10])).to_be_visible()
    page.keyboard.press("Backspace")
    expect(tile(page, samples[11])).to_be_visible()
    page.keyboard.press("Delete")
    expect(page.get_by_text("You labelled this tile")).to_be_hidden()
    all_saved(page)
    assert [verdict for _, verdict, _, _ in answers()] == ["label", "retract"]
    assert Sample.objects.get(pk=samples[11].pk).state == Sample.State.OPEN


def test_skipping_asks_for_a_reason(
    ranked: Project, samples: list[Sample], bob: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(bob)
    start(page, ranked)
    page.keyboard.press("s")
    expect(page.get_by_role("dialog", name="Skip this tile")).to_be_visible()
    page.keyboard.press("1")
    expect(tile(page, samples[10])).to_be_visible()
    page.keyboard.press("u")
    page.get_by_role("dialog").get_by_label("Other").fill("a ship?")
    page.keyboard.press("Enter")
    expect(tile(page, samples[9])).to_be_visible()
    all_saved(page)
    said = Annotation.objects.order_by("id").values_list("verdict", "reason")
    assert list(said) == [("skip", "Cloud, haze or shadow"), ("unsure", "a ship?")]


def test_the_question_mark_shows_the_keys(ranked: Project, bob: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(bob)
    start(page, ranked)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    for text in ("Open water", "Skip, with a reason", "Next bands or view", "Back to the tile before"):
        expect(keys.get_by_text(text)).to_be_visible()
    page.keyboard.press("2")  # the dialog covers the page: nothing is labelled behind it
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    assert answers() == []


def test_the_band_key_changes_the_picture(alice: AbstractBaseUser, tmp_path, open_page: Open) -> None:
    project = factories.make_project(alice)
    factories.make_scene(project, tmp_path, size=(7, 96, 128))
    page = open_page(alice)
    start(page, project)
    view = page.get_by_role("button", name=re.compile("B$")).first
    picture, whole = page.locator("img.tile-picture"), page.locator("#locator img")
    expect(whole).to_have_attribute("src", re.compile("composite="))
    shown = whole.get_attribute("src")
    before, title = picture.get_attribute("src"), view.inner_text()
    page.keyboard.press("b")
    expect(view).not_to_have_text(title)
    expect(picture).to_have_count(1)
    expect(picture).not_to_have_attribute("src", before)
    expect(whole).not_to_have_attribute("src", shown)  # the locator shows what is on the stage
    page.keyboard.press("Shift+B")
    expect(picture).to_have_attribute("src", before)


def test_an_audit_shows_no_hint(ranked: Project, samples: list[Sample], bob: AbstractBaseUser, open_page: Open) -> None:
    version = factories.make_model_version(ranked)
    for sample in samples:
        factories.suggest(version, sample, 2)
    factories.make_audit(samples[11])
    page = open_page(bob)
    start(page, ranked)
    panel = page.get_by_role("complementary", name="Your answer")
    expect(tile(page, samples[11])).to_be_visible()
    expect(page.get_by_text("Audit", exact=True).first).to_be_visible()
    expect(panel.get_by_text("Suggestion")).to_be_hidden()
    expect(panel.get_by_text("margin")).to_be_hidden()
    page.keyboard.press("Enter")  # there is nothing to accept
    page.keyboard.press("1")
    expect(tile(page, samples[10])).to_be_visible()
    expect(panel.get_by_text("Suggestion")).to_contain_text("Suggestion")
    expect(panel.get_by_text("90%")).to_be_visible()
    page.keyboard.press("Enter")
    expect(tile(page, samples[9])).to_be_visible()
    all_saved(page)
    assert answers() == [(samples[11].pk, "label", 1, 1), (samples[10].pk, "label", 2, 1)]


def test_answers_without_a_connection_are_sent_when_it_is_back(
    ranked: Project, samples: list[Sample], bob: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused.append("ERR_INTERNET_DISCONNECTED")
    page = open_page(bob)
    start(page, ranked)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.keyboard.press("1")
    expect(tile(page, samples[10])).to_be_visible()
    page.keyboard.press("2")
    expect(tile(page, samples[9])).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="No connection: 2 answers kept here")).to_be_visible()
    assert answers() == []
    page.context.set_offline(False)
    all_saved(page)
    assert answers() == [(samples[11].pk, "label", 1, 1), (samples[10].pk, "label", 2, 1)]


def test_answers_survive_a_closed_window(
    ranked: Project, samples: list[Sample], bob: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused.append("ERR_INTERNET_DISCONNECTED")
    page = open_page(bob)
    start(page, ranked)
    page.context.set_offline(True)
    page.keyboard.press("1")
    expect(page.get_by_role("status").filter(has_text="No connection: 1 answer kept here")).to_be_visible()
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    again = page.context.new_page()
    start(again, ranked)
    all_saved(again)
    expect(again.get_by_text("11 open")).to_be_visible()
    assert answers() == [(samples[11].pk, "label", 1, 1)]


def test_somebody_who_was_first_is_not_overwritten_unasked(
    ranked: Project,
    samples: list[Sample],
    bob: AbstractBaseUser,
    carol: AbstractBaseUser,
    open_page: Open,
    excused: list[str],
) -> None:
    excused.append("409 (Conflict)")
    page = open_page(bob)
    start(page, ranked)
    factories.label(samples[11], carol, 1)
    page.keyboard.press("3")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("carol")
    expect(dialog).to_contain_text("Open water")
    dialog.get_by_role("button", name=re.compile("mine", re.I)).click()
    all_saved(page)
    assert [(label, version) for _, _, label, version in answers()] == [(1, 1), (3, 1)]


@pytest.mark.parametrize("width", [1366, 768])
def test_no_message_covers_a_control(ranked: Project, bob: AbstractBaseUser, open_page: Open, width: int) -> None:
    page = open_page(bob, viewport={"width": width, "height": 768})
    start(page, ranked)
    address = page.locator("script[type=module][src*='shell.js']").get_attribute("src").replace("shell.js", "toast.js")
    page.evaluate("address => import(address).then(({ toast }) => toast('Something to tell.'))", address)
    message = page.get_by_text("Something to tell.").bounding_box()
    for control in page.get_by_role("button").all():
        box = control.bounding_box()
        if box and not control.evaluate("node => Boolean(node.closest('#toasts'))"):
            beside = box["x"] >= message["x"] + message["width"] or box["x"] + box["width"] <= message["x"]
            above = box["y"] >= message["y"] + message["height"] or box["y"] + box["height"] <= message["y"]
            assert beside or above, control.inner_text()


@pytest.mark.parametrize("task", ["classes", "masks"])
def test_twelve_classes_leave_the_answer_area_whole(
    alice: AbstractBaseUser, tmp_path, open_page: Open, task: str
) -> None:
    project = factories.make_project(alice, task=task, tile_px=64, classes=[f"Kind {number}" for number in range(12)])
    factories.make_scene(project, tmp_path, size=(3, 128, 128))
    samples = list(project.samples.order_by("index"))
    factories.make_round(project, samples)
    if task == "classes":
        version = factories.make_model_version(project)
        for sample in samples:
            factories.suggest(version, sample, 2)
    page = open_page(alice)
    start(page, project)
    panel = page.get_by_role("complementary", name="Your answer")
    for name in ("Skip", "Unsure", "Back", "Next", "Comments", *(["Save and go on"] if task == "masks" else [])):
        expect(panel.get_by_role("button", name=re.compile(f"^{name}"))).to_be_in_viewport(ratio=1)
    last = panel.get_by_role("button", name=re.compile("Kind 11")).first
    last.scroll_into_view_if_needed()  # the list alone scrolls
    expect(panel.get_by_role("button", name=re.compile("^Next"))).to_be_in_viewport(ratio=1)
