"""/api/projects/{id}/insights/ and quality/: read them, ask for them anew, decide on a label."""

import numpy as np
import pytest

from annotation.arrays.masks import load_mask
from annotation.insights import store
from annotation.models import Annotation, Job, Review, Sample
from tests import factories
from tests.pools import paint

pytestmark = pytest.mark.django_db


@pytest.fixture
def insights(project):
    return f"/api/projects/{project.pk}/insights/"


@pytest.fixture
def quality(project):
    return f"/api/projects/{project.pk}/quality/"


@pytest.fixture
def said(project, samples, bob):
    """Return bob's label on a tile, under suspicion."""
    given = factories.label(samples[0], bob, 1)
    item = {"kind": "model", "annotation": given.pk, "sample": given.sample_id, "given": 1, "suggested": 2}
    people = {"agreement": {}, "people": [{"person": "bob"}], "habits": [{"person": "bob"}]}
    store(project, "quality", {"round": 0, "suspects": [item], **people})
    return given


def test_it_works(api, project, insights, dave):
    empty = {"points": [], "explained": 0, "of": 0}
    stored = {"round": 0, "computed_at": "2026-01-01T00:00:00+00:00", "coverage": empty, "confusion": None}
    store(project, "insight", {**stored, "doubt": None})
    answer = api(dave).get(insights)
    assert answer.status_code == 200
    assert answer.json()["found"]["coverage"] == empty
    assert answer.json()["stale"] is False


def test_before_the_first_time_nothing_is_found(api, insights, samples, dave):
    shown = api(dave).get(insights).json()
    assert (shown["found"], shown["tiles"], shown["labels"], shown["fitted"]) == (None, 12, 0, False)


def test_it_is_worked_out_anew_on_request_and_a_second_request_joins(api, insights, bob):
    first, second = (api(bob).post(insights) for _ in range(2))
    assert (first.status_code, first.json()["kind"]) == (202, "insight")
    assert first.json()["id"] == second.json()["id"]
    assert Job.objects.filter(kind="insight").count() == 1


def test_a_viewer_asks_for_nothing(api, insights, dave):
    assert api(dave).post(insights).status_code == 403


def test_a_stranger_learns_nothing(api, insights, quality, said, mallory):
    assert api(mallory).get(insights).status_code == 404
    assert api(mallory).post(insights).status_code == 404
    assert api(mallory).get(quality).status_code == 404
    assert api(mallory).post(quality, {"annotation": said.pk, "verdict": "keep"}).status_code == 404


def test_other_methods_are_refused(api, insights, quality, alice):
    assert api(alice).delete(insights).status_code == 405
    assert api(alice).put(quality, {}).status_code == 405


def test_quality_lists_suspects_to_reviewers_and_people_to_owners(api, quality, said, alice, bob, carol):
    assert api(bob).get(quality).status_code == 403
    shown = api(carol).get(quality).json()["found"]
    assert [item["annotation"] for item in shown["suspects"]] == [said.pk]
    assert "bob" not in str(shown)
    assert api(alice).get(quality).json()["found"]["habits"] == [{"person": "bob"}]


def test_a_label_is_kept(api, quality, said, carol):
    answer = api(carol).post(quality, {"annotation": said.pk, "verdict": "keep"})
    assert (answer.status_code, answer.json()["verdict"], answer.json()["result"]) == (201, "accept", None)
    assert api(carol).get(quality).json()["found"]["suspects"] == []


def test_a_keep_is_taken_back_once_by_who_decided(api, quality, said, alice, carol, bob, mallory):
    made = api(carol).post(quality, {"annotation": said.pk, "verdict": "keep"}).json()["id"]
    one = f"{quality}{made}/"
    assert [api(user).delete(one).status_code for user in (mallory, bob, alice)] == [404, 403, 404]
    assert api(carol).post(one).status_code == 405
    assert api(carol).delete(one).status_code == 204
    assert [item["annotation"] for item in api(carol).get(quality).json()["found"]["suspects"]] == [said.pk]
    assert api(carol).delete(one).status_code == 404


def test_a_tile_is_relabelled_by_the_way_of_every_answer(api, project, quality, said, carol):
    answer = api(carol).post(quality, {"annotation": said.pk, "verdict": "relabel", "label": 2})
    assert answer.status_code == 201
    chain = api(carol).get(f"/api/projects/{project.pk}/annotations/?sample={said.sample_id}").json()["results"]
    assert [(item["author"], item["label"], item["current"]) for item in chain] == [
        ("bob", 1, True),
        ("carol", 2, True),
    ]
    assert chain[-1]["id"] == answer.json()["result"]


def test_the_second_time_is_a_conflict(api, quality, said, carol):
    body = {"annotation": said.pk, "verdict": "relabel", "label": 2}
    assert api(carol).post(quality, body).status_code == 201
    assert api(carol).post(quality, body).status_code == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"annotation": 0, "verdict": "keep"}, 404),
        ({"annotation": None, "verdict": "burn"}, 400),
        ({"verdict": "relabel"}, 400),
        ({"verdict": "relabel", "label": 99}, 400),
        ({"verdict": "relabel", "label": 1}, 400),
    ],
)
def test_what_makes_no_sense_is_refused(api, quality, said, carol, body, status):
    sent = body if not body or "annotation" in body else {"annotation": said.pk, **body}
    assert api(carol).post(quality, sent).status_code == status


def test_what_was_found_of_a_mask_is_corrected_by_painting(api, project, quality, said, carol):
    project.task = "masks"
    project.save()
    answer = api(carol).post(quality, {"annotation": said.pk, "verdict": "relabel", "label": 2})
    assert answer.status_code == 400
    assert "painting" in answer.json()["error"]["message"]


@pytest.fixture
def painted(project, samples, bob):
    """Return bob's mask of a tile: class 1 in the north, 2 in the south."""
    project.task = "masks"
    project.save()
    mask = np.repeat(np.array([1, 2], np.uint8), 16)[:, None].repeat(32, 1)
    return paint(Sample.objects.get(pk=samples[0].pk), bob, mask)


NORTH_WEST = ["10", "00"]


def test_an_area_of_a_mask_is_repainted(api, quality, painted, carol):
    body = {"annotation": painted.pk, "verdict": "relabel", "label": 3, "area": NORTH_WEST}
    answer = api(carol).post(quality, body, format="json")
    assert answer.status_code == 201
    result = Annotation.objects.get(pk=answer.json()["result"])
    assert (result.author, result.value["pixels"]) == (carol, {"1": 256, "2": 512, "3": 256})
    assert set(load_mask(result.mask)[:16, :16].ravel()) == {3}
    assert api(carol).post(quality, body, format="json").status_code == 409


def test_a_mask_is_kept(api, quality, painted, carol):
    answer = api(carol).post(quality, {"annotation": painted.pk, "verdict": "keep", "area": NORTH_WEST}, format="json")
    assert (answer.status_code, answer.json()["result"]) == (201, None)


@pytest.mark.parametrize(
    ("area", "label"),
    [
        ([], 3),
        (["10"], 3),
        (["12", "00"], 3),
        (["00", "00"], 3),
        (["1" * 64] * 64, 3),
        (["1"] * 5000, 3),
        (["1" * 5000], 3),
        ("10", 3),
        ([None], 3),
        (NORTH_WEST, 1),
        (NORTH_WEST, 99),
        (NORTH_WEST, 0),
    ],
)
def test_an_area_that_makes_no_sense_is_refused(api, quality, painted, carol, area, label):
    body = {"annotation": painted.pk, "verdict": "relabel", "label": label, "area": area}
    assert api(carol).post(quality, body, format="json").status_code == 400
    assert not Review.objects.exists()


def test_an_area_needs_a_reviewer(api, quality, painted, bob, mallory):
    body = {"annotation": painted.pk, "verdict": "relabel", "label": 3, "area": NORTH_WEST}
    assert api(bob).post(quality, body, format="json").status_code == 403
    assert api(mallory).post(quality, body, format="json").status_code == 404


def test_the_double_share_is_an_owners_setting(api, project, alice, bob):
    address = f"/api/projects/{project.pk}/"
    assert api(alice).get(address).json()["double_share"] == 0.1
    assert api(alice).patch(address, {"double_share": 0.5}).json()["double_share"] == 0.5
    assert api(alice).patch(address, {"double_share": 1.5}).status_code == 400
    assert api(bob).patch(address, {"double_share": 0.2}).status_code == 403
