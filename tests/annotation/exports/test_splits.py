"""Splits: by blocks of ground, a tile between them, each with its share of every class, the same for the same seed."""

import itertools
import json

import pytest
from affine import Affine

from annotation.errors import BadSettings
from annotation.exports import Options
from annotation.models import Sample
from tests import factories
from tests.annotation.exports.reading import exported, records
from tests.annotation.imports.conftest import looked_at, taken
from tests.rasters import ramp, write_raster

pytestmark = pytest.mark.django_db


@pytest.fixture
def plain(project, bob):
    """Return a plain of 30 x 30 labelled tiles of three classes."""
    samples = factories.make_tiles(project, 30, 30)
    factories.label_all(samples, bob)
    return project


def splits_of(project, folder, **options):
    files = exported(project, "csv", folder, splits=True, **options)
    return {(line["column"], line["row"]): line["split"] for line in records(files)}, json.loads(files["splits.json"])


def test_it_works(plain, tmp_path):
    splits, report = splits_of(plain, tmp_path)
    of = {name: [cell for cell, split in splits.items() if split == name] for name in {*splits.values()}}
    for one, other in itertools.combinations(("train", "validation", "test"), 2):
        gaps = (max(abs(a - c), abs(b - d)) for (a, b), (c, d) in itertools.product(of[one], of[other]))
        assert min(gaps) >= 2  # a whole tile lies between them
    assert report["leaks"] == 0
    assert sum(each["samples"] for each in report["splits"].values()) == 900
    assert report["splits"]["train"]["samples"] > 300
    assert min(report["nearest"].values()) >= 1.99


def test_each_split_has_its_share_of_every_class(plain, tmp_path):
    _, report = splits_of(plain, tmp_path)
    for name in ("train", "validation", "test"):
        counts = report["splits"][name]["classes"].values()
        assert len(counts) == 3
        assert max(counts) < 1.5 * min(counts)


def test_the_same_seed_gives_the_same_and_another_one_another(plain, tmp_path):
    first, _ = splits_of(plain, tmp_path, seed=3)
    again, _ = splits_of(plain, tmp_path, seed=3)
    other, _ = splits_of(plain, tmp_path, seed=4)
    assert first == again != other


def test_audits_are_never_trained_on(plain, tmp_path):
    for sample in Sample.objects.filter(project=plain, tile__row__lt=15):
        factories.make_audit(sample)
    splits, _ = splits_of(plain, tmp_path)
    assert "train" not in {split for (_, row), split in splits.items() if row < 15}
    assert "train" in splits.values() and "audit" in splits.values()


def test_what_the_users_folders_say_is_kept(alice, bob, tmp_path):
    from tests.annotation.exports.test_chips import ingested

    for number, name in enumerate(("train/a", "train/b", "val/c", "test/d")):
        path = tmp_path / "chips" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_raster(path, ramp(3, 16, 16) // 2 + number, crs=None, transform=Affine.identity(), driver="PNG")
    project = ingested(alice, bob, tmp_path / "chips")
    factories.label_all(list(project.samples.all()), bob)
    lines = records(exported(project, "csv", tmp_path, splits=True))
    assert {line["tile_name"]: line["split"] for line in lines} == {
        "train/a": "train", "train/b": "train", "val/c": "validation", "test/d": "test",
    }  # fmt: skip


def test_the_split_that_an_imported_table_says_is_kept(project, samples, alice, tmp_path):
    rows = ["lon,lat,class,split"]
    for number, sample in enumerate(samples):
        lon, lat = sample.tile.outline.centroid
        rows.append(f"{lon},{lat},Forest,{['Train', 'val', 'test', ''][number % 4]}")
    taken(looked_at(project, alice, "\n".join(rows).encode(), "labels.csv"))
    files = exported(project, "csv", tmp_path, splits=True)
    said = [record["split"] for record in records(files)]
    assert [said[number::4] for number in range(3)] == [["train"] * 3, ["validation"] * 3, ["test"] * 3]
    assert json.loads(files["splits.json"])["by_user"] == 9
    factories.label(samples[0], alice, 1)  # somebody says another thing: the file's word is no longer what counts
    again = exported(project, "csv", tmp_path, splits=True)
    assert json.loads(again["splits.json"])["by_user"] == 8


def test_a_project_without_labels_has_empty_splits(project, samples, tmp_path):
    files = exported(project, "csv", tmp_path, splits=True)
    assert json.loads(files["splits.json"])["splits"]["train"]["samples"] == 0
    assert not any("split" in line for line in records(files))


@pytest.mark.parametrize("options", [{"shares": (1, 2)}, {"shares": (1, -1, 1)}, {"block": -1}, {"seed": -5}])
def test_shares_that_cannot_be_are_refused(options):
    with pytest.raises(BadSettings):
        Options(splits=True, **options)
