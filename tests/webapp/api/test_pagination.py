"""Lists: pages by a cursor, lines of JSON, and answers that have not changed."""

import json

import pytest
from django.urls import reverse

from annotation.labeling import Answer, submit
from tests.webapp.test_access import TABLE, addresses, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project, samples, bob):
    for sample in samples[:5]:
        submit(sample, bob, Answer(value={"class": 1}))
    return f"/api/projects/{project.pk}/annotations/"


def test_a_cursor_walks_through_all_while_rows_come(api, address, samples, bob):
    page = api(bob).get(address, {"cursor": "", "page_size": 2}).json()
    seen = [row["sample"] for row in page["results"]]
    submit(samples[5], bob, Answer(value={"class": 1}))
    while page["next"]:
        page = api(bob).get(page["next"]).json()
        seen += [row["sample"] for row in page["results"]]
    assert seen == [sample.pk for sample in samples[:6]]


def test_a_broken_cursor_is_told(api, address, bob):
    told = api(bob).get(address, {"cursor": "////"})
    assert told.status_code == 404
    assert "cursor" in told.json()["error"]["message"].lower()


def test_lines_hold_what_pages_hold(api, address, bob):
    told = api(bob).get(address, {"author": "bob"}, headers={"Accept": "application/x-ndjson"})
    assert told["Content-Type"] == "application/x-ndjson"
    rows = [json.loads(line) for line in b"".join(told.streaming_content).splitlines()]
    assert rows == api(bob).get(address).json()["results"]


def test_errors_of_lines_are_json(api, address, mallory):
    told = api(mallory).get(address, headers={"Accept": "application/x-ndjson"})
    assert told.status_code == 404
    assert json.loads(told.content)["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    "list_", ["classes/", "members/", "scenes/", "rounds/", "jobs/", "exports/", "model-versions/", "epochs/"]
)
def test_all_lists_can_be_had_as_lines(api, address, project, alice, list_):
    at = f"/api/projects/{project.pk}/{list_}"
    told = api(alice).get(at, headers={"Accept": "application/x-ndjson"})
    rows = [json.loads(line) for line in b"".join(told.streaming_content).splitlines()]
    assert rows == api(alice).get(at).json()["results"]
    assert {row["id"] for row in api(alice).get(at, {"cursor": ""}).json()["results"] if "id" in row} == {
        row["id"] for row in rows if "id" in row
    }


def test_what_has_not_changed_is_not_sent_again(api, address, samples, bob):
    first = api(bob).get(address)
    assert api(bob).get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    submit(samples[7], bob, Answer(value={"class": 1}))
    assert api(bob).get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_every_list_has_a_cursor_lines_and_a_name_for_what_is_known(whole_project, api, alice):
    """Ask every address: what comes in pages comes by a cursor and as lines, too; what has not changed is a 304."""
    patterns, wrong = dict(addresses()), []
    client = api(alice)
    for (method, name), told in TABLE.items():
        if method != "GET" or not name.startswith("api:") or told[-1] != 200:
            continue
        address = reverse(name, kwargs=fill(name, patterns[name], whole_project))
        first = client.get(address)
        if first.streaming:
            continue  # files name their content themselves
        again = client.get(address, headers={"If-None-Match": first.get("ETag", "")})
        if again.status_code != 304 and client.get(address).content == first.content:
            wrong.append(f"{name}: the same is sent again")
        page = first.json() if first["Content-Type"] == "application/json" else None
        if not isinstance(page, dict) or not {"next", "results"} <= page.keys():
            continue
        by_cursor = client.get(address, {"cursor": ""}).json()["results"]
        answer = client.get(address, headers={"Accept": "application/x-ndjson"})
        lines = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
        if not len(by_cursor) == len(lines) == len(page["results"]):
            wrong.append(f"{name}: {len(page['results'])} in a page, {len(by_cursor)} by cursor, {len(lines)} lines")
    assert not wrong, "\n".join(wrong)
