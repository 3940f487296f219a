"""How long the server takes for what an annotator does all day: the next tile and a submit, and the map's tiles."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(project, benchmark):
    """Return the samples of a project with many tiles, all ranked."""
    side = 100 if benchmark.enabled else 5
    samples = factories.make_tiles(project, side, side)
    factories.make_round(project, samples[:300])
    factories.analyse()
    return samples


def test_next_and_submit(api, project, large, bob, benchmark):
    client, address = api(bob), f"/api/projects/{project.pk}/"
    held: list[int] = []

    def work():
        queue = client.post(f"{address}claim/", {"count": 5, "holding": held}).json()["queue"]
        answer = client.post(f"{address}annotations/", {"sample": queue[0]["sample"], "label": 1, "seconds": 1})
        assert answer.status_code == 201
        held[:] = [item["sample"] for item in queue[1:]]

    benchmark.pedantic(work, rounds=100 if benchmark.enabled else 2)


def test_tiles_of_the_map(api, project, large, bob, benchmark):
    client = api(bob)
    answer = benchmark(client.get, f"/api/projects/{project.pk}/tiles/")
    assert len(answer.json()["features"]) == len(large)
