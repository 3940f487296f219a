"""/api/projects/{id}/annotations/bulk/: many answers in one request."""

import pytest

from annotation.models import Annotation

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project):
    return f"/api/projects/{project.pk}/annotations/bulk/"


def test_it_works(api, address, samples, bob):
    answers = [{"sample": sample.pk, "label": 2, "seconds": 1} for sample in samples[:3]]
    told = api(bob).post(address, {"answers": answers}).json()
    assert told["kept"] == 3
    said = list(Annotation.objects.order_by("id"))
    assert [result["annotation"] for result in told["results"]] == [each.pk for each in said]
    assert {(each.author.username, each.label.code) for each in said} == {("bob", 2)}


def test_each_is_refused_by_itself(api, address, samples, bob, carol):
    api(carol).post(address, {"answers": [{"sample": samples[0].pk, "label": 1}]})
    theirs = Annotation.objects.get()
    sent = [
        {"sample": samples[0].pk, "label": 2},
        {"sample": samples[1].pk, "label": 77},
        {"sample": 10**9, "label": 1},
        {"sample": "x"},
        {"sample": samples[2].pk, "label": 1},
    ]
    told = api(bob).post(address, {"answers": sent}).json()
    assert told["kept"] == 1
    assert [result["status"] for result in told["results"]] == [409, 400, 404, 400, 201]
    conflict, unknown, missing, invalid, _ = told["results"]
    assert (conflict["code"], conflict["annotation"]) == ("already_answered", theirs.pk)
    assert "1 Open water" in unknown["message"]
    assert "no tile 1000000000" in missing["message"]
    assert "sample:" in invalid["message"]


def test_sent_twice_it_is_kept_once(api, address, samples, bob):
    answers = {"answers": [{"sample": sample.pk, "label": 2} for sample in samples[:2]]}
    first, second = (api(bob).post(address, answers).json() for _ in range(2))
    assert first == second
    assert Annotation.objects.count() == 2


@pytest.mark.parametrize(
    ("answers", "word"), [([], "empty"), ("x", "list"), ([1], "dictionary"), ([{}] * 1001, "1000")]
)
def test_bad_input_is_told(api, address, bob, answers, word):
    told = api(bob).post(address, {"answers": answers})
    assert told.status_code == 400
    assert word in told.json()["error"]["message"]


def test_a_reader_of_labels_may_not(api, address, samples, dave):
    assert api(dave).post(address, {"answers": [{"sample": samples[0].pk, "label": 1}]}).status_code == 403
