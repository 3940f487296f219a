"""How fast labels are imported: the budget is 10,000 labels a second from confirmed file to counted label."""

import time

import pytest

from annotation import imports
from annotation.exports import make
from tests import factories
from tests.annotation.imports.conftest import done, looked_at

pytestmark = pytest.mark.django_db


def test_import_of_labels(alice, tmp_path, benchmark):
    side = 200 if benchmark.enabled else 10
    source, target = (factories.make_project(alice, name=name) for name in ("Source", "Target"))
    factories.label_all(factories.make_tiles(source, side, side), alice)
    factories.make_tiles(target, side, side)
    make(source, "geojson", tmp_path / "labels.zip")
    factories.analyse()
    began = time.perf_counter()
    row = looked_at(target, alice, tmp_path / "labels.zip")
    looked = time.perf_counter() - began
    assert row.report["fates"] == {"taken": side * side}
    row = imports.confirm(row, alice)
    benchmark.pedantic(done, (row,), rounds=1)
    assert target.samples.exclude(answer=None).count() == side * side
    if benchmark.enabled:
        benchmark.extra_info["labels looked at per second"] = round(side * side / looked)
        benchmark.extra_info["labels taken in per second"] = round(side * side / benchmark.stats.stats.median)
