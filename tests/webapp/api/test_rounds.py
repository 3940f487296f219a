"""/api/projects/{id}/rounds/: list, and ask for a new one."""

import pytest

from annotation.models import Job
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(project):
    return f"/api/projects/{project.pk}/rounds/"


def test_it_works(api, address, project, carol):
    answer = api(carol).post(address)
    assert answer.status_code == 202
    job = Job.objects.get(pk=answer.json()["id"])
    assert (job.kind, job.state, job.requested_by) == ("refit", "queued", carol)


def test_the_second_time_it_joins_the_one_that_waits(api, address, carol):
    first = api(carol).post(address).json()["id"]
    assert api(carol).post(address).json()["id"] == first


def test_an_annotator_may_not_ask(api, address, bob, mallory):
    assert api(bob).post(address).status_code == 403
    assert api(mallory).post(address).status_code == 404
    assert not Job.objects.filter(kind="refit").exists()


def test_marks_are_shown_to_who_holds_the_tile_and_never_on_an_audit(api, project, samples, bob):
    made = factories.make_round(project, samples)
    marks = {"shape": [1, 1], "cells": "AQ==", "points": [[0, 0]], "reasons": ["doubt 0.90"], "seconds": 8}
    made.ranks.update(marks=marks)
    factories.make_audit(samples[1])
    queue = api(bob).post(f"/api/projects/{project.pk}/claim/", {"count": 2}, format="json").json()["queue"]
    assert [item["marks"] for item in queue] == [marks, None]
    assert [item["reason"] for item in queue] == ["margin 0.01", ""]
