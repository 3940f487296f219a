"""How far scenes cover tiles and how cloudy they are there, kept right as imagery comes and goes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from numpy.typing import NDArray

from annotation.ingest import FileResult, Status, covering
from annotation.ingest.changes import correct_sensor, remove_scene
from annotation.ingest.covering import cover_scenes
from annotation.ingest.lattices import LatticeChange, change_lattice
from annotation.models import Coverage, Project, Tile
from tests.rasters import UTM_ORIGIN, ramp, write_raster

Take = Callable[..., list[FileResult]]
pytestmark = pytest.mark.django_db

BANDS = ("B02", "B03", "B04", "B08", "SCL")
CLEAR, CLOUD = 4, 9  # classes of Sentinel-2's scene classification


def optical(path: Path, classes: NDArray[np.uint16], *, seed: int = 1, **raster: object) -> Path:
    """Write four bands and the product's own classes of pixels."""
    values = np.random.default_rng(seed).integers(500, 3000, (4, *classes.shape), np.uint16)
    return write_raster(path, np.concatenate([values, classes[None]]), descriptions=BANDS, **raster)


def half_cloudy(height: int = 64, width: int = 64) -> NDArray[np.uint16]:
    """Return classes of which the left half is cloud."""
    classes = np.full((height, width), CLEAR, np.uint16)
    classes[:, : width // 2] = CLOUD
    return classes


def shares(project: Project) -> dict[tuple[str, int, int], tuple[float, float | None]]:
    rows = Coverage.objects.filter(scene__project=project).order_by("pk")
    told = rows.values_list("scene__name", "tile__column", "tile__row", "valid", "cloud")
    return {(name, x, y): (valid, cloud) for name, x, y, valid, cloud in told}


def test_it_works(take: Take, project: Project, tmp_path: Path) -> None:
    (result,) = take(optical(tmp_path / "may.tif", half_cloudy()))
    assert result.status is Status.ACCEPTED, result.message
    assert shares(project) == {
        ("may.tif", 0, 0): (1, 1), ("may.tif", 1, 0): (1, 0), ("may.tif", 0, 1): (1, 1), ("may.tif", 1, 1): (1, 0),
    }  # fmt: skip
    assert project.scenes.get().covered


def test_where_nobody_says_the_share_of_cloud_is_not_known(take: Take, project: Project, tmp_path: Path) -> None:
    values = ramp(3, 32, 64)
    values[:, :, 48:] = 0
    take(write_raster(tmp_path / "lake.tif", values, nodata=0))
    assert shares(project) == {("lake.tif", 0, 0): (1, None), ("lake.tif", 1, 0): (0.5, None)}


def test_shares_are_of_what_is_seen(take: Take, project: Project, tmp_path: Path) -> None:
    classes = half_cloudy(32, 32)
    classes[16:] = 0  # no data
    take(optical(tmp_path / "may.tif", classes))
    ((_, cloud),) = shares(project).values()
    assert cloud == 0.5


def test_landsat_s_bits_are_read(take: Take, project: Project, tmp_path: Path) -> None:
    bits = np.full((32, 32), 0b1000000, np.uint16)
    bits[:8] |= 0b10000  # shadow
    values = np.random.default_rng(1).integers(8000, 20000, (3, 32, 32), np.uint16)
    take(
        write_raster(
            tmp_path / "l8.tif",
            np.concatenate([values, bits[None]]),
            descriptions=("SR_B2", "SR_B3", "SR_B4", "QA_PIXEL"),
        )
    )
    assert list(shares(project).values()) == [(1, 0.25)]


def test_a_second_scene_has_rows_of_its_own_and_takes_them_along(take: Take, project: Project, tmp_path: Path) -> None:
    take(write_raster(tmp_path / "a.tif", ramp(3, 32, 32)))
    take(write_raster(tmp_path / "b.tif", ramp(3, 32, 64), transform=UTM_ORIGIN @ Affine.translation(16, 0)))
    assert shares(project) == {
        ("a.tif", 0, 0): (1, None),
        ("b.tif", 0, 0): (0.5, None), ("b.tif", 1, 0): (1, None), ("b.tif", 2, 0): (0.5, None),
    }  # fmt: skip
    remove_scene(project.scenes.get(name="b.tif"))
    assert shares(project) == {("a.tif", 0, 0): (1, None)}
    assert Tile.objects.filter(grid__project=project).count() == 1


def test_a_coarse_scene_covers_tiles_that_come_after_it(take: Take, project: Project, tmp_path: Path) -> None:
    take(write_raster(tmp_path / "a.tif", ramp(3, 64, 64)))
    coarse = UTM_ORIGIN @ Affine.scale(100, 100)
    take(write_raster(tmp_path / "model.tif", ramp(1, 16, 16), transform=coarse))
    take(write_raster(tmp_path / "b.tif", ramp(3, 64, 64, "uint16"), transform=UTM_ORIGIN @ Affine.translation(640, 0)))
    covered = {place for place in shares(project) if place[0] == "model.tif"}
    assert covered == {("model.tif", x, y) for x in (0, 1, 20, 21) for y in (0, 1)}


def test_another_lattice_has_other_tiles(take: Take, project: Project, tmp_path: Path) -> None:
    take(optical(tmp_path / "may.tif", half_cloudy()))
    change_lattice(project.grids.get(), LatticeChange(tile_px=64))
    assert shares(project) == {}
    assert cover_scenes(project) == 1
    assert shares(project) == {("may.tif", 0, 0): (1, 0.5)}
    assert cover_scenes(project) == 0  # twice does nothing


def test_what_moved_while_it_was_looked_at_is_left_for_the_next_time(
    take: Take, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(optical(tmp_path / "may.tif", half_cloudy()))
    project.scenes.update(covered=False)
    look = covering._of_scene

    def meanwhile(scene):
        rows = look(scene)
        project.scenes.update(first_column=5)
        return rows

    monkeypatch.setattr(covering, "_of_scene", meanwhile)
    assert cover_scenes(project) == 0
    assert not project.scenes.get().covered


def test_ready_made_chips_are_covered_too(take: Take, project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "chips"
    folder.mkdir()
    for name in ("a", "b"):
        write_raster(folder / f"{name}.tif", ramp(3, 32, 32) + (name == "b"), crs=None, transform=Affine.identity())
    take(folder)
    assert sorted(shares(project).values(), key=str) == [(1, None), (1, None)]


def test_another_sensor_is_looked_at_again(take: Take, project: Project, tmp_path: Path) -> None:
    take(write_raster(tmp_path / "a.tif", np.random.default_rng(1).integers(1, 250, (4, 32, 32), np.uint8)))
    scene = project.scenes.get()
    assert scene.covered
    correct_sensor(scene, "naip" if scene.sensor["code"] != "naip" else "rgbn")
    assert not project.scenes.get().covered
    assert cover_scenes(project) == 1
