"""A raster becomes a scene with its grid, tiles and samples."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from django.conf import settings

from annotation.ingest import FileResult, Status, scenes
from annotation.models import Asset, Job, LabelClass, Project, Sample
from annotation.models.jobs import JobKind
from mlcore.raster.info import inspect
from tests import factories
from tests.rasters import UTM_ORIGIN, ramp, write_raster
from tests.uploads import files_on_disk

Take = Callable[..., list[FileResult]]
pytestmark = pytest.mark.django_db


def shifted(columns: int, rows: int) -> Affine:
    """Return the place of a raster that begins so many pixels right of and below the first one."""
    return UTM_ORIGIN * Affine.translation(columns, rows)


def test_it_works(take: Take, project: Project, tmp_path: Path) -> None:
    (result,) = take(write_raster(tmp_path / "lake.tif", ramp(3, 64, 96)), acquired=date(2024, 5, 1))
    assert (result.name, result.status) == ("lake.tif", Status.ACCEPTED)
    assert "3 x 2 tiles" in result.message
    scene = project.scenes.get()
    assert (scene.name, scene.moment, scene.sensor["code"], scene.sensor_guessed) == (
        "lake.tif", date(2024, 5, 1), "rgb", True,
    )  # fmt: skip
    assert (scene.first_column, scene.first_row, scene.columns, scene.rows) == (0, 0, 3, 2)
    info = scene.asset.info()
    assert (scene.asset.kind, info.width, info.height, info.count, info.crs) == ("raster", 96, 64, 3, "EPSG:32632")
    assert inspect(scene.asset.file).is_cog
    assert scene.asset.statistics()[0].valid_fraction == 1
    assert list(project.samples.values_list("index", "tile__column", "tile__row", "state")) == [
        (0, 0, 0, "open"), (1, 1, 0, "open"), (2, 2, 0, "open"),
        (3, 0, 1, "open"), (4, 1, 1, "open"), (5, 2, 1, "open"),
    ]  # fmt: skip
    assert Job.objects.filter(project=project, kind=JobKind.EMBED, state="queued").count() == 1


def test_footprint_and_outlines_lie_where_the_raster_does(take: Take, project: Project, tmp_path: Path) -> None:
    take(write_raster(tmp_path / "lake.tif", ramp(3, 64, 96)))
    footprint = project.scenes.get().asset.footprint
    first = Sample.objects.get(project=project, index=0).tile.outline
    assert footprint.centroid.coords == pytest.approx((9.0061, 45.1506), abs=1e-4)
    assert footprint.buffer(1e-6).contains(first)
    assert first.area == pytest.approx(footprint.area / 6, rel=0.01)


def test_the_same_file_twice_does_nothing_and_says_so(take: Take, project: Project, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "lake.tif", ramp(3, 64, 96))
    take(path)
    before = files_on_disk()
    (again,) = take(path)
    assert (again.status, again.message) == (
        Status.DUPLICATE,
        "already in the project as lake.tif: nothing to do",
    )
    assert (project.scenes.count(), project.samples.count(), files_on_disk()) == (1, 6, before)


def test_projects_share_one_asset(take: Take, project: Project, alice, tmp_path: Path) -> None:
    other = factories.make_project(alice, name="Other")
    path = write_raster(tmp_path / "lake.tif", ramp(3, 64, 96))
    take(path)
    (result,) = take(path, into=other)
    assert result.status is Status.ACCEPTED
    assert project.scenes.get().asset == other.scenes.get().asset
    assert len(files_on_disk()) == 1


def test_a_lost_asset_file_is_made_again(take: Take, project: Project, alice, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "lake.tif", ramp(3, 64, 96))
    take(path)
    Asset.objects.get().file.unlink()
    take(path, into=factories.make_project(alice, name="Other"))
    assert Asset.objects.get().file.is_file()


def test_tiles_that_are_mostly_nodata_are_marked(take: Take, project: Project, tmp_path: Path) -> None:
    values = ramp(1, 32, 96)
    values[:, :, 32:64] = 0
    values[:, :, 64:90] = 0
    take(write_raster(tmp_path / "lake.tif", values, nodata=0))
    states = dict(project.samples.values_list("index", "state"))
    assert states == {0: "open", 1: "empty", 2: "empty"}
    fractions = [sample.tile.valid_fraction for sample in project.samples.select_related("tile")]
    assert fractions == pytest.approx([1, 0, 6 / 32], abs=0.05)


def test_a_later_scene_of_the_place_shares_the_tiles_and_fills_empty_ones(
    take: Take, project: Project, tmp_path: Path
) -> None:
    values = ramp(1, 32, 96)
    values[:, :, 32:] = 0
    take(write_raster(tmp_path / "first.tif", values, nodata=0))
    take(write_raster(tmp_path / "second.tif", ramp(1, 32, 64, "uint16"), transform=shifted(32, 0)))
    assert project.grids.count() == 1
    assert list(project.samples.values_list("index", "state")) == [(0, "open"), (1, "open"), (2, "open")]
    middle = project.samples.get(index=1)
    assert [scene.name for scene in middle.scenes()] == ["first.tif", "second.tif"]


def test_a_later_scene_beside_makes_the_grid_grow(take: Take, project: Project, tmp_path: Path) -> None:
    take(write_raster(tmp_path / "first.tif", ramp(1, 32, 64)))
    take(write_raster(tmp_path / "second.tif", ramp(1, 32, 64), transform=shifted(-32, 0)))
    assert project.grids.count() == 1
    assert list(project.samples.values_list("index", "tile__column")) == [(0, 0), (1, 1), (2, -1)]


def test_a_later_scene_leaves_labels_alone(take: Take, project: Project, bob, tmp_path: Path) -> None:
    take(write_raster(tmp_path / "first.tif", ramp(1, 32, 32)))
    sample = project.samples.get()
    factories.label(sample, bob, 1)
    take(write_raster(tmp_path / "second.tif", ramp(1, 32, 32, "uint16")))
    sample.refresh_from_db()
    assert sample.state == Sample.State.LABELLED
    assert sample.answer.label == LabelClass.objects.get(project=project, code=1)


def test_tiles_that_a_later_scene_touches_are_embedded_again(
    take: Take, project: Project, tmp_path: Path, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    take(write_raster(tmp_path / "first.tif", ramp(1, 32, 96)))
    forgotten = []
    monkeypatch.setattr(scenes.vectors, "forget", lambda project, indices: forgotten.append((project, indices)))
    with django_capture_on_commit_callbacks(execute=True):
        take(write_raster(tmp_path / "second.tif", ramp(1, 32, 64, "uint16"), transform=shifted(32, 0)))
    assert forgotten == [(project, [1, 2])]


@pytest.mark.parametrize(
    ("crs", "transform"),
    [
        ("EPSG:3031", Affine(100, 0, -1000, 0, -100, 1000)),
        ("EPSG:3413", Affine(100, 0, 500_000, 0, -100, -900_000)),
        ("EPSG:4326", Affine(0.01, 0, 179.8, 0, -0.01, 10)),
        ("EPSG:32660", UTM_ORIGIN),
        ("EPSG:2263", Affine(30, 0, 900_000, 0, -30, 200_000)),
    ],
)
def test_ground_far_from_the_first_gets_a_grid_of_its_own(
    take: Take, project: Project, tmp_path: Path, crs: str, transform: Affine
) -> None:
    take(write_raster(tmp_path / "here.tif", ramp(1, 64, 64)))
    (result,) = take(write_raster(tmp_path / "there.tif", ramp(1, 64, 64, "int16"), crs=crs, transform=transform))
    assert result.status is Status.ACCEPTED, result.message
    assert project.grids.count() == 2
    assert project.samples.filter(state="open", tile__outline__isnull=False).count() == 8
    assert all(sample.tile.outline.valid for sample in project.samples.select_related("tile"))


def test_pictures_without_georeference_never_share_tiles(take: Take, project: Project, tmp_path: Path) -> None:
    for name, bands in (("a.png", 3), ("b.png", 1)):
        take(write_raster(tmp_path / name, ramp(bands, 32, 64), crs=None, transform=Affine.identity(), driver="PNG"))
    assert [grid.crs for grid in project.grids.all()] == ["", ""]
    assert project.samples.filter(state="open", tile__outline=None).count() == 4
    assert project.scenes.first().asset.footprint is None


def test_nothing_is_left_when_the_rows_cannot_be_written(
    take: Take, project: Project, tmp_path: Path, monkeypatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(scenes, "_grow", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        take(write_raster(tmp_path / "lake.tif"))
    assert files_on_disk() == []
    assert (Asset.objects.count(), project.scenes.count(), project.grids.count(), Job.objects.count()) == (0, 0, 0, 0)


def test_the_operators_own_file_is_neither_moved_nor_linked(take: Take, project: Project, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "lake.tif", ramp(3, 64, 96))
    take(path)
    content = project.scenes.get().asset.file.read_bytes()
    write_raster(path, np.zeros((3, 64, 96), "uint8"))
    assert project.scenes.get().asset.file.read_bytes() == content
    assert project.scenes.get().asset.file.is_relative_to(settings.DATA_DIR)
