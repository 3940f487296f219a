"""Points that the model asks for: a class key paints the piece around each, from the keyboard alone."""

import os
import re
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.arrays.masks import load_mask
from annotation.models import Annotation, Project
from annotation.projects import add_class
from tests.browser.conftest import Open
from tests.pools import answer_truly, covered_project, run_jobs, take

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return a segmentation whose newest round knows three classes, without audits."""
    project = covered_project(alice, tmp_path, task="masks", audit_share=0)
    run_jobs(project)
    for _ in range(6):
        answer_truly(take(project, alice).sample, alice)
    run_jobs(project)
    return project


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page, light and dark, where TERRASCRIBE_SCREENSHOTS says."""
    if folder := os.environ.get("TERRASCRIBE_SCREENSHOTS"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(folder) / f"{name}-{scheme}.png")


def test_it_works(project: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    rank = project.rounds.first().ranks.order_by("position").first()
    count = len(rank.marks["points"])
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_text(f"Point 1 of {count}: what is it?")).to_be_visible()
    expect(page.locator(".tile-mark")).to_have_count(count)
    picture(page, "marks")
    page.keyboard.press("2")
    expect(page.get_by_text(f"Point 2 of {count}: what is it?")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text(f"Point 1 of {count}: what is it?")).to_be_visible()
    for number in range(count):
        page.keyboard.press(str(number % 3 + 1))
    expect(page.get_by_text("All points are painted over")).to_be_visible()
    picture(page, "marks-answered")
    with page.expect_response("**/annotations/"):
        page.keyboard.press("Enter")
    mask = load_mask(Annotation.objects.get(sample=rank.sample).mask)
    assert set(np.unique(mask)) <= {0, 1, 2, 3}
    stride = -(-mask.shape[0] // rank.marks["shape"][0])
    for number, (row, column) in enumerate(rank.marks["points"]):
        assert mask[row * stride, column * stride] == number % 3 + 1


def test_all_that_ends_an_answer_is_in_sight_beside_points_and_many_classes(
    project: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    for number in range(12):
        add_class(project, name=f"Kind {number}")
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_text("Point 1 of")).to_be_visible()
    picture(page, "marks-many-classes")
    panel = page.get_by_role("complementary", name="Your answer")
    for name in ("Save and go on", "Skip", "Unsure", "Take back", "Back", "Next", "Comments"):
        button = panel.get_by_role("button", name=re.compile(f"^{name}"))
        expect(button).to_be_in_viewport(ratio=1)
        button.click(trial=True)  # nothing lies over it
    assert panel.get_by_role("list", name="Paint with").bounding_box()["height"] >= 120  # the list has room, too


def test_hidden_points_leave_the_class_keys_to_the_brush(
    project: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    page = open_page(alice)
    page.goto(reverse("label", args=[project.pk]))
    expect(page.get_by_text("what is it?")).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator(".tile-mark")).to_have_count(0)
    page.keyboard.press("2")
    expect(page.get_by_text("0 of 1024 pixels labelled")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_text("Point 1 of")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_text("Point 2 of")).to_be_visible()


def test_the_settings_name_what_a_strategy_lacks(project: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("project-settings", args=[project.pk]))
    lacking = page.locator("optgroup[label='Not in this project'] option")
    expect(lacking.filter(has_text="Rare classes first (needs one class for each tile)")).to_have_count(1)
    assert lacking.first.is_disabled()
    page.get_by_label("Tiles apart").fill("3")
    page.get_by_label("Share of a region").fill("0.25")
    picture(page, "settings")
    page.get_by_role("button", name="Save the options").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    project.refresh_from_db()
    assert (project.spacing, project.region_share) == (3, 0.25)
