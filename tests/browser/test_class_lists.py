"""Lists of classes: in groups and in the order that people give them, on every page that shows them."""

import os

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.models import Project, Sample
from annotation.models.label_classes import in_order
from annotation.projects import change_class
from tests import factories
from tests.browser.conftest import Open

SHOTS = os.environ.get("SHOTS")
pytestmark = pytest.mark.django_db(transaction=True)


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page in light and in dark, for whoever wants to look at it."""
    if not SHOTS:
        return
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=f"{SHOTS}/{name}-{scheme}.png")


def codes(project: Project) -> list[int]:
    """Return the codes in the order in which people see them."""
    return [row.code for row in in_order(project.classes.all())]


def test_groups_are_headings_where_people_label_and_on_the_map(
    samples: list[Sample], alice: AbstractBaseUser, open_page: Open
) -> None:
    project = samples[0].project
    for code in (1, 3):
        change_class(project, code, group="Without plants")
    factories.make_round(project, samples)
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    rows = page.locator("#classes > li")
    expect(rows).to_have_count(4)
    told = [text.split("\n")[-1] for text in rows.all_inner_texts()]
    assert told == ["Forest", "Without plants", "Open water", "Bare rock"]
    picture(page, "label-groups")
    page.goto(reverse("project", args=[project.pk]))
    page.get_by_role("radio", name="Class", exact=True).click()
    expect(page.locator("#legend .class-group").first).to_have_text("Without plants")
    picture(page, "map-groups")


def test_settings_put_classes_in_groups_and_in_order(
    project: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    page.goto(reverse("project-settings", args=[project.pk]))
    group = page.get_by_role("combobox", name="Group of Bare rock")
    group.fill("Dry")
    group.blur()
    heading = page.get_by_role("textbox", name="Name of the group Dry")
    expect(heading).to_have_value("Dry")
    page.get_by_role("button", name="Move Forest up").click()
    expect(page.locator("#classes tbody[data-code]").first).to_have_attribute("data-code", "2")
    expect(page.get_by_role("button", name="Move Forest up")).to_be_focused()
    name = page.get_by_role("textbox", name="Name of class 2")
    name.press("Alt+ArrowDown")
    expect(page.locator("#classes tbody[data-code]").first).to_have_attribute("data-code", "1")
    expect(name).to_be_focused()
    heading.fill("Dry land")
    heading.press("Enter")
    expect(page.get_by_role("textbox", name="Name of the group Dry land")).to_be_visible()
    picture(page, "settings-groups")
    assert codes(project) == [1, 2, 3]
    assert project.classes.get(code=3).group == "Dry land"


def test_a_class_is_dragged_into_another_group(project: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    change_class(project, 3, group="Dry")
    page = open_page(alice)
    page.goto(reverse("project-settings", args=[project.pk]))
    rows = page.locator("#classes tbody[data-code]")
    expect(rows).to_have_count(3)
    drag(page, rows.nth(0), rows.nth(2), after=True)
    expect(rows.nth(2)).to_have_attribute("data-code", "1")
    expect(page.get_by_role("combobox", name="Group of Open water")).to_have_value("Dry")
    assert codes(project) == [2, 3, 1]


def drag(page: Page, source: object, target: object, *, after: bool) -> None:
    """Pull a row by its grip to another one's upper or lower part."""
    grip = source.locator("[data-grip]").bounding_box()  # type: ignore[attr-defined]
    box = target.bounding_box()  # type: ignore[attr-defined]
    page.mouse.move(grip["x"] + 3, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2, steps=4)
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] * (0.9 if after else 0.1))
    page.mouse.up()


def test_of_two_tabs_that_move_the_second_is_told_and_sees_what_holds(
    project: Project, alice: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused.append("409 (Conflict)")
    one = open_page(alice)
    one.goto(reverse("project-settings", args=[project.pk]))
    expect(one.get_by_role("button", name="Move Forest up")).to_be_visible()
    project.classes.filter(code=3).update(position=0)
    project.classes.exclude(code=3).update(position=1)
    one.get_by_role("button", name="Move Forest up").click()
    expect(one.get_by_role("alert").filter(has_text="Somebody else changed the list")).to_be_visible()
    expect(one.locator("#classes tbody[data-code]").first).to_have_attribute("data-code", "3")
    assert codes(project) == [3, 1, 2]


def test_what_is_typed_while_another_field_is_saved_is_not_lost(
    project: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    page.goto(reverse("project-settings", args=[project.pk]))
    name = page.get_by_role("textbox", name="Name of class 1")
    name.fill("Water")
    name.press("Tab")
    page.get_by_role("textbox", name="Definition of Bare rock").press_sequentially("Sand", delay=60)
    expect(page.get_by_text("Saved.").first).to_be_visible()
    page.get_by_role("textbox", name="Definition of Bare rock").blur()
    expect(page.get_by_role("textbox", name="Name of class 1")).to_have_value("Water")
    for _ in range(50):
        if project.classes.get(code=3).definition == "Sand":
            break
        page.wait_for_timeout(100)
    assert project.classes.get(code=3).definition == "Sand"


def test_a_new_project_has_its_classes_in_groups_and_in_order(alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("new-project"))
    page.get_by_role("textbox", name="Name", exact=True).fill("Moor")
    part = page.locator("[data-kind=classes]")
    rows = part.locator(".class-row")
    expect(rows).to_have_count(4)
    group = part.get_by_role("textbox", name="Group of the class")
    group.nth(3).fill("Dry")
    group.nth(3).blur()
    group.nth(2).fill("Dry")
    group.nth(2).blur()
    expect(part.locator(".class-group")).to_have_text("Dry")
    part.get_by_role("button", name="Move this class up").nth(3).click()
    drag(page, rows.nth(1), rows.nth(0), after=False)
    picture(page, "new-groups")
    page.get_by_role("button", name="Make the project").click()
    page.wait_for_url("**/imagery/")
    made = Project.objects.get(name="Moor")
    told = [(row.name, row.group) for row in in_order(made.classes.all())]
    assert told == [("Vegetation", ""), ("Open water", ""), ("Built-up", "Dry"), ("Bare ground", "Dry")]


def test_a_list_is_looked_at_and_added_on_settings(project: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("project-settings", args=[project.pk]))
    page.get_by_role("button", name="Add a list…").click()
    dialog = page.get_by_role("dialog", name="A list of classes")
    text = dialog.get_by_role("textbox", name="List of classes")
    text.fill("name,group\nPond,Wet\nforest,Green\n<img src=x onerror=alert(1)>,\nPond,Dry\n")
    expect(dialog.get_by_role("status")).to_have_text("Nothing is added until lines 4, 5 can be taken.")
    rows = dialog.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("cannot be taken. name: Leave out <, >")
    expect(rows.nth(1)).to_contain_text("clashes. Line 2 has this name, too")
    expect(dialog.get_by_role("button", name="Add 1 class")).to_be_disabled()
    picture(page, "list-faults")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Add a list…").click()
    expect(text).to_have_value("name,group\nPond,Wet\nforest,Green\n<img src=x onerror=alert(1)>,\nPond,Dry\n")
    text.fill("name,group\nPond,Wet\nforest,Green\n")
    expect(dialog.get_by_role("status")).to_have_text("1 class is added, 1 there already.")
    expect(rows.nth(1)).to_contain_text("is there. It gets its group.")
    picture(page, "list-ready")
    dialog.get_by_role("button", name="Add 1 class").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("textbox", name="Name of class 4")).to_have_value("Pond")
    told = {row.name: row.group for row in project.classes.all()}
    assert told == {"Open water": "", "Forest": "Green", "Bare rock": "", "Pond": "Wet"}


def test_a_list_that_somebody_overtook_is_told_in_place(
    project: Project, alice: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused.append("400 (Bad Request)")
    project.classes.filter(code=1).update(code=4)
    page = open_page(alice)
    page.goto(reverse("project-settings", args=[project.pk]))
    page.get_by_role("button", name="Add a list…").click()
    dialog = page.get_by_role("dialog", name="A list of classes")
    many = "\n".join(f"Class {number}" for number in range(252))
    dialog.get_by_role("textbox", name="List of classes").fill(many)
    expect(dialog.get_by_role("button", name="Add 252 classes")).to_be_enabled()
    factories.LabelClass.objects.create(project=project, code=200, name="Late", colour="#000000")
    dialog.get_by_role("button", name="Add 252 classes").click()
    expect(dialog.get_by_role("status")).to_contain_text("Nothing was added. Line 252: All 255 codes are used")
    expect(dialog.get_by_role("textbox", name="List of classes")).to_have_value(many)
    assert project.classes.count() == 4


def test_a_file_fills_the_list_of_a_new_project(alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("new-project"))
    page.get_by_role("textbox", name="Name", exact=True).fill("Moor")
    part = page.locator("[data-kind=classes]")
    part.get_by_role("button", name="Add a list…").click()
    dialog = page.get_by_role("dialog", name="A list of classes")
    expect(dialog.get_by_role("checkbox", name="Instead of the classes that stand there")).to_be_checked()
    table = b"Name;Group;Code;Definition\nBog;Wet;7;Peat\nOak;Trees;;\nFen;Wet;;\n"
    dialog.locator("input[type=file]").set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": table})
    expect(dialog.get_by_role("status")).to_have_text("3 classes are added.")
    dialog.get_by_role("button", name="Add 3 classes").click()
    expect(part.locator(".class-group")).to_have_text(["Wet", "Trees"])
    picture(page, "new-list")
    page.get_by_role("button", name="Make the project").click()
    page.wait_for_url("**/imagery/")
    rows = in_order(Project.objects.get(name="Moor").classes.all())
    told = [(row.name, row.group, row.definition) for row in rows]
    assert told == [("Bog", "Wet", "Peat"), ("Fen", "Wet", ""), ("Oak", "Trees", "")]
    assert [row.code for row in rows] == [7, 8, 9]
