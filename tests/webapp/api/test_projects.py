"""/api/projects/: list, make, change and delete."""

import pytest

from annotation.models import Project

pytestmark = pytest.mark.django_db


def test_it_works(api, project, samples, bob):
    answer = api(bob).get("/api/projects/")
    assert answer.status_code == 200
    (shown,) = answer.json()["results"]
    assert shown["name"] == "Lakes"
    assert shown["role"] == "annotator"
    assert shown["counts"] == {"open": 12, "labelled": 0, "unsure": 0, "empty": 0, "total": 12}
