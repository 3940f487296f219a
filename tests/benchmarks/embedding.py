"""Tiles a second of an embedding: with and without readers that run ahead, and by 1, 2 and 4 workers, in turn.

`python -m tests.benchmarks.embedding [--side TILES] [--bands N] [--repeats N] [--wait MS]`. Workers
are processes of one thread, as in the Procfile; they share a database of the benchmark's own and a folder.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

TILE_PX, PART_TILES, FIRST = 64, 32, 41
VARIANTS = {  # readers and workers
    "1 worker, nothing read ahead": (0, 1),
    "1 worker, 1 reader thread": (1, 1),
    "1 worker, 2 reader threads": (2, 1),
    "2 workers, 2 reader threads each": (2, 2),
    "4 workers, 2 reader threads each": (2, 4),
}


def furnish(folder: Path, side: int, bands: int) -> Any:
    """Return a project with one scene of noise."""
    from annotation.ingest import Wishes, ingest_files
    from tests import factories
    from tests.rasters import write_raster

    project = factories.make_project(factories.make_user("alice"), tile_px=TILE_PX)
    pixels = np.random.default_rng(0).integers(1, 3000, (bands, side * TILE_PX, side * TILE_PX), np.uint16)
    path = write_raster(folder / "scene.tif", pixels, compress="deflate", tiled=True)
    list(ingest_files(project, [path], Wishes(), report=lambda *_: None))
    return project


def serve() -> None:
    """Run the job that each line names, with so many readers, and tell the processor time."""
    import django

    django.setup()
    from django.conf import settings

    from annotation import chips, jobs
    from annotation.learning import together

    together.PART_TILES, read = PART_TILES, chips._chip
    print("ready", flush=True)
    for line in sys.stdin:
        pk, settings.EMBED_READERS, wait = json.loads(line)
        chips._chip = lambda *what, wait=wait: (time.sleep(wait / 1000), read(*what))[1]
        begun = time.process_time()
        jobs.run(pk)
        print(time.process_time() - begun, flush=True)


class Worker:
    """A process that runs jobs when it is told to."""

    def __init__(self) -> None:
        """Start it."""
        from tests.processes import environment

        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.embedding", "--serve"],
            env={**environment(), "OMP_NUM_THREADS": "1", "LOG_LEVEL": "ERROR", "EMBED_TOGETHER": "1"},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def send(self, *what: int) -> None:
        """Tell it what to run."""
        print(json.dumps(what), file=self.process.stdin, flush=True)

    def hear(self) -> str:
        """Wait for its next line."""
        if not (said := self.process.stdout.readline()):
            raise RuntimeError(f"A worker ended: {self.process.wait()}.")
        return said


def run(project: Any, workers: list[Worker], readers: int, wait: int) -> tuple[float, float]:
    """Return tiles a second, by the clock and by the processors' time."""
    from annotation.arrays.vectors import Vectors
    from annotation.learning.encoders import open_encoder
    from annotation.learning.filling import fill
    from annotation.models import Job, Part
    from annotation.models.jobs import JobKind

    encoder = open_encoder(project)
    vectors = Vectors(project, encoder.digest)
    vectors.delete()
    Job.objects.all().delete()
    fill(project, encoder, range(FIRST), report=lambda *_: None)
    rows = list(range(FIRST, project.samples.count()))
    cut = [rows[start : start + PART_TILES] for start in range(0, len(rows), PART_TILES)]
    Part.objects.bulk_create(Part(project=project, encoder=encoder.digest, rows=some) for some in cut)
    told = {"key": project.encoder, "encoder": encoder.digest}
    asked = [Job.objects.create(project=project, kind=JobKind.EMBED)]
    asked += [Job.objects.create(project=project, kind=JobKind.PART, params=told) for _ in workers[1:]]
    begun = time.perf_counter()
    for worker, job in zip(workers, asked, strict=True):
        worker.send(job.pk, readers, wait)
    cpu = sum(float(worker.hear()) for worker in workers)
    taken = time.perf_counter() - begun
    if int(vectors.present.sum()) != len(rows) + FIRST:
        raise RuntimeError(list(Job.objects.values("kind", "state", "error")))
    return len(rows) / taken, len(rows) / cpu


def measure(project: Any, repeats: int, wait: int) -> dict[str, list[tuple[float, float]]]:
    """Let all variants take turns."""
    workers = [Worker() for _ in range(max(count for _, count in VARIANTS.values()))]
    rates = defaultdict(list)
    try:
        for worker in workers:
            worker.hear()
        for _ in range(repeats + 1):  # the first is for warming up
            for title, (readers, count) in VARIANTS.items():
                rates[title].append(run(project, workers[:count], readers, wait))
    finally:
        for worker in workers:
            worker.process.communicate()
    return {title: some[1:] for title, some in rates.items()}


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=40)
    parser.add_argument("--bands", type=int, default=6)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--wait", type=int, default=0, help="milliseconds that each read waits, as on a far storage")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    if asked.serve:
        return serve()
    os.environ["TEST_DATABASE_NAME"] = f"bench_embedding_{os.getpid()}"
    import django

    django.setup()
    from django.db import connection
    from django.test import override_settings

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as folder, override_settings(DATA_DIR=Path(folder) / "data"):
            rates = measure(furnish(Path(folder), asked.side, asked.bands), asked.repeats, asked.wait)
    finally:
        connection.close()
        connection.creation.destroy_test_db(name, verbosity=0)
    for title, some in rates.items():
        clock, cpu = np.median(some, axis=0)
        print(f"{title}: {clock:.0f} tiles/s, {cpu:.0f} a second of processor time")


if __name__ == "__main__":
    main()
