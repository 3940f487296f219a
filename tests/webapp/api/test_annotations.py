"""/api/projects/{id}/annotations/: say and list."""

import base64

import numpy as np
import pytest

from annotation.models.projects import Role
from mlcore.raster.write import encode_mask_png
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project):
    return f"/api/projects/{project.pk}/annotations/"


def test_it_works(api, address, samples, bob):
    answer = api(bob).post(address, {"sample": samples[0].pk, "verdict": "label", "label": 2, "seconds": 1.5})
    assert answer.status_code == 201
    said = answer.json()
    assert (said["label"], said["author"], said["provenance"], said["version"]) == (2, "bob", "human", 1)
    assert said["counts"]["labelled"] == 1
    samples[0].refresh_from_db()
    assert samples[0].answer.label.name == "Forest"


def test_two_people_get_both_versions(api, address, samples, bob, carol):
    api(bob).post(address, {"sample": samples[0].pk, "label": 1})
    answer = api(carol).post(address, {"sample": samples[0].pk, "label": 2, "base": None})
    assert answer.status_code == 409
    shown = answer.json()
    assert shown["error"]["code"] == "already_answered"
    assert (shown["theirs"]["author"], shown["theirs"]["label"], shown["yours"]["label"]) == ("bob", 1, 2)
    forced = api(carol).post(address, {"sample": samples[0].pk, "label": 2, "base": shown["theirs"]["id"]})
    assert forced.status_code == 201


def test_an_unknown_class_lists_the_known(api, address, samples, bob):
    answer = api(bob).post(address, {"sample": samples[0].pk, "label": 77})
    assert answer.status_code == 400
    assert "1 Open water" in answer.json()["error"]["message"]
    assert not samples[0].annotations.exists()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"verdict": "maybe"}, "verdict"),
        ({"mask": "%%%"}, "leave the mask out"),
        ({"seconds": -1}, "seconds"),
        ({"label": None}, "Choose a class"),
        ({"base": "x"}, "base"),
    ],
)
def test_bad_input_is_told(api, address, samples, bob, fields, told):
    answer = api(bob).post(address, {"sample": samples[0].pk, "label": 1, **fields})
    assert answer.status_code == 400
    assert told in answer.json()["error"]["message"]
    assert not samples[0].annotations.exists()


def test_nobody_claims_to_be_a_model_or_somebody_else(api, address, samples, bob):
    claimed = {"sample": samples[0].pk, "label": 1, "provenance": "model_accepted"}
    assert api(bob).post(address, claimed).status_code == 400
    said = api(bob).post(address, {"sample": samples[0].pk, "label": 1, "author": "alice"}).json()
    assert (said["author"], said["provenance"]) == ("bob", "human")


def test_a_mask_goes_in_and_comes_out(api, alice, bob, tmp_path):
    project = factories.make_project(alice, name="Shores", task="masks")
    factories.join(project, bob, Role.ANNOTATOR)
    factories.make_scene(project, tmp_path, name="shores")
    sample = project.samples.first()
    mask = np.zeros((32, 32), np.uint8)
    mask[:4] = 3
    png = encode_mask_png(mask)
    body = {"sample": sample.pk, "mask": base64.b64encode(png).decode()}
    said = api(bob).post(f"/api/projects/{project.pk}/annotations/", body).json()
    assert (said["label"], said["value"]) == (3, {"mask": said["value"]["mask"], "pixels": {"3": 128}})
    shown = api(bob).get(said["mask_url"])
    assert shown["Content-Type"] == "image/png"
    assert shown.content == png


def test_the_list_is_filtered(api, address, samples, bob, carol):
    factories.label(samples[0], bob, 1)
    factories.label(samples[0], bob, 2)
    factories.label(samples[1], carol, 2)
    client = api(bob)
    assert client.get(address).json()["count"] == 3
    assert client.get(f"{address}?current=true").json()["count"] == 2
    assert client.get(f"{address}?author=carol").json()["results"][0]["sample"] == samples[1].pk
    assert client.get(f"{address}?label=2&current=true").json()["count"] == 2
    assert client.get(f"{address}?sample={samples[0].pk}").json()["count"] == 2
    assert client.get(f"{address}?provenance=imported").json()["count"] == 0


def test_the_list_costs_the_same_for_many(api, address, samples, bob, django_assert_max_num_queries):
    for sample in samples:
        factories.label(sample, bob, 1)
    client = api(bob)
    with django_assert_max_num_queries(6):
        assert len(client.get(address).json()["results"]) == 12


def test_pages_follow_each_other(api, address, samples, bob):
    for sample in samples[:3]:
        factories.label(sample, bob, 1)
    first = api(bob).get(f"{address}?page_size=2").json()
    assert (first["count"], len(first["results"]), first["previous"]) == (3, 2, None)
    assert len(api(bob).get(first["next"]).json()["results"]) == 1


def test_a_program_says_that_it_plays_an_annotator(api, address, samples, bob):
    answer = api(bob).post(address, {"sample": samples[0].pk, "label": 2, "provenance": "simulated"})
    assert answer.json()["provenance"] == "simulated"
