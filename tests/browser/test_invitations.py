"""From an invitation on the settings page to a member, and the ways out of it."""

import re

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from annotation.models import Invitation, Project
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works(project: Project, alice: AbstractBaseUser, mallory: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto(f"/projects/{project.pk}/settings/")
    expect(page.get_by_role("row", name="alice")).to_be_visible()
    for name in ("mallory", "nobody"):
        page.get_by_label("Login name").fill(name)
        page.keyboard.press("Enter")
        expect(page.get_by_role("table", name="Invited").get_by_role("row", name=name)).to_be_visible()
    page.get_by_role("button", name="Withdraw the invitation of nobody").click()
    expect(page.get_by_role("row", name="nobody")).to_have_count(0)
    assert [row.username for row in Invitation.objects.all()] == ["mallory"]

    page = open_page(mallory)
    page.goto("/")
    expect(page.get_by_role("list", name="Invitations")).to_contain_text("alice invites you to Lakes as annotator.")
    page.get_by_role("button", name="Accept Lakes").press("Enter")
    expect(page).to_have_url(re.compile(rf"/projects/{project.pk}/$"))
    assert project.role_of(mallory) == "annotator"
