"""A database of the release whose last migration is 0007 keeps all that it holds, and exports the same bytes."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import override_settings
from rasterio.io import MemoryFile

from annotation.models import AccessToken, Annotation, AuditForecast, Project, Suggestion
from annotation.tokens import recognise
from tests.conftest import WORKER
from tests.migrations import releases

RELEASE = Path(__file__).parent / "release_0007"
OLD_KEY = "0123456789abcdef0123456789abcdef01234567"
EXPORTS = sorted(path.name for path in (RELEASE / "exports").glob("*.zip"))

TASKS = {"classification": "classes", "segmentation": "masks"}  # what this release calls them

# What became of rows: all else is as it was.
KEPT = (
    "acceptance", "annotation", "asset", "auditdraw", "auditforecast", "exposure", "grid", "labelclass", "lease",
    "member", "modelversion", "project", "rank", "review", "round", "sample", "scene", "schema", "suggestion", "tile",
)  # fmt: skip
FACTS = {"width", "height", "bands", "dtype", "crs", "transform", "nodata", "descriptions", "statistics"}
GONE = {  # columns
    "modelversion": {"fitted_on"},
    "asset": FACTS,  # in one document
    "sample": {"scene_id", "later_scene_id"},  # epochs; nothing ever filled these
}
CHANGED = {
    "annotation": {"value"},  # typed; before, pixel counts of masks alone
    "project": {"task"},
    "scene": {"acquired"},  # a time, no longer a day
    "round": {"report"},  # an interval's middle is called `value`, no longer `estimate`
    "modelversion": {"metrics"},
}


@dataclass(frozen=True)
class Migrated:
    """The rows of the release, and a folder with the exports of what they became."""

    before: dict[str, releases.Rows]
    exports: Path


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory, django_db_blocker) -> Iterator[Migrated]:
    """Restore the release, migrate it and export everything; the tests see its database."""
    folder = tmp_path_factory.mktemp("release")
    usual = django_settings.DATABASES["default"]["TEST"]["NAME"]
    with (
        django_db_blocker.unblock(),
        releases.scratch_database(f"{usual}_release_{WORKER}"),
        override_settings(DATA_DIR=folder / "data"),
    ):
        releases.restore(RELEASE, folder / "data")
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO authtoken_token SELECT %s, now(), id FROM auth_user LIMIT 1", [OLD_KEY])
        before = {table: releases.rows(table) for table in (*KEPT, "job")}
        releases.migrate()
        releases.export_all(folder / "exports")
        yield Migrated(before, folder / "exports")


def test_it_works(migrated: Migrated) -> None:
    assert {project.name: project.task for project in Project.objects.all()} == {
        "Lakes": "classes", "Shores": "masks", "Coast": "classes", "Pictures": "classes",
    }  # fmt: skip
    assert Annotation.objects.count() == len(migrated.before["annotation"]) > 100
    assert sorted(path.name for path in migrated.exports.glob("*.zip")) == EXPORTS
    assert len(EXPORTS) == 12


def test_the_release_holds_all_that_may_go_wrong(migrated: Migrated) -> None:
    before = migrated.before
    said = before["annotation"].values()
    assert {row["verdict"] for row in said} == {"label", "skip", "unsure", "retract"}
    assert {row["provenance"] for row in said} >= {"human", "model_accepted", "promised", "imported", "simulated"}
    states = {bool(row["mask"]): set() for row in before["suggestion"].values()}
    for row in before["suggestion"].values():
        states[bool(row["mask"])].add(row["state"])
    assert states[False] == states[True] == {"open", "accepted", "corrected", "rejected", "superseded"}
    assert {bool(row["mask"]) for row in before["auditforecast"].values()} == {False, True}
    classes = before["labelclass"].values()
    assert {(row["retired"], bool(row["merged_into_id"])) for row in classes} == {
        (False, False), (True, False), (True, True),
    }  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_say_all_that_they_said(migrated: Migrated, name: str) -> None:
    before, after = (releases.unpacked(folder / name) for folder in (RELEASE / "exports", migrated.exports))
    told = json.loads(before["classes.json"])
    told["task"] = TASKS[told["task"]]
    assert holds(json.loads(after["classes.json"]), told)
    labels = [line for line in map(json.loads, after["samples.jsonl"].splitlines()) if "annotation" in line]
    lines = [json.loads(line) for line in before["annotations.jsonl"].splitlines()]
    for label, line in zip(labels, lines, strict=True):
        assert holds(label, {entry: value for entry, value in line.items() if value not in (None, "")})
    sums = {file: hashlib.sha256(content).hexdigest() for file, content in after.items() if file != "SHA256SUMS"}
    assert after["SHA256SUMS"].decode() == "".join(f"{digest}  {file}\n" for file, digest in sums.items())


@pytest.mark.parametrize("name", [name for name in EXPORTS if "geojson" in name or "coco" in name])
def test_features_and_annotations_are_the_same(migrated: Migrated, name: str) -> None:
    file = "labels.geojson" if "geojson" in name else "annotations.coco.json"
    before, after = (
        json.loads(releases.unpacked(folder / name)[file]) for folder in (RELEASE / "exports", migrated.exports)
    )
    for entry in ("features", "annotations", "images", "categories"):
        for new, old in zip(after.get(entry, ()), before.get(entry, ()), strict=True):
            spared = {"file_name"} if entry == "images" else set()  # now it is the user's own
            spared |= {"segmentation"} if old.get("segmentation") == [] else set()  # now it is an outline
            assert holds(new, {field: value for field, value in old.items() if field not in spared})


@pytest.mark.parametrize("name", [name for name in EXPORTS if "masks" in name])
def test_masks_say_the_same(migrated: Migrated, name: str) -> None:
    before, after = (releases.unpacked(folder / name) for folder in (RELEASE / "exports", migrated.exports))
    if name.startswith("pictures"):
        old, new = ([files[path] for path in sorted(files) if path.startswith("masks/")] for files in (before, after))
        assert sorted(map(said, old)) == sorted(map(said, new))  # by the chip, not by its scene
        return
    stems = {f"tile-{line['index']:07d}": line["stem"] for line in map(json.loads, after["samples.jsonl"].splitlines())}
    masks = [path for path in before if path.startswith("masks/")]
    assert len(masks) == sum(path.startswith("masks/") for path in after)
    for path in masks:
        stem = Path(path).stem
        assert said(after[f"masks/{stems.get(stem, stem)}.tif"]) == said(before[path])


def said(mask: bytes) -> str:
    """Return what a raster says: its pixels, where they lie, and what they mean."""
    with MemoryFile(mask) as file, file.open() as raster:
        place = raster.crs, raster.transform, raster.nodata, raster.descriptions
        return repr((raster.read(1).tolist(), place, raster.colormap(1), sorted(raster.tags(1).items())))


def holds(new: object, old: object) -> bool:
    """Return whether a document says all that another one says; it may say more."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(name in new and holds(new[name], told) for name, told in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(new) == len(old) and all(map(holds, new, old))
    return new == old


@pytest.mark.parametrize("table", KEPT)
def test_no_row_is_lost_and_none_says_anything_else(migrated: Migrated, table: str) -> None:
    before, after = migrated.before[table], releases.rows(table)
    assert after.keys() == before.keys()
    spared = GONE.get(table, set()) | CHANGED.get(table, set())
    for pk, row in before.items():
        assert {name: after[pk][name] for name in row.keys() - spared} == {
            name: value for name, value in row.items() if name not in spared
        }


def test_tokens_go_on_for_a_while_and_are_no_longer_kept_as_they_are(migrated: Migrated) -> None:
    token = recognise(OLD_KEY)
    assert token is not None
    assert (token.scope, (token.expires_at - datetime.now(UTC)).days) == ("own", 89)
    assert OLD_KEY not in str(AccessToken.objects.values().get())
    assert "authtoken_token" not in connection.introspection.table_names()


def test_values_say_what_the_columns_say(migrated: Migrated) -> None:
    for model in (Annotation, Suggestion, AuditForecast):
        rows = model.objects.select_related("label")
        for row in rows:
            if row.label is None:
                assert row.value == {}
            elif row.mask:
                pixels = row.value["pixels"]
                assert row.value.keys() == {"mask", "pixels"}
                assert row.value["mask"] == row.mask
                assert all(isinstance(number, int) and number > 0 for number in pixels.values())
            else:
                assert row.value == {"class": row.label.code}


def test_pixels_that_were_counted_stay_so(migrated: Migrated) -> None:
    masks = {pk: row for pk, row in migrated.before["annotation"].items() if row["mask"]}
    after = Annotation.objects.in_bulk(masks)
    assert masks
    assert all(after[pk].value["pixels"] == row["value"]["pixels"] for pk, row in masks.items())


@pytest.mark.parametrize(("table", "column"), [("round", "report"), ("modelversion", "metrics"), ("job", "result")])
def test_intervals_are_told_as_value_low_and_high(migrated: Migrated, table: str, column: str) -> None:
    before, after = migrated.before[table], releases.rows(table)
    for pk, row in before.items():
        assert after[pk][column] == reshaped(row[column])


def reshaped(told: object) -> object:
    """Return a document with its intervals in today's shape."""
    if isinstance(told, dict):
        return {"value" if name == "estimate" else name: reshaped(part) for name, part in told.items()}
    return [reshaped(part) for part in told] if isinstance(told, list) else told


def test_the_facts_of_a_file_are_what_its_columns_said(migrated: Migrated) -> None:
    after = releases.rows("asset")
    for pk, row in migrated.before["asset"].items():
        facts = {**after[pk]["facts"], "bands": after[pk]["facts"]["count"]}
        assert after[pk]["kind"] == facts["kind"] == "raster"
        assert {name: facts[name] for name in FACTS} == {name: row[name] for name in FACTS} | {
            "crs": row["crs"] or None
        }


def test_days_of_scenes_become_their_midnights(migrated: Migrated) -> None:
    before, after = migrated.before["scene"], releases.rows("scene")
    assert {row["acquired"] for row in before.values()} == {None, date(2024, 6, 1)}
    for pk, row in before.items():
        day = row["acquired"]
        assert after[pk]["acquired"] == (datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None)
        assert after[pk]["day_only"]


def test_no_sample_spoke_of_a_date(migrated: Migrated) -> None:
    assert all(row[name] is None for row in migrated.before["sample"].values() for name in GONE["sample"])
