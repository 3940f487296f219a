"""The Imagery page: the lattice is cut anew, scenes become epochs, and the owner chooses what labels speak of."""

from datetime import date
from pathlib import Path

import pytest
from affine import Affine
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Coverage, Project, Scene
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


@pytest.fixture
def two(dated: Scene, tmp_path: Path) -> tuple[Scene, Scene]:
    """Return a scene of June and one of July, of one ground."""
    july = factories.make_scene(dated.project, tmp_path, name="july", nodata=3)
    july.set_moment(date(2020, 7, 1))
    july.save()
    return dated, july


def test_an_epoch_is_made_of_chosen_scenes_by_keyboard(
    two: tuple[Scene, Scene], alice: AbstractBaseUser, bob: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    june, july = two
    project = june.project
    page = open_page(alice)
    page.goto(reverse("imagery", args=[project.pk]))
    expect(page.locator("#epochs")).to_contain_text("No epoch yet")
    page.get_by_role("button", name="Epoch of chosen scenes…").press("Enter")
    dialog = page.get_by_role("dialog", name="Epoch of chosen scenes")
    expect(dialog.get_by_role("checkbox")).to_have_count(2)
    dialog.get_by_label("Name").fill("Before")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(dialog.get_by_role("status")).to_have_text("1 scene chosen")
    page.keyboard.press("Enter")
    expect(page.locator("#epochs li")).to_contain_text("1 scene, 0 samples")
    before = project.epochs.get(name="Before")
    assert list(before.scenes.all()) == [june]
    page.get_by_role("button", name="Scenes of Before").press("Enter")
    dialog = page.get_by_role("dialog", name="Scenes of Before")
    dialog.get_by_role("checkbox", name="july").check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#epochs li")).to_contain_text("2 scenes, 0 samples")
    page.get_by_label("A label speaks of").select_option("epoch")
    page.get_by_role("button", name="Choose", exact=True).click()
    expect(page.locator("#epochs li")).to_contain_text("2 scenes, 12 samples")
    factories.label(project.samples.all()[0], bob, 1)
    excused.append("400")
    page.get_by_role("button", name="Scenes of Before").press("Enter")
    dialog.get_by_role("checkbox", name="july").uncheck()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("1 labelled tiles speak of Before with july")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Delete Before").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("1 labelled tiles speak of Before, so it stays; it can be renamed.")).to_be_visible()
    assert set(before.scenes.all()) == {june, july}


def test_pairs_are_chosen_and_left_out(two: tuple[Scene, Scene], alice: AbstractBaseUser, open_page: Open) -> None:
    project = two[0].project
    page = open_page(alice)
    page.goto(reverse("imagery", args=[project.pk]))
    page.get_by_role("button", name="Group scenes by date").click()
    expect(page.locator("#epochs li")).to_have_count(2)
    page.get_by_label("A label speaks of").select_option("pair")
    page.get_by_role("button", name="Choose", exact=True).click()
    expect(page.locator("#pairs li")).to_have_text(["2020-06-01 to 2020-07-01"])
    page.get_by_label("earlier").select_option("2020-07-01")
    page.get_by_label("later").select_option("2020-06-01")
    page.get_by_role("button", name="Choose", exact=True).click()
    expect(page.locator("#pairs li")).to_have_count(2)
    page.get_by_role("button", name="Leave out 2020-06-01 to 2020-07-01").click()
    expect(page.locator("#pairs li")).to_have_text(["2020-07-01 to 2020-06-01"])
    assert project.samples.count() == 12


def test_a_scene_in_degrees_is_cut_in_metres_and_the_page_says_why(
    project: Project, alice: AbstractBaseUser, tmp_path: Path, open_page: Open
) -> None:
    place = Affine(9e-5, 0, 15, 0, -9e-5, 48)
    factories.make_scene(project, tmp_path, name="degrees", crs="EPSG:4326", transform=place)
    page = open_page(alice)
    page.goto(reverse("imagery", args=[project.pk]))
    lattice = page.locator("#lattices li")
    expect(lattice).to_contain_text("EPSG:32633, 8.2 metres a pixel")
    expect(lattice).to_contain_text("The first scene is in degrees")
    lattice.get_by_role("textbox", name="CRS").fill("EPSG:4326")
    lattice.get_by_role("spinbutton", name="metres a pixel").fill("0.0001")
    lattice.get_by_role("button", name="Cut anew").click()
    expect(lattice).to_contain_text("EPSG:4326, 0.0001 degrees a pixel")


def test_an_owner_says_which_band_is_what(
    scene: Scene, alice: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused.append("400")
    page = open_page(alice)
    page.goto(reverse("imagery", args=[scene.project_id]))
    page.get_by_role("button", name=f"Which band of {scene.name} is what").click()
    dialog = page.get_by_role("dialog")
    for number, (name, centre) in enumerate([("blue", "480"), ("green", "560"), ("red", "665")], start=1):
        dialog.get_by_label(f"Name of band {number}").fill(name)
        dialog.get_by_label(f"Centre, nm of band {number}").fill(centre)
    dialog.get_by_label("Name of band 2").fill("blue")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("more than once")
    dialog.get_by_label("Name of band 2").fill("green")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#scenes")).to_contain_text("As stated: blue, green, red")
    sensor = Scene.objects.get(pk=scene.pk).get_sensor()
    assert sensor.composite("true").bands == ("red", "green", "blue")


def test_removal_says_what_goes(dated: Scene, alice: AbstractBaseUser, bob: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("imagery", args=[dated.project_id]))
    page.get_by_role("button", name=f"Remove {dated.name}").click()
    expect(page.get_by_role("dialog")).to_contain_text("12 tiles go with it.")
    page.get_by_role("button", name="Cancel").click()
    factories.label(dated.project.samples.all()[0], bob, 1)
    page.get_by_role("button", name=f"Remove {dated.name}").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 labelled tile would lose the only imagery")
    expect(page.get_by_role("button", name="Remove", exact=True)).to_have_count(0)


def test_without_hosts_the_page_says_so(project: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("imagery", args=[project.pk]))
    page.get_by_text("From a catalogue…").click()
    expect(page.get_by_text("an operator names them in REMOTE_HOSTS")).to_be_visible()


def test_tiles_that_wait_for_a_clear_date_are_counted(
    scene: Scene, project: Project, alice: AbstractBaseUser, open_page: Open
) -> None:
    Coverage.objects.filter(scene=scene).update(cloud=0.9)
    page = open_page(alice)
    page.goto(reverse("project-settings", args=[project.pk]))
    page.get_by_label("Cloudy above, %").fill("40")
    page.get_by_role("button", name="Save the options").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(reverse("imagery", args=[project.pk]))
    expect(page.locator("#cloudy")).to_have_text("12 tiles wait: cloudy at every date, by more than 40% of the tile.")
    page.goto(reverse("project", args=[project.pk]))
    expect(page.locator("#work")).to_have_text("12 tiles wait: cloudy at every date.")
