"""Labels of pairs of epochs leave with both epochs and both days, and come back to the same pair."""

import csv
import io
import json
import sqlite3
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from annotation.epochs import set_scope
from annotation.exports import formats_of, make
from annotation.labeling import Answer, submit
from annotation.models import Project, Sample
from annotation.models.projects import Scope
from annotation.tasks.masks import wrapped
from tests.annotation.imports.conftest import fates, looked_at, taken
from tests.changes import DAYS, SIDE, pair_project

pytestmark = pytest.mark.django_db
WHOLE = ("project", "geojson", "coco", "masks")  # formats that hold all that a label says


def both_ways(project: Project) -> Project:
    """Let a project label change in both directions of time, so that only the pair tells its samples apart."""
    earlier, later = project.epochs.all()
    set_scope(project, Scope.PAIR, [(earlier.pk, later.pk), (later.pk, earlier.pk)])
    return project


def label_by_chance(project: Project, user, seed: int) -> None:
    """Say something of some samples."""
    rng = np.random.default_rng(seed)
    for sample in project.samples.select_related("tile__grid", "project"):
        if rng.random() < 0.8:
            continue
        value = {"class": int(rng.integers(1, 4))}
        if project.task == "masks":
            mask = np.kron(rng.integers(0, 4, (4, 4)), np.ones((SIDE // 4, SIDE // 4), int)).astype(np.uint8)
            mask[0, 0] = 1
            value = wrapped(mask)
        submit(sample, user, Answer(value=value, seconds=3.0))


def labels_of(project: Project) -> dict:
    """Return what counts of each sample, by place and the names of both epochs."""
    rows = Sample.objects.filter(project=project, answer__isnull=False)
    rows = rows.select_related("tile", "answer", "epoch", "later_epoch")
    return {
        (row.tile.column, row.tile.row, str(row.epoch), str(row.later_epoch)): (row.answer.value, row.answer.mask)
        for row in rows
    }


@pytest.mark.parametrize("task", ["classes", "masks"])
def test_it_works(alice, tmp_path: Path, task: str) -> None:
    original, copy = (both_ways(pair_project(alice, tmp_path, task=task)) for _ in range(2))
    label_by_chance(original, alice, seed=len(task))
    there = labels_of(original)
    assert len({pair for *_, earlier, later in there for pair in [(earlier, later)]}) == 2
    for name in sorted(set(formats_of(original)) & set(WHOLE)):
        make(original, name, tmp_path / "out.zip")
        row = looked_at(copy, alice, tmp_path / "out.zip")
        assert fates(row) == {"taken": len(there)}, (name, list(row.items.values_list("at", "message"))[:3])
        row = taken(row)
        assert labels_of(copy) == there, name
        for sample in copy.samples.exclude(answer=None):
            Sample.objects.filter(pk=sample.pk).update(answer=None, state=Sample.State.OPEN)
        copy.imports.all().delete()


@pytest.mark.parametrize("task", ["classes", "masks"])
def test_every_format_tells_both_epochs_and_days(alice, tmp_path: Path, task: str) -> None:
    project = pair_project(alice, tmp_path, task=task)
    label_by_chance(project, alice, seed=1)
    told = {"epoch_name": DAYS[0], "later_epoch_name": DAYS[1]}
    told |= {"epoch_acquired": DAYS[0], "later_epoch_acquired": DAYS[1]}
    for name in sorted(set(formats_of(project)) & {"geojson", "csv", "coco", "masks", "geopackage", "stac", "project"}):
        make(project, name, tmp_path / "out.zip")
        lines = lines_of(tmp_path / "out.zip", name)
        assert lines, name
        for line in lines:
            assert {key: line.get(key) for key in told} == told, (name, sorted(line))


def lines_of(path: Path, name: str) -> list[dict]:
    """Return what an export says of each labelled sample."""
    with ZipFile(path) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    if name == "csv":
        tables = (text for each, text in files.items() if each.endswith("samples.csv"))
        rows = [row for text in tables for row in csv.DictReader(io.StringIO(text.decode("utf-8-sig")))]
        return [row for row in rows if row["annotation"]]
    if name == "geopackage":
        (content,) = (text for each, text in files.items() if each.endswith(".gpkg"))
        place = path.with_suffix(".gpkg")
        place.write_bytes(content)
        with sqlite3.connect(place) as database:
            database.row_factory = sqlite3.Row
            tables = [row[0] for row in database.execute("SELECT table_name FROM gpkg_contents")]
            rows = [dict(row) for table in tables for row in database.execute(f'SELECT * FROM "{table}"')]
        return [row for row in rows if row.get("annotation")]
    if name == "stac":
        items = [json.loads(text)["properties"] for text in files.values() if b"terrascribe:annotation" in text]
        return [{key.removeprefix("terrascribe:"): value for key, value in item.items()} for item in items]
    told = [text for each, text in files.items() if each.endswith(("samples.jsonl", "annotations.jsonl"))]
    lines = [json.loads(line) for text in told for line in text.splitlines()]
    return [line for line in lines if line.get("annotation")]
