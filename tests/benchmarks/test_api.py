"""How long the server takes for what an annotator does all day: the next tile and a submit, and the map's tiles."""

import numpy as np
import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(request, project, benchmark):
    """Return the samples of a project with many tiles, all ranked."""
    columns, rows = request.param if benchmark.enabled else (5, 5)
    samples = factories.make_tiles(project, columns, rows)
    factories.make_round(project, samples[:300])
    factories.analyse()
    return samples


@pytest.mark.parametrize("large", [(10, 10), (400, 250)], indirect=True, ids=["100 tiles", "100,000 tiles"])
def test_next_and_submit(api, project, large, bob, benchmark):
    client, address = api(bob), f"/api/projects/{project.pk}/"
    held: list[int] = []

    def work():
        queue = client.post(f"{address}claim/", {"count": 5, "holding": held}).json()["queue"]
        answer = client.post(f"{address}annotations/", {"sample": queue[0]["sample"], "label": 1, "seconds": 1})
        assert answer.status_code == 201
        held[:] = [item["sample"] for item in queue[1:]]

    benchmark.pedantic(work, rounds=80 if benchmark.enabled else 2, warmup_rounds=2)
    if benchmark.enabled:
        p50, p95 = np.percentile(np.array(benchmark.stats.stats.data) * 1000, (50, 95))
        benchmark.extra_info |= {"p50_ms": round(p50, 1), "p95_ms": round(p95, 1)}


@pytest.mark.parametrize("large", [(100, 100)], indirect=True, ids=["10,000 tiles"])
def test_tiles_of_the_map(api, project, large, bob, benchmark):
    client = api(bob)
    answer = benchmark(client.get, f"/api/projects/{project.pk}/tiles/")
    assert len(answer.json()["features"]) == len(large)
