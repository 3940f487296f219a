"""import(export(x)) == x: random projects of every kind of label, in every format that loses nothing."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine

from annotation import imports
from annotation.comments import add_comment, settle_comment
from annotation.exports import formats_of, make
from annotation.ingest import Wishes, ingest_files
from annotation.labeling import Answer, submit
from annotation.models import Comment, Import, Project, Sample
from annotation.models.projects import Role
from annotation.tasks.masks import wrapped
from tests import factories
from tests.annotation.imports.conftest import done, fates, looked_at, messages, taken
from tests.rasters import ramp, write_raster

pytestmark = pytest.mark.django_db

AMOUNT = {"name": "Fuel moisture", "unit": "%", "low": 0, "high": 300, "step": 1, "tolerance": 5}
OPTIONS: dict[str, Any] = {"amount": AMOUNT, "boxes": {"rotated": True}}
PLACES: dict[str, dict[str, Any]] = {
    "utm": {},
    "degrees": {"crs": "EPSG:4326", "transform": Affine(0.001, 0, 8, 0, -0.001, 47)},
    "antimeridian": {"crs": "EPSG:3832", "transform": Affine(10, 0, 3_339_000, 0, -10, 100_000)},
    "polar": {"crs": "EPSG:3995", "transform": Affine(100, 0, -6400, 0, -100, 4800)},
    "pixels": {"crs": None, "transform": Affine.identity()},
}
CASES = [
    *(("classes", place) for place in [*PLACES, "chips"]),
    *(("tags", place) for place in ("utm", "chips")),
    *(("amount", place) for place in ("degrees", "pixels")),
    *((task, place) for task in ("boxes", "points") for place in ("utm", "pixels", "chips")),
    *(("masks", place) for place in ("utm", "degrees", "antimeridian", "polar", "pixels", "chips")),
]
FORMATS = {"project", "geojson", "coco", "masks"}  # all others have the same lines, and no pixels beside them
# polygons need ground to lie on, and in degrees they are straight only there
LOST = {("masks", "geojson", place) for place in ("pixels", "chips", "antimeridian", "polar")}


def project_at(owner: Any, task: str, place: str, folder: Path) -> Project:
    """Return a project of nine tiles, or nine chips of different sizes, without labels."""
    options = {"task_options": OPTIONS[task]} if task in OPTIONS else {}
    project = factories.make_project(owner, name=f"{task} at {place}", task=task, **options)
    if place != "chips":
        factories.make_scene(project, folder, name="scene", size=(3, 96, 96), **PLACES[place])
        return project
    if not (folder / "chips").exists():
        (folder / "chips" / "a").mkdir(parents=True)
        for number in range(9):
            path = folder / "chips" / ("a" if number % 2 else "") / f"chip{number}.png"
            size = (3, 32, 32 - 8 * (number % 3))
            write_raster(path, ramp(*size) // 2 + number, crs=None, transform=Affine.identity(), driver="PNG")
    list(ingest_files(project, [folder / "chips"], Wishes(), report=lambda *_: None))
    return project


def answer(task: str, rng: np.random.Generator, cell: tuple[int, int]) -> dict[str, Any]:
    """Return what somebody says of a tile [height, width] by chance."""
    if task == "classes":
        return {"class": int(rng.integers(1, 4))}
    if task == "tags":
        drawn = rng.permutation([1, 2, 3]).tolist()
        return {"tags": sorted(drawn[: rng.integers(0, 3)]), "unsure": sorted(drawn[3 - rng.integers(0, 2) :][:1])}
    if task == "amount":
        return {"amount": round(float(rng.uniform(0, 300)), 3), "uncertainty": [None, 2.5][rng.integers(0, 2)]}
    if task in ("boxes", "points"):
        return {task: [thing(task, rng, cell) for _ in range(int(rng.integers(0, 4)))]}
    mask = np.zeros((32, 32), np.uint8)
    height, width = cell
    coarse = rng.integers(0, 4, (8, 8)).astype(np.uint8)
    mask[:height, :width] = np.kron(coarse, np.ones((4, 4), np.uint8))[:height, :width]
    mask[0, 0] = 1
    mask[rng.integers(0, height), rng.integers(0, width)] = 3  # a pixel alone
    return wrapped(mask)


def thing(task: str, rng: np.random.Generator, cell: tuple[int, int]) -> dict[str, Any]:
    """Return a box or a point on a tile [height, width] by chance."""
    place = {"x": float(rng.uniform(0, cell[1])), "y": float(rng.uniform(0, cell[0]))}
    sides = dict(zip(("width", "height", "angle"), rng.uniform(1, 20, 3).tolist(), strict=True))
    score = {"score": float(rng.random())} if rng.random() < 0.3 else {}
    return {"class": int(rng.integers(1, 4)), **place, **(sides if task == "boxes" else {}), **score}


def label_by_chance(project: Project, people: list[Any], rng: np.random.Generator) -> None:
    """Let people say something of most tiles."""
    for sample in project.samples.exclude(state=Sample.State.EMPTY).select_related("tile__grid", "project"):
        if rng.random() < 0.25:
            continue
        scene = project.scenes.filter(grid__ready_made=True, first_column=sample.tile.column).first()
        cell = (32, 32)
        if scene:
            info = scene.asset.info()
            cell = (info.height, info.width)
        said = answer(project.task, rng, cell)
        person = people[int(rng.integers(0, len(people)))]
        submit(
            sample, person, Answer(value=said, seconds=float(rng.integers(1, 60)), interactions=int(rng.integers(9)))
        )


def write_by_chance(project: Project, people: list[Any], rng: np.random.Generator) -> None:
    """Let people write about some tiles, labelled or not, flag them and settle flags."""
    for sample in project.samples.order_by("index"):
        for number in range(int(rng.choice([0, 0, 1, 2]))):
            person = people[int(rng.integers(0, len(people)))]
            flags = bool(rng.random() < 0.5)
            made = add_comment(sample, person, f"=Cloud 'ö'?\n{number} \\ \"", flags=flags)
            settle_comment(made, person, settled=flags and bool(rng.random() < 0.5))


def written_in(project: Project) -> list[Any]:
    """Return what is written in a project, by whom and when it was at first."""
    rows = Comment.objects.filter(sample__project=project).select_related("sample__tile", "author", "item")
    return sorted(
        (
            (row.sample.tile.name, row.sample.tile.column, row.sample.tile.row, row.text, row.flags),
            row.settled_by is not None,
            row.told.get("author") or str(row.author),
            row.told.get("created_at") or row.created_at.isoformat(),
        )
        for row in rows
    )


def labels_of(project: Project) -> dict[Any, Any]:
    """Return what counts of each tile, by its place in the project's lattice or by its name."""
    rows = Sample.objects.filter(project=project, answer__isnull=False).select_related("tile", "answer__label")
    return {
        (row.tile.name or (row.tile.column, row.tile.row)): (
            row.answer.value,
            row.answer.mask,
            row.answer.label.code if row.answer.label else None,
        )
        for row in rows
    }


@pytest.mark.parametrize(("task", "place"), CASES)
def test_it_works(alice, bob, tmp_path, task, place):
    rng = np.random.default_rng(hash_of(task, place))
    original, copy = (project_at(alice, task, place, tmp_path) for _ in range(2))
    factories.join(original, bob, Role.ANNOTATOR)
    label_by_chance(original, [alice, bob], rng)
    write_by_chance(original, [alice, bob], rng)
    there, written = labels_of(original), written_in(original)
    for name in sorted(set(formats_of(original)) & FORMATS):
        if (task, name, place) in LOST:
            continue
        make(original, name, tmp_path / "out.zip")
        row = looked_at(copy, alice, tmp_path / "out.zip")
        assert fates(row) == {"taken": len(there) + len(written)}, list(row.items.values_list("at", "message"))
        row = taken(row)
        assert (labels_of(copy), written_in(copy)) == (there, written)
        assert told(row) == authors(original)
        provenances = copy.samples.exclude(answer=None).values_list("answer__provenance", flat=True)
        assert set(provenances) == {"imported"}
        done(imports.ask_undo(row, alice))
        assert (labels_of(copy), written_in(copy)) == ({}, [])


def test_painted_tiles_without_ground_are_listed_where_polygons_cannot_hold_them(alice, tmp_path):
    original, copy = (project_at(alice, "masks", "pixels", tmp_path) for _ in range(2))
    label_by_chance(original, [alice], np.random.default_rng(1))
    make(original, "geojson", tmp_path / "out.zip")
    row = looked_at(copy, alice, tmp_path / "out.zip")
    assert set(fates(row)) == {"broken"}
    assert all("export the whole project, COCO or masks" in message for message in messages(row).values())


def told(row: Import) -> list[tuple[Any, ...]]:
    """Return what an import keeps of who said each label."""
    said = [item.source for item in row.items.filter(comment="").order_by("id")]
    names = ("author", "seconds", "interactions", "provenance", "created_at")
    return [tuple(each[name] for name in names) for each in said]


def authors(project: Project) -> list[tuple[Any, ...]]:
    """Return who said each label that counts, in how many seconds, how and when."""
    rows = [sample.answer for sample in project.samples.order_by("index") if sample.answer]
    return [
        (str(each.author), each.seconds, each.interactions, each.provenance, each.created_at.isoformat())
        for each in rows
    ]


def hash_of(*words: str) -> int:
    """Return a number that is the same in every run."""
    return sum(ord(letter) * (at + 1) for at, letter in enumerate("".join(words)))


def test_twice_changes_nothing(alice, project, samples, exported, tmp_path):
    factories.label_all(samples, alice)
    copy = project_at(alice, "classes", "utm", tmp_path)
    path = exported(project, "geojson")
    row = taken(looked_at(copy, alice, path))
    made = row.items.filter(annotation__isnull=False).count()
    assert made == 9
    again = looked_at(copy, alice, path)
    assert fates(again) == {"known": 9, "outside": 3}
    assert labels_of(copy) == {spot: said for spot, said in labels_of(project).items() if spot[0] < 3}
    assert Import.objects.count() == 2


def test_what_nobody_could_tell_and_all_versions_come_along(alice, bob, project, samples, exported, tmp_path):
    submit(samples[0], bob, Answer("unsure", reason="clouds"))
    factories.label(samples[1], bob, 1)
    factories.label(samples[1], bob, 2)
    copy = project_at(alice, "classes", "utm", tmp_path)
    row = taken(looked_at(copy, alice, exported(project, "project")))
    assert sorted(copy.samples.exclude(state="open").values_list("state", flat=True)) == ["labelled", "unsure"]
    unsure, labelled = row.items.filter(annotation__isnull=False)
    assert (unsure.source["author"], unsure.source["reason"]) == ("bob", "clouds")
    assert [said["value"] for said in labelled.source["history"]] == [{"class": 1}, {"class": 2}]
    assert any("passed over" in note for note in row.report["notes"])
