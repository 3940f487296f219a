"""The page of tokens, by keyboard: make one, see it once, revoke it."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import expect

from annotation.models import AccessToken
from annotation.tokens import recognise
from tests.browser.conftest import Open

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works(alice: AbstractBaseUser, open_page: Open) -> None:
    page = open_page(alice)
    page.goto("/")
    page.get_by_text("alice").first.click()
    page.get_by_role("link", name="Tokens").click()
    expect(page.get_by_role("heading", name="No tokens yet")).to_be_visible()
    page.get_by_label("Name").fill("Nightly")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    key = page.get_by_label("Shown once").input_value()
    token = recognise(key)
    assert token is not None and (token.name, token.scope) == ("Nightly", "label")
    page.keyboard.press("Escape")
    expect(page.get_by_role("row", name="Nightly")).to_contain_text(f"{key[:12]}…")
    assert key not in page.content()
    page.get_by_role("button", name="Revoke Nightly").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("heading", name="No tokens yet")).to_be_visible()
    assert not AccessToken.objects.exists()
