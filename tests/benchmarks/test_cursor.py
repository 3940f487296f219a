"""How long a spectrum of 224 bands and a series of 68 dates take at the cursor, over HTTP: cold and warm."""

import json
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from pytest_benchmark.fixture import BenchmarkFixture

from annotation.ingest import Wishes, ingest_files
from annotation.models import Project
from mlcore.raster.opening import _handles
from tests import factories
from tests.rasters import ramp, write_raster

pytestmark = pytest.mark.django_db


def _take(project: Project, *paths: Path) -> None:
    for result in ingest_files(project, paths, Wishes(), report=lambda *_: None):
        assert result.status == "accepted", result.message


def _forget() -> None:
    """Close all files, as a process has them that was not asked before."""
    _handles.kept.clear()


def _ask(benchmark: BenchmarkFixture, client: Client, project: Project, what: str, *, cold: bool) -> Any:
    """Return the last answer of twenty, each of another place."""
    samples = list(project.samples.order_by("index"))
    places = cycle([(sample.pk, 3 + 5 * at % 25) for at, sample in enumerate(samples)])

    def ask() -> Any:
        if cold:
            _forget()
        pk, x = next(places)
        answer = client.get(f"/api/projects/{project.pk}/samples/{pk}/{what}/?x={x}&y={x}")
        assert answer.status_code == 200
        return json.loads(answer.content)

    told = benchmark.pedantic(ask, rounds=20, warmup_rounds=1)
    if benchmark.stats:
        times = np.sort(benchmark.stats.stats.data) * 1000
        p50, p95 = np.percentile(times, (50, 95))
        benchmark.extra_info |= {"p50_ms": round(p50, 1), "p95_ms": round(p95, 1)}
    return told


@pytest.mark.parametrize("cold", [False, True], ids=["warm", "cold"])
def test_a_spectrum_of_224_bands_is_there_at_once(
    benchmark: BenchmarkFixture, client: Client, alice: Any, tmp_path: Path, cold: bool
) -> None:
    project = factories.make_project(alice)
    rng = np.random.default_rng(0)
    ground = rng.normal(3000, 500, (512, 512))
    cube = np.stack([ground * (0.5 + band / 224) + rng.normal(0, 20, ground.shape) for band in range(224)])
    _take(project, write_raster(tmp_path / "cube.tif", cube.clip(0).astype("uint16")))
    client.force_login(alice)
    told = _ask(benchmark, client, project, "cursor", cold=cold)
    assert len(told["scenes"][0]["bands"]) == 224
    if benchmark.stats:
        assert benchmark.extra_info["p50_ms"] <= 150


@pytest.mark.parametrize("cold", [False, True], ids=["warm", "cold"])
def test_a_series_of_68_dates_is_there_at_once(
    benchmark: BenchmarkFixture, client: Client, alice: Any, tmp_path: Path, cold: bool
) -> None:
    project = factories.make_project(alice)
    for step in range(68):
        path = write_raster(tmp_path / f"s{step}.tif", ramp(4, 128, 128, "uint16") + np.uint16(step))
        _take(project, path)
        scene = project.scenes.latest("pk")
        scene.set_moment(date(2018, 1, 1) + timedelta(days=10 * step))
        scene.save()
    client.force_login(alice)
    told = _ask(benchmark, client, project, "series", cold=cold)
    assert len(told["series"][0]["points"]) == 68
    if benchmark.stats:
        assert benchmark.extra_info["p50_ms"] <= 300
