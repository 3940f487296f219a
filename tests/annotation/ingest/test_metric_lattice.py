"""A project whose first scene is in degrees is cut in metres, shown as such, and changeable until the first label."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from annotation.chips import load_samples
from annotation.ingest import FileResult, Status
from annotation.ingest.lattices import LatticeChange, change_lattice, why
from annotation.models import Project
from tests.rasters import ramp, real_file, write_raster

Take = Callable[..., list[FileResult]]
pytestmark = pytest.mark.django_db
STEP = 9e-5


def scene_at(folder: Path, west: float, north: float, *, step: float = STEP, size: int = 128, seed: int = 0) -> Path:
    """Write a scene in degrees."""
    values = ramp(3, size, size) + seed
    place = Affine(step, 0, west, 0, -step, north)
    return write_raster(folder / f"{west}_{north}_{seed}.tif", values, crs="EPSG:4326", transform=place)


def test_it_works(take: Take, project: Project, tmp_path: Path) -> None:
    (result,) = take(scene_at(tmp_path, 15, 48))
    assert result.status is Status.ACCEPTED
    grid = project.grids.get()
    assert (grid.crs, grid.transform[0]) == ("EPSG:32633", 8.2)
    assert "metres" in why(grid)
    filled = set(project.samples.filter(state="open").values_list("tile__column", flat=True))
    assert filled == {0, 1, 2}  # 860 m wide, in tiles of 262 m
    samples = [sample for _, sample in load_samples(project, project.samples.filter(tile__valid_fraction=1))]
    assert len(samples) >= 6
    for sample in samples:
        west, south, east, north = sample.chips[0].bounds
        assert (east - west, north - south) == pytest.approx((32 * 8.2, 32 * 8.2))
        assert sample.chips[0].mask.mean() > 0.9


def test_the_answer_says_how_many_tiles_there_are(take: Take, project: Project, tmp_path: Path) -> None:
    (result,) = take(scene_at(tmp_path, 15, 48))
    scene = project.scenes.get()
    assert f"{scene.columns} x {scene.rows} tiles" in result.message


def test_several_zones_are_several_lattices(take: Take, project: Project, tmp_path: Path) -> None:
    take(scene_at(tmp_path, 15, 48), scene_at(tmp_path, 27, 48), scene_at(tmp_path, 15.002, 48.001, seed=1))
    assert [grid.crs for grid in project.grids.order_by("id")] == ["EPSG:32633", "EPSG:32635"]
    assert project.scenes.filter(grid__crs="EPSG:32633").count() == 2


def test_it_changes_to_degrees_and_back(take: Take, project: Project, tmp_path: Path) -> None:
    take(scene_at(tmp_path, 15, 48))
    grid = change_lattice(project.grids.get(), LatticeChange(crs="EPSG:4326", resolution=STEP))
    assert project.samples.filter(state="open").count() == 16
    assert why(grid) == ""
    grid = change_lattice(grid, LatticeChange(crs="EPSG:32633", resolution=8.2))
    assert grid.crs == "EPSG:32633"


def test_a_scene_of_many_zones_stays_in_degrees_and_says_so(take: Take, project: Project, tmp_path: Path) -> None:
    take(scene_at(tmp_path, -10, 65, step=0.25))
    grid = project.grids.get()
    assert grid.crs == "EPSG:4326"
    assert "many zones" in why(grid)


@pytest.mark.parametrize(
    ("west", "north", "crs"),
    [(190, -10, "EPSG:32702"), (179.995, 10, "EPSG:32601"), (20, 89, "EPSG:3413"), (20, -88, "EPSG:3031")],
)
def test_the_edges_of_the_world(take: Take, project: Project, tmp_path: Path, west, north, crs) -> None:
    (result,) = take(scene_at(tmp_path, west, north, step=1e-4))
    assert result.status is Status.ACCEPTED, result.message
    assert project.grids.get().crs == crs
    outlines = [tile.tile.outline for tile in project.samples.select_related("tile").filter(state="open")]
    assert outlines
    assert all(-180 <= value <= 180 for outline in outlines for value in (outline.extent[0], outline.extent[2]))
    (_, sample), *_ = load_samples(project, project.samples.filter(state="open"))
    assert sample.chips[0].mask.mean() > 0.4


def test_a_scene_in_feet_keeps_its_own_pixels_and_says_how_long_they_are(
    take: Take, project: Project, tmp_path
) -> None:
    place = Affine(10, 0, 980_000, 0, -10, 200_000)
    take(write_raster(tmp_path / "ny.tif", ramp(1, 64, 64), crs="EPSG:2263", transform=place))
    grid = project.grids.get()
    assert (grid.crs, grid.transform[0]) == ("EPSG:2263", 10)
    assert "3.05 m" in why(grid)


def test_a_real_scene_of_0_to_360_degrees(take: Take, project: Project) -> None:
    take(real_file("field_cases/lon_0_360.tif"))
    grid = project.grids.get()
    assert grid.crs.startswith("EPSG:32")
    assert np.isclose(project.samples.filter(tile__valid_fraction__gt=0.99).count(), 9, atol=7)
