"""The whole loop on a real scene: log in, label by key, see suggestions, review them, export, open the files."""

import json
import re
import zipfile
from collections import Counter
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
from django.conf import global_settings, settings
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Download, Page, expect
from shapely import from_wkt

from annotation import demo
from annotation.arrays.masks import load_mask
from annotation.models import Annotation, Project, Sample, Suggestion
from tests import processes
from tests.browser import pictures
from tests.browser.conftest import Open
from tests.browser.eye import Eye
from tests.samples import sample_folder

pytestmark = pytest.mark.django_db(transaction=True)

MOST_NEEDED = 16  # answers until ten labels that are no audits are learnt from, five at a time
DEGREES = 1e-7  # a centimetre; coordinates are written to the millimetre
EXCEPTIONS = 2  # suggestions of the first sheet that are clicked out


@pytest.fixture
def projects(transactional_db: None, settings, workers: None) -> tuple[Project, Project]:
    """Return the demo's projects of classes and of masks, loaded as `make run` loads them."""
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # the web server must know them too
    sample_folder()
    call_command("demo")
    return Project.objects.get(name="Great Salt Lake land cover"), Project.objects.get(task="masks")


def test_the_loop(projects: tuple[Project, Project], open_page: Open, tmp_path: Path) -> None:
    cover, segmentation = projects
    eye = Eye(demo.find_scene(settings.SAMPLES_DIR), cover.scenes.select_related("grid").get())
    page = open_page(**pictures.WINDOW)
    log_in(page)
    page.get_by_role("link", name=cover.name).click()
    expect(page.get_by_text("before the first label")).to_be_visible(timeout=240_000)  # all are embedded, this first
    if pictures.WANTED:
        pictures.label_beforehand(cover, eye)
    page.get_by_role("link", name=re.compile("^Label L?")).click()
    if pictures.WANTED:
        pictures.take_labelling(page)
    label(page, cover, eye)
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_text(re.compile(r"^Version \d+, fitted on \d+ labels"))).to_be_visible()
    if pictures.WANTED:
        pictures.take_project(page)
    accepted = review(page)
    check_tiles(export(page, "GeoJSON", tmp_path), cover, accepted)
    page.goto(reverse("label", args=[segmentation.pk]))
    paint(page)
    check_masks(export(page, "GeoTIFF masks", tmp_path), segmentation)


def log_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Name").fill(settings.DEMO_USER)
    page.get_by_label("Password").fill(settings.DEMO_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()


def label(page: Page, project: Project, eye: Eye) -> None:
    """Label by key, by the look of each tile, no faster than the model can follow, until its first version is there."""
    for _ in range(MOST_NEEDED):
        tile = page.get_by_role("img", name=re.compile("^Tile in column"))
        words = tile.get_attribute("aria-label") or ""
        column, row = (int(number) for number in re.findall(r"\d+", words)[:2])
        page.keyboard.press(str(eye.name(column, row)))
        expect(tile).not_to_have_attribute("aria-label", words)
        expect(page.get_by_role("status").filter(has_text="All saved")).to_be_visible()
        processes.wait_for_jobs(project)
        if project.model_versions.filter(state="published").exists():
            break


def review(page: Page) -> set[int]:
    """Accept a sheet of suggestions but for some; return the samples of those accepted."""
    page.get_by_role("link", name="Review").click()
    cards = page.get_by_role("checkbox", name=re.compile("^Tile"))
    expect(cards.first).to_be_visible()
    page.get_by_role("combobox", name="Ticked from").select_option(label="any")
    seen = [re.match(r"Tile (\d+): ", words).group(1) for words in cards.evaluate_all("all => all.map(x => x.title)")]
    for place in range(EXCEPTIONS):
        cards.nth(place).click()
    expect(page.get_by_role("button", name=f"Accept {len(seen) - EXCEPTIONS}")).to_be_enabled()  # all were seen
    page.keyboard.press("a")
    expect(page.get_by_text(f"{len(seen) - EXCEPTIONS} suggestions accepted.")).to_be_visible()
    return {int(index) for index in seen[EXCEPTIONS:]}


def export(page: Page, title: str, folder: Path) -> Path:
    """Make an export, download it and return the folder that it was unpacked into."""
    page.get_by_role("link", name="Exports").click()
    page.get_by_role("button", name=f"Make {title}", exact=True).click()
    page.get_by_role("button", name="Make it").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Download")).click()
    return unpack(download.value, folder / title)


def unpack(download: Download, folder: Path) -> Path:
    with zipfile.ZipFile(download.path()) as archive:
        archive.extractall(folder)
    return folder


def check_tiles(folder: Path, project: Project, accepted: set[int]) -> None:
    """Compare the GeoJSON with the database: which tiles, which classes, whose, where."""
    table = geopandas.read_file(folder / "labels.geojson").set_index("sample").sort_index()
    answered = Sample.objects.filter(project=project, state="labelled").select_related("tile", "answer__label", "audit")
    expected = {row.pk: row for row in answered.order_by("pk")}
    assert list(table.index) == list(expected)
    assert table.crs.to_epsg() == 4326
    assert list(table["label"]) == [row.answer.label.code for row in expected.values()]
    assert list(table["name"]) == [row.answer.label.name for row in expected.values()]
    assert set(table[table["provenance"] == "model_accepted"]["index"]) == accepted
    in_database = Counter(Annotation.objects.filter(sample__project=project).values_list("provenance", flat=True))
    assert Counter(table["provenance"]) == in_database
    assert Suggestion.objects.filter(state=Suggestion.State.ACCEPTED).count() == len(accepted)
    for pk, sample in expected.items():
        outline = from_wkt(sample.tile.outline.wkt)
        assert table.geometry[pk].equals_exact(outline, DEGREES, normalize=True)
    assert json.loads((folder / "classes.json").read_text())["classes"][0]["name"] == "Open water"


def paint(page: Page) -> None:
    """Give a box of the first tile the fifth class, and save."""
    expect(page.get_by_text("0 of 4096 pixels labelled", exact=True)).to_be_visible()
    page.keyboard.press("k")  # hides the marked points, if there are some by now: a class key would paint one
    page.keyboard.press("5")
    page.get_by_role("button", name=re.compile("^Polygon")).click()
    box = page.locator("canvas.tile-mask").first.bounding_box()
    assert box
    for x, y in ((8, 8), (40, 8), (40, 24), (8, 24)):
        page.mouse.click(box["x"] + x / 64 * box["width"], box["y"] + y / 64 * box["height"])
    page.keyboard.press("Enter")
    expect(page.get_by_text("512 of 4096 pixels labelled")).to_be_visible()
    with page.expect_response("**/annotations/"):
        page.keyboard.press("Enter")
    expect(page.get_by_text("0 of 4096 pixels labelled", exact=True)).to_be_visible()


def check_masks(folder: Path, project: Project) -> None:
    """Compare the masks with what was painted, and their places with the grid's."""
    (said,) = Annotation.objects.filter(sample__project=project).select_related("sample__tile__grid")
    tile = said.sample.tile
    (path,) = (folder / "masks").glob("*.tif")
    with rasterio.open(path) as dataset:
        np.testing.assert_array_equal(dataset.read(1), load_mask(said.mask))
        assert dataset.transform == tile.grid.spec().tile_transform(tile.column, tile.row)
        assert dataset.crs.to_epsg() == 32612  # UTM, of a scene in degrees
        assert dataset.colormap(1)[5][:3] == (0xF0, 0xE4, 0x42)
        assert (dataset.read(1)[8:24, 8:40] == 5).all()
        assert (dataset.read(1) > 0).sum() == 512
