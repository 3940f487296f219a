"""The Connect page: a webhook is made, tested, seen to fail, paused and removed."""

import os
import re

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from annotation.models import AccessToken, Project, Scene, Webhook
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works(project: Project, alice: AbstractBaseUser, open_page: Open, workers: None) -> None:
    page = open_page(alice)
    page.goto(f"/projects/{project.pk}/")
    page.get_by_role("link", name="Connect").click()
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    page.get_by_label("Address").fill("https://nobody.invalid/hook")
    page.get_by_label("A release is made").uncheck()
    page.get_by_role("button", name="Add the webhook").click()
    secret = page.get_by_label("Shown once").input_value()
    row = Webhook.objects.get()
    assert row.secret == secret and row.events == ["labels.created", "version.published"]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Test: https://nobody.invalid/hook").click()
    expect(page.get_by_text("There is no host nobody.invalid. Try 1")).to_be_visible(timeout=30_000)
    if folder := os.environ.get("TERRASCRIBE_CONNECT_SHOTS"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{folder}/connect-{scheme}.png", full_page=True)
    page.get_by_role("button", name="Forget it").click()
    expect(page.get_by_role("heading", name="No messages yet")).to_be_visible()
    page.get_by_role("button", name="Pause: https://nobody.invalid/hook").click()
    expect(page.get_by_text("An owner paused it.")).to_be_visible()
    page.get_by_role("button", name="Remove: https://nobody.invalid/hook").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    assert not Webhook.objects.exists()


def test_only_owners_see_webhooks(project: Project, dave: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(dave)
    page.goto(f"/projects/{project.pk}/connect/")
    expect(page.get_by_role("heading", name="Connect")).to_be_visible()
    expect(page.get_by_text("Webhooks")).to_have_count(0)


def test_the_project_file_for_qgis_is_saved(project: Project, dave: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(dave)
    page.goto(f"/projects/{project.pk}/connect/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Get the project file").click()
    assert download.value.suggested_filename == f"terrascribe-{project.pk}.qgs"
    assert b"<qgis" in download.value.path().read_bytes()
    assert AccessToken.objects.get().project == project


def test_addresses_are_copied(scene: Scene, bob: AbstractBaseUser, dave: AbstractBaseUser, open_page: Open) -> None:
    project = scene.project
    view = project.views.create(name="Red", recipe={"bands": ["red"]}, created_by=bob)
    page = open_page(dave)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/projects/{project.pk}/connect/")
    site = page.url.removesuffix(f"/projects/{project.pk}/connect/")

    def copied(name: str) -> str:
        page.get_by_role("button", name=name).click()
        expect(page.get_by_text("Copied.").first).to_be_visible()
        return str(page.evaluate("navigator.clipboard.readText()"))

    tiles = f"{site}/projects/{project.pk}/scenes/{scene.pk}/{{z}}/{{x}}/{{y}}.png"
    assert copied("Copy: map tiles") == tiles
    page.get_by_role("combobox", name="View").select_option("Red")
    assert copied("Copy: map tiles") == f"{tiles}?view={view.pk}"
    assert copied("Copy: WMTS") == f"{site}/api/projects/{project.pk}/wmts"
    assert copied("Copy: Label Studio") == f"{site}/api/projects/{project.pk}/label-studio/"
    assert "project.frame()" in copied("Copy: Python")
    if folder := os.environ.get("TERRASCRIBE_CONNECT_SHOTS"):
        page.set_viewport_size({"width": 1366, "height": 768})
        page.wait_for_timeout(6000)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{folder}/addresses-{scheme}.png", full_page=True)


def test_a_project_without_imagery_has_its_addresses(project: Project, dave: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(dave)
    page.goto(f"/projects/{project.pk}/connect/")
    expect(page.get_by_role("textbox", name="OGC API Features")).to_have_value(
        re.compile(rf"/api/projects/{project.pk}/ogc$")
    )
    expect(page.get_by_text("Map tiles (XYZ)")).to_have_count(0)
