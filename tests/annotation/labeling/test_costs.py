"""Costs: what labels take, by person, class and way; few are not told of."""

import pytest

from annotation.labeling import Answer, costs, submit
from annotation.progress import progress

pytestmark = pytest.mark.django_db


def test_it_works(project, samples, bob, carol):
    for place, sample in enumerate(samples[:8]):
        submit(sample, bob, Answer(value={"class": 1 + place % 2}, seconds=4.0, interactions=1 + place % 3))
    for sample in samples[8:12]:
        submit(sample, carol, Answer(value={"class": 3}, seconds=900.0))
    told = costs(project)
    assert told["people"] == [{"name": "bob", "labels": 8, "seconds": 4.0, "per_hour": 900.0, "interactions": 2.0}]
    assert told["classes"] == []  # four each
    assert [row["name"] for row in told["ways"]] == ["own word"]
    assert told["everybody"]["labels"] == 12
    assert told["everybody"]["per_hour"] == pytest.approx(3600 * 12 / (8 * 4 + 4 * 300), abs=0.1)


def test_nothing_is_told_of_nothing(project, samples):
    assert costs(project) == {"everybody": None, "people": [], "classes": [], "ways": []}


def test_a_corrected_label_counts_once_and_the_overview_tells_the_same_pace(project, samples, bob):
    for seconds, sample in zip([2.0, 3.0, 4.0, 5.0, 6.0, 7.0], samples, strict=False):
        said = submit(sample, bob, Answer(value={"class": 1}, seconds=seconds))
    submit(samples[5], bob, Answer(value={"class": 2}, seconds=1.0, base=said.pk))
    row = costs(project)["people"][0]
    assert (row["labels"], row["seconds"]) == (6, 3.5)
    assert progress(project)["people"] == [{"name": "bob", "labels": 6, "seconds_median": 3.5}]
