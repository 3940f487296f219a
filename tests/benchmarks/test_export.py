"""How fast labels are exported: the budget is 20,000 tiles a second for tables of 100,000, where two cores are free."""

import os
import resource
import time

import numpy as np
import pytest

from annotation.arrays.masks import count_pixels, store_mask
from annotation.exports import make
from annotation.models import Annotation, Sample
from annotation.tasks.masks import value_of
from tests import factories

pytestmark = pytest.mark.django_db


TABLES = ["geojson", "coco", "csv", "geopackage", "geoparquet"]
FLAT = [*TABLES, "stac", "croissant", "project"]
FLAT_MB = 20  # that the allocator may differ by


def test_export_of_labels(project, bob, tmp_path, benchmark):
    columns, rows = (400, 250) if benchmark.enabled else (10, 10)
    factories.label_all(factories.make_tiles(project, columns, rows), bob)
    factories.analyse()
    make(project, "geoparquet", tmp_path / "warm.zip")  # loads its library
    for name in TABLES:
        made = [measured(project, name, tmp_path / "out.zip") for _ in range(2)]
        assert {(each["sha256"], each["count"]) for each in made} == {(made[0]["sha256"], columns * rows)}
        benchmark.extra_info[name] = told(columns * rows, made)
    benchmark.pedantic(make, (project, "csv", tmp_path / "out.zip"), rounds=1)


def test_export_of_few_labels(project, bob, tmp_path, benchmark):
    """As many as `exports_beside_label_studio` exports there; its JSON is our GeoJSON, with samples.jsonl."""
    count = int(os.environ.get("EXPORTED_LABELS", "2000")) if benchmark.enabled else 10
    factories.label_all(factories.make_tiles(project, count, 1), bob)
    factories.analyse()
    for name, theirs in {"geojson": "JSON", "coco": "COCO"}.items():
        made = [measured(project, name, tmp_path / "out.zip") for _ in range(2)]
        benchmark.extra_info[theirs] = round(count / min(each["clock"] for each in made))
    _size, _sha256, exported = benchmark.pedantic(make, (project, "coco", tmp_path / "out.zip"), rounds=1)
    assert exported == count


def measured(project, name, target):
    """Export once, and return its checksum, seconds by clock and of the processor, and MB of memory beyond before."""
    before, began, worked = peak_mb(), time.perf_counter(), time.process_time()
    _size, sha256, count = make(project, name, target)
    seconds = {"clock": time.perf_counter() - began, "processor": time.process_time() - worked}
    return {"sha256": sha256, "count": count, "memory": peak_mb() - before, **seconds}


def told(count, made):
    """Return what two measured exports of so many tiles say, ready to be printed."""
    best = {word: min(each[word] for each in made) for word in ("clock", "processor")}
    figures = {f"tiles a second by {word}": round(count / seconds) for word, seconds in best.items()}
    return figures | {"MB beyond before": round(max(each["memory"] for each in made))}


def peak_mb():
    """Return the most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_memory_does_not_grow_with_tiles(alice, bob, tmp_path, benchmark):
    """What a format needs of memory for few and for many tiles, each time in a process of its own."""
    sizes = [(50, 100), (200, 250)] if benchmark.enabled else [(4, 4), (8, 8)]
    projects = [factories.make_project(alice, name=f"{columns} x {rows}") for columns, rows in sizes]
    for project, size in zip(projects, sizes, strict=True):
        factories.label_all(factories.make_tiles(project, *size), bob)
    factories.analyse()
    needs = {name: [round(apart(make, each, name, tmp_path / "out.zip")) for each in projects] for name in FLAT}
    benchmark.extra_info["MB of few and of many"] = needs
    benchmark.pedantic(make, (projects[0], "csv", tmp_path / "out.zip"), rounds=1)
    assert not {name: (few, many) for name, (few, many) in needs.items() if many > few + FLAT_MB}


def apart(work, *arguments):
    """Return how many MB of memory a piece of work needs at its peak, beyond what there is before."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        with os.fdopen(reading) as told:
            text = told.read()
        os.waitpid(child, 0)
        return float(text)
    try:
        before = peak_mb()
        work(*arguments)
        os.write(writing, str(peak_mb() - before).encode())
    finally:
        os._exit(0)  # without a word to the database, whose connection is the parent's


def test_export_of_masks(alice, tmp_path, benchmark):
    """2,000 masks a second, where two cores are free."""
    project = factories.make_project(alice, task="masks", tile_px=64)
    samples = factories.make_tiles(project, 50 if benchmark.enabled else 5, 40 if benchmark.enabled else 5)
    paint_all(samples, alice)
    factories.analyse()
    _size, _sha256, count = benchmark.pedantic(make, (project, "masks", tmp_path / "out.zip"), rounds=3)
    assert count == len(samples)
    if benchmark.enabled:
        benchmark.extra_info["masks per second"] = round(count / benchmark.stats.stats.median)


def paint_all(samples, user):
    """Give each sample a mask of its own, in bulk."""
    rng = np.random.default_rng(0)
    label, schema = samples[0].project.classes.first(), samples[0].project.schemas.first()
    said = []
    for sample in samples:
        mask = np.kron(rng.integers(1, 4, (8, 8)), np.ones((8, 8))).astype(np.uint8)
        sha256 = store_mask(mask)
        value = value_of(sha256, count_pixels(mask))
        said.append(Annotation(sample=sample, author=user, schema=schema, label=label, value=value, mask=sha256))
    Annotation.objects.bulk_create(said)
    for sample, annotation in zip(samples, said, strict=True):
        sample.answer, sample.state = annotation, Sample.State.LABELLED
    Sample.objects.bulk_update(samples, ["answer", "state"], batch_size=2000)
