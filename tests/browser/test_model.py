"""The model page: what another encoder would buy, a training with its curve, and the decision."""

import os
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotation.encoders import own_file
from annotation.models import Job, ModelVersion, Project, Scene
from annotation.models.jobs import JobKind
from tests import factories
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)

PICTURES = os.environ.get("MODEL_PICTURES", "")  # a folder
DIGEST = "d" * 64


def told(value: float, half: float) -> dict[str, float]:
    return {"value": value, "low": value - half, "high": min(1.0, value + half)}


COMPARISON = {
    "held_out": {"before": told(0.74, 0.1), "after": told(0.83, 0.09), "difference": told(0.09, 0.07), "count": 72},
    "audits": {"before": told(0.78, 0.2), "after": told(0.8, 0.19), "difference": told(0.02, 0.12), "count": 9},
    "folds": 3,
    "grouping": "blocks of 4 x 4 tiles",
}


@pytest.fixture
def improved(scene: Scene, alice: AbstractBaseUser) -> Project:
    """Return a project with labels, a published version, a candidate and a comparison."""
    made = scene.project
    for code, sample in enumerate(made.samples.all()[:3], start=1):
        factories.label(sample, alice, code)
    factories.make_model_version(made, state="retired", encoder_name="statistics")
    measured = {"audit_accuracy": {**told(0.78, 0.2), "audits": 9}, "cross_validated_accuracy": 0.74}
    factories.make_model_version(made, labels=72, metrics=measured)
    file = own_file(made, DIGEST)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"weights")
    factories.make_model_version(
        made,
        state="candidate",
        origin="finetune",
        encoder=DIGEST,
        encoder_name="nano, fine-tuned on 72 labels",
        labels=72,
        reason="Better, but 9 of 10 audits are labelled, too few to confirm it.",
        metrics={"comparison": COMPARISON},
    )
    rows = [
        {"key": "nano", "title": "nano (shipped)", "accuracy": 0.74, "difference": None, "best": True},
        {"key": "statistics", "title": "statistics", "accuracy": 0.7, "difference": told(-0.04, 0.06)},
    ]
    result = {"rows": rows, "reason": "The present encoder is the best.", "labels": 72, "splits": 15}
    made.jobs.create(kind=JobKind.SELECT, state="done", result={**result, "grouping": "single tiles"})
    return made


def train(project: Project) -> Job:
    """Let a training run, as a worker would show it."""
    job = Job.request(project, JobKind.FINETUNE)
    job.start()
    stages = ["Fold 1 of 3", "Fold 2 of 3", "Fold 3 of 3", "All labels"]
    curve = [
        {"stage": at // 40, "step": at % 40, "loss": 1.1 * 0.97 ** (at % 40), "validation": 1.0 * 0.98 ** (at % 40)}
        for at in range(90)
    ]
    job.show(stages=stages, curve=curve)
    job.report(0.5, "Fold 3 of 3: step 10 of 40, about 50 seconds left.")
    return job


def take(page: Page, name: str) -> None:
    """Take a picture in light and dark, if wanted."""
    for scheme in ("light", "dark") if PICTURES else ():
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=Path(PICTURES) / f"{name}-{scheme}.png", full_page=True)


def test_it_works(improved: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("model", args=[improved.pk]))
    expect(page.get_by_text("Version 3: nano, fine-tuned on 72 labels")).to_be_visible()
    expect(page.get_by_role("img", name="Held-out labels: now 74%")).to_be_visible()
    expect(page.get_by_text("+9 points, between +2 and +16 with 95% certainty")).to_be_visible()
    take(page, "decision")
    job = train(improved)
    expect(page.get_by_text("about 50 seconds left")).to_be_visible()
    expect(page.get_by_role("img", name="Loss from")).to_be_visible()
    take(page, "training")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Ends at its next step.")).to_be_visible()
    job.stop()
    expect(page.get_by_text("Cancelled. The model is as it was.")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Waiting for your decision")).to_be_hidden()
    assert improved.model_versions.get(number=3).state == ModelVersion.State.DISCARDED
    page.get_by_title("Go back to the encoder of version 1").click()
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_text("Change the encoder")).to_be_visible()
    assert improved.jobs.get(kind=JobKind.SWITCH).params["encoder"] == "statistics"


def test_who_does_not_own_it_finds_no_button(improved: Project, bob: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(bob)
    page.goto(reverse("model", args=[improved.pk]))
    expect(page.get_by_text("Version 3: nano, fine-tuned on 72 labels")).to_be_visible()
    assert page.get_by_role("main").get_by_role("button").count() == 0
    expect(page.get_by_text("null", exact=True)).to_have_count(0)


def test_an_empty_project_says_what_comes_first(project: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("model", args=[project.pk]))
    expect(page.get_by_role("heading", name="No version yet")).to_be_visible()
    expect(page.get_by_text("null", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Fine-tune")).to_be_disabled()
    expect(page.get_by_text("Add imagery first.").first).to_be_visible()
    take(page, "empty")


def test_the_settings_choose_strategy_and_encoder(improved: Project, alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(reverse("project-settings", args=[improved.pk]))
    page.get_by_label("Which tile next").select_option("random")
    page.get_by_role("button", name="Save the options").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_label("What turns tiles into numbers").select_option("statistics")
    page.get_by_role("button", name="Use this encoder").click()
    expect(page.get_by_text("then it takes over")).to_be_visible()
    take(page, "settings")
    improved.refresh_from_db()
    assert improved.strategy == "random"
    assert improved.jobs.get(kind=JobKind.SWITCH).params["encoder"] == "statistics"
