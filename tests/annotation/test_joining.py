"""Links by which people join: each works once, for one person."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from annotation.errors import BadSettings, NotFound
from annotation.joining import behind, join, make_account, make_link, open_links, withdraw_link
from annotation.models import JoinLink
from annotation.models.projects import Role

pytestmark = pytest.mark.django_db
PASSWORD = "grey heron over water"


def test_it_works(project, alice):
    link, secret = make_link(project, role=Role.REVIEWER, by=alice)
    assert secret not in (link.digest, str(link))
    user, _ = make_account(secret, "erin", PASSWORD)
    assert user.check_password(PASSWORD) and not user.is_staff
    assert project.role_of(user) == Role.REVIEWER
    assert not open_links(project).exists()


def test_the_second_who_opens_it_is_told(project):
    _, secret = make_link(project)
    make_account(secret, "erin", PASSWORD)
    with pytest.raises(NotFound, match="Ask whoever sent it for another one"):
        make_account(secret, "frank", PASSWORD)
    assert not User.objects.filter(username="frank").exists()


def test_who_has_an_account_joins_with_it(project, mallory):
    join(make_link(project, role=Role.VIEWER)[1], mallory)
    assert project.role_of(mallory) == Role.VIEWER


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("Alice", PASSWORD, "Somebody is called Alice already"),
        ("erin", "12345678", "too common"),
        ("erin", "short", "too short"),
        ("", PASSWORD, "username"),
        ("a b", PASSWORD, "username"),
    ],
)
def test_a_name_or_password_that_will_not_do_leaves_the_link_open(project, alice, name, password, said):
    _, secret = make_link(project)
    with pytest.raises(BadSettings, match=said):
        make_account(secret, name, password)
    assert behind(secret).project == project


def test_a_member_does_not_use_it_up(project, alice):
    _, secret = make_link(project)
    with pytest.raises(BadSettings, match="member of Lakes already"):
        join(secret, alice)
    assert behind(secret)


def test_a_link_that_is_over_or_withdrawn_opens_nothing(project):
    link, secret = make_link(project)
    JoinLink.objects.update(expires_at=link.made_at - timedelta(days=1))
    with pytest.raises(NotFound):
        behind(secret)
    link, secret = make_link(project)
    withdraw_link(project, link.pk)
    with pytest.raises(NotFound):
        behind(secret)


def test_the_command_makes_an_administrator(capsys):
    call_command("invite", administrator=True, site="https://label.example.org/")
    address = capsys.readouterr().out.split()[0]
    assert address.startswith("https://label.example.org/join/#")
    user, _ = make_account(address.split("#")[1], "root", PASSWORD)
    assert user.is_staff and user.is_superuser


def test_the_command_makes_a_member(project, capsys):
    call_command("invite", project.name, role="annotator")
    user, _ = make_account(capsys.readouterr().out.split()[0].split("#")[1], "erin", PASSWORD)
    assert project.role_of(user) == Role.ANNOTATOR
    with pytest.raises(CommandError, match="leave PROJECT out"):
        call_command("invite", project.name, administrator=True)
