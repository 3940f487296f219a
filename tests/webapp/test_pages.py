"""The HTML pages: who sees them, what is on them, and that their scripts and addresses exist."""

import gzip
import json
import re
from functools import cache
from pathlib import Path

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from annotation.models import LabelClass, Project, Scene
from webapp.pages import TABS, url_templates

SCRIPTS = Path(__file__).resolve().parents[2] / "webapp" / "static" / "webapp" / "js"
PROJECT_PAGES = [name for name, _title, _role in TABS]
MOST_JS_BYTES = 150_000  # compressed, of our own scripts that one page loads before it can be used
MOST_JS_BYTES_EVER = 220_000  # with what is loaded when somebody first uses it


def address(project: Project, name: str) -> str:
    return reverse(name, args=[project.pk])


def logged_in(user: AbstractBaseUser) -> Client:
    client = Client()
    client.force_login(user)
    return client


def json_of(page: str, name: str) -> dict:
    match = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert match, f"no data called {name} on the page"
    return json.loads(match.group(1))


def test_it_works(alice, project):
    for name in PROJECT_PAGES:
        page = logged_in(alice).get(address(project, name))
        assert page.status_code == 200, name
        assert "<title>" in page.content.decode() and "Lakes" in page.content.decode(), name
        assert json_of(page.content.decode(), "data")["project"]["id"] == project.pk


@pytest.mark.parametrize("name", PROJECT_PAGES)
def test_a_stranger_is_told_that_there_is_no_such_project(mallory, project, name):
    answer = logged_in(mallory).get(address(project, name))
    assert answer.status_code == 404
    assert "Lakes" not in answer.content.decode()
    assert "No such project." in answer.content.decode()


@pytest.mark.parametrize("name", PROJECT_PAGES)
def test_nobody_sees_a_page_without_login(db, project, name):
    answer = Client().get(address(project, name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        (
            "alice",
            {
                "project",
                "label",
                "review",
                "quality",
                "model",
                "insights",
                "imagery",
                "imports",
                "exports",
                "connect",
                "project-settings",
            },
        ),
        ("carol", {"project", "label", "review", "quality", "model", "insights", "imagery", "exports", "connect"}),
        ("bob", {"project", "label", "model", "insights", "imagery", "exports", "connect"}),
        ("dave", {"project", "model", "insights", "imagery", "exports", "connect"}),
    ],
)
def test_each_role_has_its_pages_and_links_to_no_others(request, project, person, allowed):
    client = logged_in(request.getfixturevalue(person))
    assert {name for name in PROJECT_PAGES if client.get(address(project, name)).status_code == 200} == allowed
    overview = client.get(address(project, "project")).content.decode()
    tabs = overview[overview.index('<nav aria-label="Project">') : overview.index("</nav>")]
    assert {name for name in PROJECT_PAGES if f'href="{address(project, name)}"' in tabs} == allowed


def test_the_wrong_role_is_told_which_one_it_needs(bob, project):
    answer = logged_in(bob).get(address(project, "project-settings"))
    assert answer.status_code == 403
    assert "needs the role owner" in answer.content.decode()


def test_pages_take_no_posts(alice, project):
    assert logged_in(alice).post(address(project, "project")).status_code == 405


def test_the_list_and_the_form_for_a_new_project_are_for_everybody_with_a_login(mallory):
    client = logged_in(mallory)
    assert client.get(reverse("projects")).status_code == 200
    form = client.get(reverse("new-project")).content.decode()
    assert "A class for each pixel" in form


def test_the_list_has_a_cover_for_the_projects_of_the_user_only(alice, mallory, project, scene):
    own = json_of(logged_in(alice).get(reverse("projects")).content.decode(), "data")
    assert own["covers"] == {str(project.pk): Scene.objects.get().pk}
    assert json_of(logged_in(mallory).get(reverse("projects")).content.decode(), "data")["covers"] == {}


def test_markup_in_names_stays_text(alice, project):
    Project.objects.filter(pk=project.pk).update(name='</script><script>alert("p")</script>')
    LabelClass.objects.filter(project=project, code=1).update(name="</script><img src=x onerror=alert(1)>")
    page = logged_in(alice).get(address(project, "project")).content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page
    assert json_of(page, "data")["classes"][0]["name"].startswith("</script>")


def test_no_script_runs_in_place_without_the_nonce_of_the_answer(alice, project):
    answer = logged_in(alice).get(address(project, "project"))
    nonce = re.search(r"'nonce-([\w-]+)'", answer["Content-Security-Policy"]).group(1)
    for attributes in re.findall(r"<script([^>]*)>", answer.content.decode()):
        assert "src=" in attributes or "application/json" in attributes or f'nonce="{nonce}"' in attributes
    assert not re.search(r"<[^>]+ on\w+=", answer.content.decode())


def test_pages_fetch_nothing_from_elsewhere(alice, project):
    for name in PROJECT_PAGES:
        page = logged_in(alice).get(address(project, name)).content.decode()
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page), name


def test_every_static_file_of_a_page_exists(alice, project):
    for name in PROJECT_PAGES:
        page = logged_in(alice).get(address(project, name)).content.decode()
        for path in re.findall(r'"/static/([^"]+)"', page):
            assert finders.find(path), f"{name} asks for {path}"


def test_every_address_that_a_script_names_exists(db):
    known = url_templates()
    assert known["sample-chip"] == "/projects/{project_id}/samples/{pk}/chip.png"
    for script in SCRIPTS.rglob("*.js"):
        for name in re.findall(r'urls\.get\(\s*"([^"]+)"', script.read_text()):
            assert name in known, f"{script.name} asks for {name}"


@cache
def compressed(script: Path) -> int:
    return len(gzip.compress(script.read_bytes()))


AT_ONCE = r"""(?:from|(?<!=> )import)\s*\(?\s*["'](\.[^"']+)["']"""
EVER = r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']"""


def loaded_by(*scripts: Path, imports: str) -> set[Path]:
    """Return the modules that these load, one another's included.

    A page waits for `from "./x.js"` and `await import("./x.js")`; `() => import("./x.js")` waits for its first use.
    """
    waiting, seen = list(scripts), set()
    while waiting:
        script = waiting.pop().resolve()
        if script in seen:
            continue
        seen.add(script)
        targets = re.findall(imports, script.read_text())
        waiting += [script.parent / target for target in targets]
    return seen


def test_our_scripts_are_small_on_every_page_whatever_its_kind_of_label(db):
    kinds = [path for path in (SCRIPTS / "tasks").glob("*.js") if path.stem not in {"index", "task", "named"}]
    entries = [*SCRIPTS.glob("*/page.js"), SCRIPTS / "projects" / "new_project.js"]
    assert len(kinds) >= 4
    assert len(entries) >= 10
    for entry in entries:
        for kind in kinds:
            scripts = (entry, kind, SCRIPTS / "ui" / "shell.js", SCRIPTS / "theme.js")
            for imports, most in ((AT_ONCE, MOST_JS_BYTES), (EVER, MOST_JS_BYTES_EVER)):
                total = sum(compressed(script) for script in loaded_by(*scripts, imports=imports))
                assert total <= most, f"{entry.parent.name} of {kind.stem} has {total} bytes"


def test_no_form_is_sent_by_the_browser_before_its_script_is_there():
    """A form without a method would load the page anew, and what was typed would be gone."""
    templates = SCRIPTS.parents[2] / "templates"
    forms = [form for path in templates.rglob("*.html") for form in re.findall(r"<form\b[^>]*", path.read_text())]
    assert len(forms) > 10
    assert [form for form in forms if "method=" not in form] == []


def test_login_leads_back_to_the_page_and_logout_to_the_login(alice, project):
    client = Client()
    asked = address(project, "imagery")
    form = client.get(reverse("login"), {"next": asked})
    assert f'name="next" value="{asked}"' in form.content.decode()
    answer = client.post(reverse("login"), {"username": "alice", "password": "correct horse battery", "next": asked})
    assert answer["Location"] == asked
    assert client.post(reverse("logout"))["Location"] == reverse("login")


def test_a_wrong_password_is_told(alice):
    answer = Client().post(reverse("login"), {"username": "alice", "password": "guess"})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


def test_login_leads_nowhere_else(alice):
    fields = {"username": "alice", "password": "correct horse battery", "next": "https://evil.example/"}
    assert Client().post(reverse("login"), fields)["Location"] == "/"
