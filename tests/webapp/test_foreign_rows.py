"""Other people's rows and rights, named in bodies and filters; and text that wants to be more than text."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from annotation.models import Annotation, Lease, Member, Review
from annotation.models.projects import Role
from tests import factories

pytestmark = pytest.mark.django_db
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def elsewhere(mallory, tmp_path):
    """Return mallory's own project, with its samples."""
    made = factories.make_project(mallory, name="Elsewhere")
    factories.make_scene(made, tmp_path, name="elsewhere", size=(3, 64, 64))
    return made


def test_markup_is_refused_or_stays_text(api, project, samples, alice, bob):
    root = f"/api/projects/{project.pk}"
    owner = api(alice)
    for address, field in ((f"{root}/", "name"), (f"{root}/classes/1/", "name"), (f"{root}/classes/1/", "colour")):
        assert owner.patch(address, {field: MARKUP}).status_code == 400
    assert owner.patch(f"{root}/scenes/{project.scenes.get().pk}/", {"name": MARKUP}).status_code == 400
    assert owner.patch(f"{root}/classes/1/", {"hotkey": "<"}).status_code == 400
    owner.patch(f"{root}/", {"description": f"</script>{MARKUP}"})
    bob.username = MARKUP
    bob.save()
    api(bob).post(f"{root}/annotations/", {"sample": samples[0].pk, "verdict": "skip", "reason": MARKUP})
    for page in ("", "settings/", "imagery/", "label/", "exports/", "review/"):
        assert MARKUP.encode() not in owner.get(f"/projects/{project.pk}/{page}").content
    for said in (owner.get(f"{root}/annotations/"), owner.get(f"{root}/members/")):
        assert said["Content-Type"] == "application/json"


def test_markup_in_a_name_stays_text_in_the_admin(project, samples, bob, carol):
    bob.username = MARKUP
    bob.save()
    carol.is_staff = True
    carol.save()
    factories.label(samples[0], bob, 1)
    client = Client()
    client.force_login(carol)
    said = Annotation.objects.get()
    for address in ("/admin/annotation/annotation/", f"/admin/annotation/annotation/{said.pk}/change/"):
        page = client.get(address).content.decode()
        assert MARKUP not in page
        assert "&lt;img" in page


def test_ids_of_other_projects_do_nothing_in_bodies(api, project, samples, elsewhere, alice, bob, mallory):
    ours, theirs = f"/api/projects/{project.pk}", f"/api/projects/{elsewhere.pk}"
    suggestion = factories.suggest(factories.make_model_version(project), samples[0], 1)
    said = factories.label(samples[1], bob, 1)
    client = api(mallory)
    asked = {"count": 1, "showing": samples[2].pk, "holding": [samples[3].pk]}
    assert {item["sample"] for item in client.post(f"{theirs}/claim/", asked).json()["queue"]} <= set(
        elsewhere.samples.values_list("pk", flat=True)
    )
    assert client.post(f"{theirs}/annotations/", {"sample": samples[2].pk, "label": 1}).status_code == 404
    assert client.post(f"{theirs}/samples/{samples[2].pk}/claim/").status_code == 404
    review = {"ids": [suggestion.pk], "verdict": "accept"}
    assert client.post(f"{theirs}/suggestions/review/", review).json()["changed"] == 0
    look = {"annotation": said.pk, "verdict": "keep"}
    assert client.post(f"{theirs}/quality/", look).status_code == 404
    member = project.members.get(user=bob)
    assert client.patch(f"{theirs}/members/{member.pk}/", {"role": "owner"}).status_code == 404
    assert client.delete(f"{theirs}/scenes/{project.scenes.get().pk}/").status_code == 404
    own = elsewhere.samples.first()
    pictures = f"/projects/{elsewhere.pk}/samples/{own.pk}"
    for query in (f"mask.png?annotation={said.pk}", f"mask.png?suggestion={suggestion.pk}"):
        assert client.get(f"{pictures}/{query}").status_code == 404
    assert client.get(f"{pictures}/chip.png?scene={project.scenes.get().pk}").status_code == 404
    stolen = api(alice).post(f"{ours}/classes/", {"name": "Only ours"}).json()["code"]
    assert client.patch(f"{theirs}/classes/1/", {"merged_into": stolen}).status_code == 400
    assert client.post(f"{theirs}/annotations/", {"sample": own.pk, "label": stolen}).status_code == 400
    assert Lease.objects.filter(project=project, user=mallory).count() == 0
    assert Review.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "name"), [("annotations", "sample"), ("scenes", "grid"), ("annotations", "model_version")]
)
def test_filters_do_not_tell_what_other_projects_have(api, project, samples, elsewhere, mallory, path, name):
    factories.make_model_version(project)
    there = {"sample": samples[0].pk, "grid": project.grids.get().pk, "model_version": project.model_versions.get().pk}
    address = f"/api/projects/{elsewhere.pk}/{path}/?{name}="
    hidden, missing = (api(mallory).get(f"{address}{pk + 1000 * far}") for far, pk in enumerate([there[name]] * 2))
    assert (hidden.status_code, hidden.json()) == (missing.status_code, missing.json())
    assert hidden.json()["count"] == 0


def test_nobody_gains_rights_by_naming_them(api, project, samples, alice, bob, carol):
    root = f"/api/projects/{project.pk}"
    member = project.members.get(user=carol)
    api(alice).patch(f"{root}/members/{member.pk}/", {"role": "viewer", "user": bob.pk, "project": 1, "is_staff": True})
    member.refresh_from_db()
    assert (member.user, member.role) == (carol, Role.VIEWER)
    api(alice).post(
        "/api/projects/", {"name": "Mine", "id": project.pk, "role": "viewer", "owner": carol.pk, "seed": 7}
    )
    assert Member.objects.filter(project__name="Mine").get().user == alice
    sent = {
        "sample": samples[0].pk,
        "label": 1,
        "author": carol.pk,
        "model_version": 1,
        "version": 9,
    }
    assert api(bob).post(f"{root}/annotations/", sent | {"provenance": "imported"}).status_code == 400
    api(bob).post(f"{root}/annotations/", sent)
    said = Annotation.objects.get()
    assert (said.author, said.provenance, said.model_version, said.version) == (bob, "human", None, 1)
    assert not get_user_model().objects.filter(is_staff=True).exists()


def test_a_retired_or_merged_class_is_given_to_nobody(api, project, samples, alice, bob, carol):
    root = f"/api/projects/{project.pk}"
    suggestion = factories.suggest(factories.make_model_version(project), samples[0], 2)
    api(alice).delete(f"{root}/classes/1/")
    api(alice).patch(f"{root}/classes/2/", {"merged_into": 3})
    for code in (1, 2):
        assert api(bob).post(f"{root}/annotations/", {"sample": samples[1].pk, "label": code}).status_code == 400
    review = {"ids": [suggestion.pk], "verdict": "accept"}
    assert api(carol).post(f"{root}/suggestions/review/", review).json()["changed"] == 0
    correction = {"ids": [suggestion.pk], "verdict": "correct", "label": 1}
    assert api(carol).post(f"{root}/suggestions/review/", correction).status_code == 400
    assert Annotation.objects.count() == 0
