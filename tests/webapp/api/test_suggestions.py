"""/api/projects/{id}/suggestions/: list and review."""

import numpy as np
import pytest

from annotation.arrays.vectors import Vectors
from annotation.assigning import Choice, assign, with_progress
from annotation.labeling import claim
from annotation.projects import merge_class
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project):
    return f"/api/projects/{project.pk}/suggestions/"


@pytest.fixture
def suggestions(project, samples):
    version = factories.make_model_version(project)
    rows = enumerate(samples)
    return [factories.suggest(version, each, 1 + n % 2, 0.4 + n * 0.05, cluster=n % 3) for n, each in rows]


def test_it_works(api, project, address, suggestions, carol):
    shown = api(carol).get(address).json()
    assert shown["count"] == 12
    first = shown["results"][0]
    assert (first["sample"], first["label"], first["model_version"]) == (suggestions[-1].sample_id, 2, 1)
    assert first["chip_url"] == f"/projects/{project.pk}/samples/{first['sample']}/chip.png"


def test_filters_and_orders(api, address, suggestions, carol):
    client = api(carol)
    assert client.get(f"{address}?label=1").json()["count"] == 6
    assert client.get(f"{address}?min_confidence=0.79&max_confidence=0.91").json()["count"] == 3
    assert client.get(f"{address}?order=confidence").json()["results"][0]["confidence"] == pytest.approx(0.4)
    clusters = [item["cluster"] for item in client.get(f"{address}?order=cluster").json()["results"]]
    assert clusters == sorted(clusters)
    assert client.get(f"{address}?order=random").status_code == 400


def test_accept_reject_and_correct(api, address, suggestions, carol):
    client = api(carol)
    ids = [said.pk for said in suggestions]
    assert client.post(f"{address}review/", {"ids": ids[:5], "verdict": "accept"}).json()["changed"] == 5
    assert client.post(f"{address}review/", {"ids": ids[5:6], "verdict": "reject"}).json()["changed"] == 1
    corrected = client.post(f"{address}review/", {"ids": ids[6:8], "verdict": "correct", "label": 3})
    assert {**corrected.json(), "batch": None} == {"changed": 2, "skipped": [], "batch": None}
    assert client.get(f"{address}?state=open").json()["count"] == 4
    again = client.post(f"{address}review/", {"ids": ids[:1], "verdict": "accept"}).json()
    assert (again["changed"], again["skipped"][0]["id"]) == (0, ids[0])


def test_a_batch_is_listed_and_taken_back(api, project, address, suggestions, bob, carol):
    client, ids = api(carol), [said.pk for said in suggestions[:5]]
    batch = client.post(f"{address}review/", {"ids": ids, "verdict": "accept"}).json()["batch"]
    batches = f"/api/projects/{project.pk}/review-batches/"
    (row,) = client.get(batches).json()["results"]
    assert (row["id"], row["reviewer"], row["decided"], row["may_undo"]) == (batch, "carol", 5, True)
    undone = client.post(f"{batches}{batch}/undo/").json()
    assert (undone["undone"], sorted(undone["opened"]), undone["left"]) == (5, ids, [])
    assert client.get(f"{address}?state=open").json()["count"] == 12
    again = client.post(f"{batches}{batch}/undo/")
    assert (again.status_code, b"already" in again.content) == (409, True)
    assert client.post(f"{batches}999999/undo/").status_code == 404
    assert api(bob).get(batches).status_code == 403
    assert api(bob).post(f"{batches}{batch}/undo/").status_code == 403


def test_waiting_audits_are_not_there_and_cannot_be_decided(api, address, suggestions, carol):
    factories.make_audit(suggestions[0].sample)
    assert api(carol).get(address).json()["count"] == 11
    answer = api(carol).post(f"{address}review/", {"ids": [suggestions[0].pk], "verdict": "accept"}).json()
    assert answer["changed"] == 0


@pytest.mark.parametrize(
    "body",
    [{"ids": [], "verdict": "accept"}, {"ids": [1], "verdict": "praise"}, {"ids": [1], "verdict": "correct"}],
)
def test_bad_input_is_told(api, address, suggestions, carol, body):
    assert api(carol).post(f"{address}review/", body).status_code == 400


def test_suggestions_of_another_project_are_left_alone(api, address, suggestions, project, mallory):
    theirs = factories.make_project(mallory, name="Elsewhere")
    body = {"ids": [suggestions[0].pk], "verdict": "accept"}
    assert api(mallory).post(f"/api/projects/{theirs.pk}/suggestions/review/", body).json()["changed"] == 0
    suggestions[0].refresh_from_db()
    assert suggestions[0].state == "open"


@pytest.fixture
def tagged(alice, tmp_path):
    """Return suggestions of tags: of each tile 1 Open water, by other chances than the confidence."""
    project = factories.make_project(alice, task="tags")
    factories.make_scene(project, tmp_path)
    version = factories.make_model_version(project)
    chances = [(0.9, {"1": 0.7, "2": 0.9}), (0.6, {"1": 0.95, "2": 0.1}), (0.8, {"1": 0.8, "3": 0.96}), (0.7, {})]
    return [
        factories.suggest(version, sample, 1, sure, value={"tags": [1], "unsure": []}, details={"chances": said})
        for (sure, said), sample in zip(chances, project.samples.all(), strict=False)
    ]


def places_of(answer, suggestions):
    ids = [said.pk for said in suggestions]
    return [ids.index(item["id"]) for item in answer.json()["results"]]


def test_with_a_tag_chosen_its_chance_is_what_sorts_and_filters(api, alice, tagged):
    client, address = api(alice), f"/api/projects/{tagged[0].sample.project_id}/suggestions/"
    assert places_of(client.get(f"{address}?order=-confidence"), tagged) == [0, 2, 3, 1]
    assert places_of(client.get(f"{address}?order=-confidence&label=1"), tagged) == [1, 2, 0, 3]
    assert places_of(client.get(f"{address}?order=confidence&label=1"), tagged) == [3, 0, 2, 1]
    assert places_of(client.get(f"{address}?order=confidence&label=1&min_confidence=0.75"), tagged) == [2, 1]
    assert places_of(client.get(f"{address}?order=-confidence&label=99"), tagged) == []


def test_the_chance_of_merged_tags_is_that_of_the_likelier(api, alice, tagged):
    project = tagged[0].sample.project
    merge_class(project, 3, 1)
    answer = api(alice).get(f"/api/projects/{project.pk}/suggestions/?order=-confidence&label=1")
    assert places_of(answer, tagged) == [2, 1, 0, 3]


@pytest.fixture
def embedded(project, samples):
    """Give the samples vectors that turn by a few degrees from one to the next."""
    angles = np.radians(8 * np.arange(12))
    rows = np.stack([np.cos(angles), np.sin(angles)], 1) * (1 + np.arange(12) % 3)[:, None]
    ranked = factories.make_round(project, samples)
    Vectors(project, ranked.encoder).scale_as(_unscaled(project))
    Vectors(project, ranked.encoder).write_scaled(range(12), rows.astype("f2"))


def _unscaled(project):
    plain = Vectors(project, "plain")
    plain.write([0, 1], np.array([[-1, -1], [1, 1]], np.float32))
    return plain


def test_those_that_look_alike_come_nearest_first_itself_before_all(
    api, address, suggestions, embedded, samples, carol
):
    client = api(carol)
    told = client.get(f"{address}?alike={samples[5].pk}&state=open").json()
    indices = [item["index"] for item in told["results"]]
    assert indices[0] == 5
    assert [abs(index - 5) for index in indices] == sorted(abs(index - 5) for index in indices)
    narrowed = client.get(f"{address}?alike={samples[5].pk}&label=2&order=confidence").json()["results"]
    assert [item["index"] for item in narrowed][0] == 5
    assert {item["label"] for item in narrowed} == {2}


def test_an_area_has_look_alikes_too(api, address, suggestions, embedded, samples, carol):
    west, south, east, north = samples[5].tile.outline.extent
    inside = (west + east) / 2, (south + north) / 2
    area = f"{inside[0] - 1e-5},{inside[1] - 1e-5},{inside[0] + 1e-5},{inside[1] + 1e-5}"
    of_area, of_tile = (
        [said["sample"] for said in api(carol).get(f"{address}?{query}&state=open").json()["results"]]
        for query in (f"alike_area={area}", f"alike={samples[5].pk}")
    )
    assert of_area == of_tile and of_area[0] == samples[5].pk


def test_at_most_fifty_others_are_alike(api, address, suggestions, embedded, samples, carol, monkeypatch):
    monkeypatch.setattr("annotation.review.alike.MOST_ALIKE", 4)
    assert api(carol).get(f"{address}?alike={samples[0].pk}").json()["count"] == 4


def test_what_has_no_vector_or_is_not_there_is_told(api, address, suggestions, samples, carol):
    client = api(carol)
    answer = client.get(f"{address}?alike={samples[5].pk}")
    assert (answer.status_code, "no vector yet" in str(answer.json())) == (409, True)
    assert client.get(f"{address}?alike=987654321").status_code == 404
    assert client.get(f"{address}?alike=-1").status_code == 400
    assert client.get(f"{address}?alike=1e300").status_code == 400
    assert client.get(f"{address}?alike_area=1,2,3").status_code == 400
    assert client.get(f"{address}?alike_area=0,0,1,1").status_code == 409  # no tile lies there


def test_it_says_whose_tiles_are_and_deciding_takes_them_off_their_list(
    api, project, address, suggestions, alice, bob, carol
):
    given = assign(project, project.members.get(user=bob).pk, Choice(count=2), by=alice)
    theirs = set(given.samples.values_list("pk", flat=True))
    shown = api(carol).get(address).json()["results"]
    assert {item["sample"]: item["assigned"] for item in shown if item["assigned"]} == dict.fromkeys(theirs, "bob")
    picked = next(item["id"] for item in shown if item["sample"] in theirs)
    answer = api(carol).post(f"{address}review/", {"ids": [picked], "verdict": "accept"})
    assert answer.status_code == 200, answer.content
    assert with_progress(project.assignments.all()).get().left == 1
    assert [batch.left for batch in claim(project, bob, count=1).batches] == [1]
