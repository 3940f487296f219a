"""The admin site: reviewers decide on suggestions, and nobody gains rights."""

import re
from io import BytesIO

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from annotation.arrays.masks import store_mask
from annotation.models import Acceptance, Annotation, AuditDraw, Review, ReviewBatch, Suggestion
from annotation.models.projects import Role
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/admin/annotation/suggestion/"


@pytest.fixture
def reviewer(carol):
    """Return carol's browser; she is on the staff."""
    carol.is_staff = True
    carol.save()
    client = Client()
    client.force_login(carol)
    return client


@pytest.fixture
def suggestions(project, samples):
    """Return suggestions on all tiles, from 0.40 to 0.95."""
    version = factories.make_model_version(project)
    return [
        factories.suggest(version, sample, 1 + place % 2, 0.4 + place * 0.05) for place, sample in enumerate(samples)
    ]


def act(client, action, rows, **more):
    data = {"action": action, "_selected_action": [row.pk for row in rows], "select_across": "0", **more}
    return client.post(LIST, data, follow=True)


def accept_by_promise(project, user, **fields):
    """Write an acceptance without its labels."""
    version = project.model_versions.first() or factories.make_model_version(project)
    terms = {"kind": "average", "bound": 0.05, "threshold": 0.873, "expected_errors": 3, "limit": 0.04, "audits": 90}
    return Acceptance.objects.create(project=project, model_version=version, accepted_by=user, **terms, **fields)


def test_it_works(reviewer, project, suggestions):
    page = reviewer.get(LIST).content.decode()
    assert reverse("sample-chip", args=[project.pk, suggestions[0].sample_id]) in page
    assert "Open water" in page
    assert "95%" in page


def test_accept_makes_labels_that_say_who_and_what(reviewer, carol, suggestions):
    act(reviewer, "accept", suggestions[:3])
    for said in suggestions[:3]:
        said.refresh_from_db()
        assert said.state == Suggestion.State.ACCEPTED
        answer = said.sample.annotations.get()
        assert (answer.author, answer.label, answer.provenance) == (carol, said.label, "model_accepted")
    assert Annotation.objects.count() == 3


def test_reject_gives_the_tile_back(reviewer, suggestions):
    act(reviewer, "reject", suggestions[:1])
    suggestions[0].refresh_from_db()
    assert suggestions[0].state == Suggestion.State.REJECTED
    assert suggestions[0].sample.state == "open"
    assert Review.objects.get().verdict == "reject"


def test_correct_asks_for_the_class_first(reviewer, suggestions):
    page = act(reviewer, "correct", suggestions[:2])
    assert "Bare rock" in page.content.decode()
    assert not Annotation.objects.exists()
    act(reviewer, "correct", suggestions[:2], label="3")
    assert set(Annotation.objects.values_list("label__name", "provenance")) == {("Bare rock", "human")}


def test_a_whole_filtered_list_is_decided_at_once(reviewer, suggestions):
    data = {"action": "accept", "_selected_action": [suggestions[-1].pk], "select_across": "1", "index": "0"}
    reviewer.post(f"{LIST}?confidence=80", data)
    accepted = Suggestion.objects.filter(state="accepted").values_list("confidence", flat=True)
    assert sorted(round(value, 2) for value in accepted) == [0.8, 0.85, 0.9]


@pytest.mark.parametrize(("query", "count"), [("class={one}", 6), ("confidence=50", 6), ("version={version}", 12)])
def test_filters_narrow_the_list(reviewer, suggestions, query, count):
    filled = query.format(one=suggestions[0].label_id, version=suggestions[0].model_version_id)
    assert reviewer.get(f"{LIST}?{filled}").context["cl"].result_count == count


def filters_of(page):
    return {
        filter.title: [title for _, title in filter.lookup_choices] for filter in page.context["cl"].filter_specs[:4]
    }


def test_filters_name_the_project_and_list_what_the_reader_reviews(reviewer, suggestions, alice, carol, tmp_path):
    rivers = factories.make_project(alice, name="Rivers")
    factories.join(rivers, carol, Role.REVIEWER)
    factories.make_scene(rivers, tmp_path, name="rivers", size=(3, 32, 32))
    factories.suggest(factories.make_model_version(rivers), rivers.samples.first(), 1)
    told = filters_of(reviewer.get(LIST))
    assert told["class"] == ["Lakes: Forest", "Lakes: Open water", "Rivers: Open water"]
    assert told["model version"] == ["Lakes: 1", "Rivers: 1"]
    assert filters_of(reviewer.get(f"{LIST}?project={rivers.pk}"))["class"] == ["Rivers: Open water"]


def test_what_is_said_of_a_tile_is_drawn_over_it_and_told_in_words(reviewer, project, suggestions):
    project.task = "masks"
    project.save()
    mask = store_mask(np.full((32, 32), 2, np.uint8))
    said = suggestions[-1]
    Suggestion.objects.filter(pk=said.pk).update(mask=mask, value={"mask": mask, "pixels": {"2": 1024}})
    over = f"{reverse('sample-mask', args=[project.pk, said.sample_id])}?suggestion={said.pk}&amp;coloured=1"
    for address in (LIST, f"{LIST}{said.pk}/change/"):
        page = reviewer.get(address).content.decode()
        assert over in page
        assert "Forest" in page
    picture = reviewer.get(over.replace("&amp;", "&"))
    with Image.open(BytesIO(picture.content)) as image:
        red, green, blue = (int(project.classes.get(code=2).colour[at : at + 2], 16) for at in (1, 3, 5))
        assert image.convert("RGBA").getpixel((5, 5)) == (red, green, blue, 255)


BOX = {"class": 2, "x": 8, "y": 20, "width": 4, "height": 2}


def test_objects_are_drawn_over_their_tile(reviewer, project, suggestions):
    said = suggestions[-1]
    for task, value, ring in (
        ("boxes", {"boxes": [{**BOX, "score": 0.3}, {**BOX, "y": 6}]}, {"6.0,5.0", "10.0,7.0"}),
        ("points", {"points": [{"class": 2, "x": 8, "y": 6}]}, {"7.0,6.0", "8.0,5.0", "9.0,6.0", "8.0,7.0"}),
    ):
        project.task = task
        project.save()
        Suggestion.objects.filter(pk=said.pk).update(value=value)
        page = reviewer.get(f"{LIST}{said.pk}/change/").content.decode()
        (points, colour) = re.search(r'<polygon points="([^"]+)" fill="none" stroke="([^"]+)"', page).groups()
        assert ring <= set(points.split())
        assert colour == project.classes.get(code=2).colour
        assert page.count("<polygon") == len(value[task]) - (task == "boxes")  # no guess below the threshold


def test_an_action_that_cannot_do_what_it_says_is_not_offered(reviewer, project, suggestions):
    assert "Correct to a class" in reviewer.get(LIST).content.decode()
    project.task = "masks"
    project.save()
    assert "Correct to a class" not in reviewer.get(LIST).content.decode()
    act(reviewer, "correct", suggestions[:1], label="3")
    assert not Annotation.objects.exists()


def test_the_result_is_one_message_in_one_colour(reviewer, carol, suggestions):
    page = act(reviewer, "accept", suggestions[:2])
    (message,) = page.context["messages"]
    assert (message.level_tag, str(message)[:12]) == ("success", "Accepted: 2.")
    page = act(reviewer, "accept", suggestions[:3])
    (message,) = page.context["messages"]
    assert (message.level_tag, str(message)) == (
        "warning",
        "Accepted: 1. Left alone: 2. It is accepted already.",
    )
    assert [batch.decided for batch in ReviewBatch.objects.order_by("pk")] == [2, 1]


def test_a_round_by_few_audits_tells_no_accuracy(reviewer, project, samples):
    factories.make_round(project, samples)
    project.rounds.update(accuracy=0.87654, accuracy_low=0.7, accuracy_high=0.95, audits=3)
    for address in ("", f"{project.rounds.get().pk}/change/"):
        page = reviewer.get(f"/admin/annotation/round/{address}").content.decode()
        assert "too few audits to tell, 7 more" in page
        assert "0.87" not in page
    project.rounds.update(audits=40)
    assert "88% (70% to 95%)" in reviewer.get("/admin/annotation/round/").content.decode()


def test_waiting_audits_are_not_there(reviewer, suggestions):
    factories.make_audit(suggestions[0].sample)
    assert reviewer.get(LIST).context["cl"].result_count == 11


def test_a_reviewer_sees_only_the_projects_that_they_review(reviewer, suggestions, mallory, carol, tmp_path):
    theirs = factories.make_project(mallory, name="Elsewhere", classes=("Hidden class",))
    factories.join(theirs, carol, Role.ANNOTATOR)
    factories.make_scene(theirs, tmp_path, name="theirs", size=(3, 64, 64))
    said = factories.suggest(factories.make_model_version(theirs), theirs.samples.first(), 1)
    page = reviewer.get(LIST)
    assert page.context["cl"].result_count == 12
    assert "Hidden class" not in page.content.decode()
    assert "Elsewhere" not in reviewer.get("/admin/annotation/project/").content.decode()
    act(reviewer, "accept", [said])
    said.refresh_from_db()
    assert said.state == Suggestion.State.OPEN
    assert reviewer.get(f"{LIST}{said.pk}/change/").status_code == 302


@pytest.mark.parametrize(
    "table", ["project", "scene", "annotation", "suggestion", "round", "modelversion", "job", "acceptance", "auditdraw"]
)
def test_every_table_opens_and_takes_no_changes(reviewer, suggestions, project, samples, carol, table):
    factories.make_round(project, samples)
    factories.label(samples[0], carol, 1)
    factories.make_audit(samples[0])
    accept_by_promise(project, carol)
    page = reviewer.get(f"/admin/annotation/{table}/")
    assert page.status_code == 200
    row = page.context["cl"].result_list[0]
    assert reviewer.get(f"/admin/annotation/{table}/{row.pk}/change/").status_code == 200
    assert reviewer.post(f"/admin/annotation/{table}/{row.pk}/change/", {}).status_code == 403
    assert reviewer.post(f"/admin/annotation/{table}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert reviewer.get(f"/admin/annotation/{table}/add/").status_code == 403


def test_staff_cannot_touch_accounts(reviewer, carol):
    from django.contrib.auth.models import Permission

    carol.user_permissions.set(Permission.objects.all())
    assert reviewer.get("/admin/auth/user/").status_code == 403
    assert reviewer.post(f"/admin/auth/user/{carol.pk}/change/", {"is_superuser": "on"}).status_code == 403
    assert reviewer.get("/admin/authtoken/tokenproxy/").status_code == 404


def test_people_without_staff_status_are_sent_to_the_login(project, bob):
    client = Client()
    client.force_login(bob)
    assert client.get(LIST).status_code == 302


def test_a_failed_job_is_started_again(reviewer, project, django_capture_on_commit_callbacks):
    job = project.jobs.create(kind="export", state="failed", error="out of disk")
    reviewer.post("/admin/annotation/job/", {"action": "restart", "_selected_action": [job.pk]})
    job.refresh_from_db()
    assert job.state == "queued"


def test_an_acceptance_tells_its_terms_and_what_became_of_it(reviewer, carol, project, samples, suggestions):
    made = accept_by_promise(project, carol, accepted=12, checks=10, errors=2)
    for sample in samples[:3]:
        said = factories.label(sample, carol, 1)
        Annotation.objects.filter(pk=said.pk).update(provenance="promised", acceptance=made)
    factories.label(samples[0], carol, 2)  # a person said otherwise
    page = reviewer.get("/admin/annotation/acceptance/")
    assert page.context["cl"].result_list[0].counting == 2
    shown = page.content.decode()
    assert all(
        words in shown
        for words in ("at most 5.0% errors on average", "87.3%", "2 of 12 count", "2 of 10", "carol", "In force")
    )
    for query, count in (("state=rolled_back", 0), ("q=carol", 1), ("q=nobody", 0)):
        result = reviewer.get(f"/admin/annotation/acceptance/?{query.replace('state=', 'state__exact=')}")
        assert result.context["cl"].result_count == count


def test_audits_that_wait_tell_nothing_of_what_the_model_thinks(reviewer, carol, project, samples):
    factories.make_audit(samples[0])
    factories.make_audit(samples[1])
    factories.label(samples[1], carol, 2)
    AuditDraw.objects.update(kind="check", acceptance=accept_by_promise(project, carol))
    page = reviewer.get("/admin/annotation/auditdraw/")
    assert [row.sample_id for row in page.context["cl"].result_list] == [samples[1].pk]
    assert "Forest" in page.content.decode()
    waiting = AuditDraw.objects.get(sample=samples[0])
    assert reviewer.get(f"/admin/annotation/auditdraw/{waiting.pk}/change/").status_code == 302
    assert reviewer.get(f"/admin/annotation/auditdraw/?q={samples[1].index}").context["cl"].result_count == 1
    assert reviewer.get("/admin/annotation/auditdraw/?q=abc").context["cl"].result_count == 0


def test_promises_of_other_projects_are_not_there(reviewer, mallory, project, samples):
    theirs = factories.make_project(mallory, name="Elsewhere")
    made = accept_by_promise(theirs, mallory)
    assert reviewer.get("/admin/annotation/acceptance/").context["cl"].result_count == 0
    assert reviewer.get(f"/admin/annotation/acceptance/{made.pk}/change/").status_code == 302
