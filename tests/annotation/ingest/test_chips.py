"""A folder or an archive of ready-made chips becomes one tile a file."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from annotation import ingest
from annotation.chips import load_samples
from annotation.ingest import FileResult, Status
from annotation.models import Job, Project
from tests import factories
from tests.rasters import UTM_ORIGIN, ramp, write_raster
from tests.uploads import files_on_disk, folders_on_disk, upload, write_archive, write_chip

Take = Callable[..., list[FileResult]]
pytestmark = pytest.mark.django_db
PLACELESS = {"crs": None, "transform": Affine.identity(), "driver": "PNG"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of chips in two folders below it."""
    made = tmp_path / "chips"
    for seed, name in enumerate(["water/w10.png", "water/w9.png", "rock/r1.png"]):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        write_chip(made / name, seed, **PLACELESS)
    (made / "labels.csv").write_text("w9,water")
    return made


def test_it_works(take: Take, project: Project, folder: Path) -> None:
    results = take(folder)
    assert [(result.name, result.status) for result in results] == [
        ("rock/r1.png", Status.ACCEPTED), ("water/w9.png", Status.ACCEPTED), ("water/w10.png", Status.ACCEPTED),
    ]  # fmt: skip
    grid = project.grids.get()
    assert (grid.ready_made, grid.tile_px, grid.crs) == (True, 16, "")
    assert list(project.samples.values_list("index", "tile__column", "tile__row", "state")) == [
        (0, 0, 0, "open"), (1, 1, 0, "open"), (2, 2, 0, "open"),
    ]  # fmt: skip
    names = [sample.scenes().get().name for sample in project.samples.all()]
    assert names == ["rock/r1.png", "water/w9.png", "water/w10.png"]
    assert [sample.tile.name for sample in project.samples.all()] == ["rock/r1", "water/w9", "water/w10"]
    assert Job.objects.filter(kind="embed").count() == 1


def test_an_archive_gives_the_same(project: Project, folder: Path, tmp_path: Path) -> None:
    members = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}
    receipt = ingest.request_ingest(project, [upload(write_archive(tmp_path / "chips.zip", members))])
    assert receipt.files[0].message == "3 images to take in as chips"
    assert ingest.run(receipt.job) == "3 added"
    assert sorted(project.scenes.values_list("name", flat=True)) == ["rock/r1.png", "water/w10.png", "water/w9.png"]
    assert folders_on_disk("uploads") == []


def test_again_does_nothing(take: Take, project: Project, folder: Path) -> None:
    take(folder)
    before = files_on_disk()
    assert {result.status for result in take(folder)} == {Status.DUPLICATE}
    assert (project.samples.count(), files_on_disk()) == (3, before)


def test_more_chips_go_on_after_those_that_are_there(take: Take, project: Project, folder: Path) -> None:
    take(folder)
    write_chip(folder / "rock" / "r2.png", 7, **PLACELESS)
    take(folder)
    assert project.grids.count() == 1
    assert list(project.samples.values_list("index", "tile__column"))[-1] == (3, 3)


def test_twins_are_taken_once(take: Take, project: Project, folder: Path) -> None:
    (folder / "twin.png").write_bytes((folder / "rock" / "r1.png").read_bytes())
    statuses = {result.name: result.status for result in take(folder)}
    assert statuses.pop("twin.png") is Status.DUPLICATE
    assert project.samples.count() == 3


def test_chips_of_several_sizes_get_a_grid_each_and_are_padded(take: Take, project: Project, folder: Path) -> None:
    write_chip(folder / "wide.png", 9, size=(12, 20), **PLACELESS)
    take(folder)
    assert sorted(project.grids.values_list("tile_px", flat=True)) == [16, 20]
    wide = project.samples.filter(tile__grid__tile_px=20)
    ((_, sample),) = load_samples(project, wide)
    assert sample.chips[0].pixels.shape == (3, 20, 20)
    assert sample.chips[0].mask.sum() == 12 * 20


def test_each_chip_is_read_from_its_own_file(take: Take, project: Project, folder: Path) -> None:
    take(folder)
    expected = [np.random.default_rng(seed).integers(1, 255, (3, 16, 16), dtype=np.uint8) for seed in (2, 1, 0)]
    loaded = dict(load_samples(project, project.samples.all()))
    for index, pixels in enumerate(expected):
        assert np.array_equal(loaded[index].chips[0].pixels, pixels)
        assert loaded[index].place is None


def test_a_chip_with_a_place_gets_an_outline(take: Take, project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "placed"
    folder.mkdir()
    write_chip(folder / "a.tif", 1)
    write_chip(folder / "b.tif", 2, transform=UTM_ORIGIN * Affine.translation(1000, 0))
    take(folder)
    west, east = (sample.tile.outline.centroid.x for sample in project.samples.select_related("tile"))
    assert east - west == pytest.approx(0.127, abs=0.002)
    places = [sample.place for _, sample in load_samples(project, project.samples.all())]
    assert places[0] == pytest.approx((9.001, 45.1528), abs=0.001)


def test_files_of_one_name_by_several_sensors_are_one_sample(take: Take, project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "pairs"
    for number, (name, bands, side) in enumerate(
        [("a_S1.tif", 2, 32), ("a_S2.tif", 4, 16), ("S1/b.tif", 2, 32), ("S2/b.tif", 4, 32), ("c.tif", 3, 16)]
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_raster(folder / name, ramp(bands, side, side) + np.uint8(number), crs=None, transform=Affine.identity())
    (folder / "a_S2.json").write_text("{}")
    said = {result.name: result.message for result in take(folder)}
    assert "a_S2.json beside it is not read" in said["a_S2.tif"]
    assert "beside" not in said["c.tif"]
    assert dict(project.samples.values_list("tile__name", "tile__grid__tile_px")) == {"a": 32, "b": 32, "c": 16}
    for name, shapes in {"a": [(2, 32, 32), (4, 16, 16)], "b": [(2, 32, 32), (4, 32, 32)], "c": [(3, 16, 16)]}.items():
        ((_, sample),) = load_samples(project, project.samples.filter(tile__name=name))
        assert [chip.pixels.shape for chip in sample.chips] == shapes
        assert all(chip.mask.all() for chip in sample.chips)


def test_a_further_sensor_joins_the_sample_and_its_label_stays(take: Take, project: Project, bob, tmp_path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, name, bands in ((first, "x_S1.tif", 2), (second, "x_S2.tif", 4)):
        folder.mkdir()
        write_raster(folder / name, ramp(bands, 16, 16), crs=None, transform=Affine.identity())
    take(first)
    said = factories.label(project.samples.get(), bob, 1)
    take(second)
    sample = project.samples.get()
    assert (sample.answer, sample.scenes().count(), sample.tile.name) == (said, 2, "x_S1")


def test_the_same_name_twice_is_two_samples(take: Take, project: Project, tmp_path: Path) -> None:
    for folder, seed in (("one", 1), ("two", 2)):
        (tmp_path / folder).mkdir()
        write_chip(tmp_path / folder / "a.png", seed, **PLACELESS)
        take(tmp_path / folder)
    assert project.samples.count() == 2


def test_a_bad_chip_is_left_out_with_its_reason(take: Take, project: Project, folder: Path) -> None:
    (folder / "bad.png").write_text("no picture")
    write_raster(folder / "blank.tif", np.zeros((3, 16, 16), "uint8"), nodata=0)
    write_raster(folder / "large.tif", np.ones((1, 10, 1100), "uint8"))
    refused = {result.name: result.message for result in take(folder) if result.status is Status.REFUSED}
    assert set(refused) == {"bad.png", "blank.tif", "large.tif"}
    assert "bad.png is not a" in refused["bad.png"]
    assert "blank.tif has no valid pixel" in refused["blank.tif"]
    assert "1100 x 10 px, too large for a chip (1024 px a side)" in refused["large.tif"]
    assert project.samples.count() == len(files_on_disk()) == 3


def test_the_line_about_a_job_counts_and_gives_the_first_reason(project: Project, folder: Path, tmp_path: Path) -> None:
    members = {path.name: path.read_bytes() for path in folder.rglob("*.png")} | {"bad.tif": b"no raster"}
    receipt = ingest.request_ingest(project, [upload(write_archive(tmp_path / "chips.zip", members))])
    assert ingest.run(receipt.job).startswith("3 added, 1 refused. First refusal: bad.tif: bad.tif is not a")


def test_a_chip_is_no_scene_of_a_grid_of_ground(take: Take, project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "placed"
    folder.mkdir()
    write_chip(folder / "a.tif", 1, size=(32, 32))
    take(folder)
    take(write_chip(tmp_path / "scene.tif", 2, size=(32, 32)))
    assert project.grids.count() == 2
    assert [sample.scenes().count() for sample in project.samples.all()] == [1, 1]
