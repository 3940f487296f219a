"""The insights and quality pages: what audits tell, tile by tile, and a second look at labels, one key each."""

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.arrays import fits
from annotation.arrays.vectors import Vectors
from annotation.explaining.explain import explain
from annotation.insights import store
from annotation.models import Job, Project, Review, Sample, Scene
from annotation.models.jobs import JobKind
from tests import factories
from tests.browser.conftest import Open
from tests.pools import paint

pytestmark = pytest.mark.django_db(transaction=True)

ABSENT = "#8a9099"  # of tiles without the tag
TRUTH = (1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2)


@pytest.fixture
def explained(scene: Scene, alice: AbstractBaseUser) -> Project:
    """Return a project with ten labels, one of them wrong, two of them audits, and what a worker told of it."""
    made = scene.project
    samples = list(made.samples.all())
    factories.make_round(made, samples)
    made.rounds.update(classes=2, accuracy=0.9, accuracy_low=0.7, accuracy_high=0.98, audits=12, labels=8)
    rng = np.random.default_rng(0)
    vectors = rng.normal(0, 0.3, (12, 8)) + np.array(TRUTH)[:, None] * 3
    Vectors(made, "e" * 64).write(range(12), vectors.astype(np.float32))
    sure = np.array([[0.95, 0.05] if code == 1 else [0.05, 0.95] for code in TRUTH])
    fits.store_fit(made, 1, fits.Kept((1, 2), sure, sure.max(axis=1)))
    for sample, code in zip(samples[:10], TRUTH, strict=False):
        if sample.index >= 8:
            factories.make_audit(sample)
        factories.label(sample, alice, 2 if sample.index == 0 else code)
    made.jobs.all().delete()
    explain(Job(project=made, kind=JobKind.INSIGHT))
    return made


def test_it_works(explained: Project, bob: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(bob)
    page.goto(reverse("insights", args=[explained.pk]))
    expect(page.get_by_role("img", name="Learning curve: from 90% at 8 labels")).to_be_visible()
    page.get_by_role("button", name="1 audit of Open water: the model says Open water").click()
    expect(page.get_by_text("People: Open water. Model: Open water.")).to_be_visible()
    plane = page.get_by_role("img", name="12 tiles, 10 of them labelled")
    plane.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tooltip")).to_contain_text("Tile")
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_be_hidden()
    page.get_by_role("radio", name="Model").click()
    page.get_by_role("button", name="Forest", exact=True).click()
    expect(page.get_by_role("button", name="Forest", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="On the map").click()
    expect(page.get_by_role("radio", name="Confidence")).to_be_checked()


def colours_on(page: Page) -> set[str]:
    """Return the colours of which the plane of tiles has whole dots."""
    script = """canvas => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const counts = {};
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] < 255) continue;
        const colour = "#" + [0, 1, 2].map(k => data[at + k].toString(16).padStart(2, "0")).join("");
        counts[colour] = (counts[colour] ?? 0) + 1;
      }
      return Object.keys(counts).filter(colour => counts[colour] > 12);
    }"""
    return set(page.locator("#coverage").evaluate(script))


def test_the_plane_is_coloured_by_one_tag(
    scene: Scene, alice: AbstractBaseUser, bob: AbstractBaseUser, open_page: Open, excused: list[str]
) -> None:
    excused.append("getImageData")  # that colours are read back is this test's doing
    made = scene.project
    made.task = "tags"
    made.save()
    samples = list(made.samples.all())
    factories.make_round(made, samples)
    Vectors(made, "e" * 64).write(range(12), np.random.default_rng(0).normal(0, 1, (12, 8)).astype(np.float32))
    chances = np.tile([0.97, 0.4, 0.1], (12, 1))
    fits.store_fit(made, 1, fits.Kept((1, 2, 3), chances, np.full(12, 0.6)))
    said = [{"tags": [1], "unsure": [2]}, {"tags": [2]}, {"tags": [1, 2]}, {"tags": []}]
    for sample, value in zip(samples, said, strict=False):
        factories.say(sample, alice, value)
    made.jobs.all().delete()
    explain(Job(project=made, kind=JobKind.INSIGHT))
    water, forest = (made.classes.get(code=code).colour.lower() for code in (1, 2))
    page = open_page(bob)
    page.goto(reverse("insights", args=[made.pk]))
    expect(page.get_by_role("button", name="Open water", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Has Open water")).to_be_visible()
    assert colours_on(page) & {water, forest, ABSENT} == {water, ABSENT}
    page.get_by_role("button", name="Forest", exact=True).click()
    expect(page.get_by_text("cannot be told")).to_be_visible()
    assert colours_on(page) & {water, forest, ABSENT} == {forest, ABSENT}
    page.get_by_role("radio", name="Model").click()
    expect(page.get_by_text("Chance of Open water")).to_be_visible()
    assert colours_on(page) & {"#fee838", water, forest, ABSENT} == {"#fee838"}
    page.locator("#coverage").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tooltip")).to_contain_text("The model says Open water 97%, 60% sure")


def test_a_label_is_given_anew_with_one_key(explained: Project, carol: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(carol)
    page.goto(reverse("quality", args=[explained.pk]))
    wrong = explained.samples.get(index=0)
    expect(page.get_by_role("article", name="Tile 0")).to_be_visible()
    expect(page.get_by_text("A model that has not seen this label gives Forest")).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("1")
    expect(page.get_by_role("article", name="Tile 0")).to_be_hidden()
    review = Review.objects.get(annotation__sample=wrong)
    assert (review.verdict, review.result.label.code, review.result.author) == ("correct", 1, carol)
    assert Sample.objects.get(pk=wrong.pk).answer == review.result


def test_a_keep_is_taken_back_with_one_key(explained: Project, carol: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(carol)
    page.goto(reverse("quality", args=[explained.pk]))
    expect(page.get_by_role("article", name="Tile 0")).to_be_visible()
    expect(page.get_by_role("button", name="Take back U")).to_be_hidden()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("k")
    expect(page.get_by_role("article", name="Tile 0")).to_be_hidden()
    expect(page.get_by_role("button", name="Take back U")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("article", name="Tile 0")).to_be_visible()
    expect(page.get_by_text("Taken back: tile 0 is here again.")).to_be_visible()
    assert not Review.objects.exists()


def test_an_area_of_a_mask_is_repainted_with_one_key(
    scene: Scene, alice: AbstractBaseUser, carol: AbstractBaseUser, open_page: Open
) -> None:
    made = scene.project
    made.task = "masks"
    made.save()
    said = paint(made.samples.first(), alice, np.full((32, 32), 1, np.uint8))
    item = {"kind": "model", "annotation": said.pk, "sample": said.sample_id, "index": 0, "given": 1, "suggested": 2}
    area = {"area": ["10", "00"], "share": 0.25, "own": 0.02, "other": 0.97, "score": 0.97, "audit": False}
    agreement = {"samples": 0, "value": None, "classes": []}
    told = {"round": 0, "codes": [1, 2, 3], "labels": 1, "audits": 0, "computed_at": "2026-01-01T00:00:00+00:00"}
    more = {"suspects": [{**item, **area}], "agreement": agreement, "people": [], "habits": []}
    store(made, "quality", {**told, **more})
    page = open_page(carol)
    page.goto(reverse("quality", args=[made.pk]))
    expect(page.get_by_text("gives the outlined area, 25% of the paint, Open water 2% and Forest 97%")).to_be_visible()
    expect(page.locator(".frame .area path.line")).to_have_attribute("d", "M0 0h1M0 1h1M0 0v1M1 0v1")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("2")
    expect(page.get_by_role("article", name="Tile 0")).to_be_hidden()
    review = Review.objects.get(annotation=said)
    assert (review.verdict, review.result.value["pixels"]) == ("correct", {"1": 768, "2": 256})


def test_an_empty_project_says_what_comes_first(project: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("insights", args=[project.pk]))
    expect(page.get_by_role("heading", name="No imagery yet")).to_be_visible()
    page.goto(reverse("quality", args=[project.pk]))
    expect(page.get_by_role("heading", name="No labels yet")).to_be_visible()
