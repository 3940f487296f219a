"""Scenes of any CRS and resolution meet on the project's lattice."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from pyproj import Transformer

from annotation.chips import load_samples
from annotation.ingest import FileResult, Status
from annotation.ingest.lattices import LatticeChange, change_lattice
from annotation.learning.encoders import open_encoder
from annotation.models import Project
from annotation.truth import RasterTruth
from tests.rasters import ramp, real_file, write_raster

Take = Callable[..., list[FileResult]]
pytestmark = pytest.mark.django_db

ZONE_33 = "EPSG:32633"
LEFT, TOP = 400_000, 5_100_000


def ground(x: np.ndarray, y: np.ndarray, bands: int) -> np.ndarray:
    """Return what lies at places of zone 33: waves of 400 m, the same whoever looks."""
    wave = 100 + 40 * np.sin(x / 64) + 40 * np.cos(y / 80)
    return np.stack([wave + 10 * band for band in range(bands)]).astype("float32")


def seen_from(path: Path, crs: str, transform: Affine, size: tuple[int, int], *, bands: int) -> Path:
    """Write what a scene of another CRS sees of that ground."""
    rows, columns = np.mgrid[: size[0], : size[1]] + 0.5
    x, y = transform * (columns, rows)
    if crs != ZONE_33:
        x, y = Transformer.from_crs(crs, ZONE_33, always_xy=True).transform(x, y)
    return write_raster(path, ground(x, y, bands), crs=crs, transform=transform)


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    """Return a 10 m scene in UTM, one in degrees, and a 1 m one of a smaller part, of one ground."""
    west, north = Transformer.from_crs(ZONE_33, "EPSG:4326", always_xy=True).transform(LEFT - 200, TOP + 200)
    return [
        seen_from(tmp_path / "utm.tif", ZONE_33, Affine(10, 0, LEFT, 0, -10, TOP), (128, 128), bands=4),
        seen_from(tmp_path / "degrees.tif", "EPSG:4326", Affine(1.3e-4, 0, west, 0, -9e-5, north), (170, 150), bands=2),
        seen_from(tmp_path / "aerial.tif", ZONE_33, Affine(1, 0, LEFT + 320, 0, -1, TOP - 320), (640, 640), bands=3),
    ]


def test_it_works(take: Take, project: Project, three: list[Path]) -> None:
    assert [result.status for result in take(*three)] == [Status.ACCEPTED] * 3
    assert project.grids.count() == 1
    middle = project.samples.get(tile__column=1, tile__row=1)
    assert [scene.name for scene in middle.scenes()] == ["utm.tif", "degrees.tif", "aerial.tif"]
    ((_, sample),) = load_samples(project, project.samples.filter(pk=middle.pk))
    assert [len(chip.sensor.bands) for chip in sample.chips] == [4, 2, 3]
    assert all(chip.mask.all() for chip in sample.chips)


def test_chips_of_all_three_agree_to_the_pixel(take: Take, project: Project, three: list[Path]) -> None:
    take(*three)
    ((_, sample),) = load_samples(project, project.samples.filter(tile__column=1, tile__row=1))
    rows, columns = np.mgrid[:32, :32] + 0.5
    expected = ground(LEFT + 320 + columns * 10, TOP - 320 - rows * 10, 1)[0]
    for chip in sample.chips:
        assert chip.pixels.shape[1:] == (32, 32)
        assert chip.bounds == sample.chips[0].bounds
        off = np.abs(chip.pixels[0] - expected)
        moved = np.abs(np.roll(chip.pixels[0], 1, axis=1) - expected)[:, 1:]
        assert off.max() < 1.5 < moved.max(), chip.sensor.title


def test_the_vector_is_made_of_all_three(take: Take, project: Project, three: list[Path]) -> None:
    encoder, vectors = open_encoder(project), []
    for path in three:
        take(path)
        ((_, sample),) = load_samples(project, project.samples.filter(tile__column=1, tile__row=1))
        vectors.append(encoder.embed([sample])[0])
    assert len(sample.chips) == 3
    assert not np.allclose(vectors[0], vectors[1], atol=1e-3)
    assert not np.allclose(vectors[1], vectors[2], atol=1e-3)


def test_what_is_painted_on_the_lattice_lies_on_the_right_ground(
    take: Take, project: Project, three: list[Path], tmp_path: Path
) -> None:
    take(*three)
    classes = np.ones((1, 300, 300), "uint8")
    x, y = Transformer.from_crs(ZONE_33, "EPSG:32634", always_xy=True).transform(LEFT - 300, TOP + 300)
    truth = write_raster(
        tmp_path / "truth.tif", classes, crs="EPSG:32634", transform=Affine(10, 0, x, 0, -10, y) * Affine.rotation(5)
    )
    sample = project.samples.get(tile__column=1, tile__row=1)
    assert (RasterTruth.read(truth).mask(sample) == 1).all()


def test_a_lattice_in_degrees_takes_scenes_in_metres(take: Take, project: Project, three: list[Path]) -> None:
    take(three[1])
    change_lattice(project.grids.get(), LatticeChange(crs="EPSG:4326", resolution=1e-4))
    take(three[0], three[2])
    assert [grid.crs for grid in project.grids.all()] == ["EPSG:4326"]
    seen = [sample for _, sample in load_samples(project, project.samples.all())]
    full = max(seen, key=lambda one: sum(chip.valid_fraction for chip in one.chips))
    assert [chip.valid_fraction > 0.9 for chip in full.chips] == [True, True, True]
    np.testing.assert_allclose(full.chips[1].pixels[0], full.chips[0].pixels[0], atol=2.5)


def test_only_tiles_that_a_slanting_scene_touches_are_made(take: Take, project: Project, tmp_path: Path) -> None:
    take(seen_from(tmp_path / "a.tif", ZONE_33, Affine(10, 0, LEFT, 0, -10, TOP), (32, 32), bands=1))
    slant = Affine(10, 0, LEFT + 2000, 0, -10, TOP) * Affine.rotation(45)
    take(seen_from(tmp_path / "b.tif", ZONE_33, slant, (320, 320), bands=1))
    assert project.grids.count() == 1
    assert 100 < project.samples.count() < 175  # of 15 x 15
    ((_, inside),) = load_samples(project, project.samples.filter(tile__column=6, tile__row=7))
    assert inside.chips[0].mask.all()


def test_a_raster_on_its_head_gets_a_lattice_with_north_up(take: Take, project: Project, tmp_path: Path) -> None:
    values = ramp(1, 64, 64)
    take(write_raster(tmp_path / "a.tif", values, crs=ZONE_33, transform=Affine(10, 0, LEFT, 0, 10, TOP - 640)))
    assert project.grids.get().transform == [10, 0, LEFT, 0, -10, TOP]
    samples = [sample for _, sample in load_samples(project, project.samples.all())]
    np.testing.assert_array_equal(samples[0].chips[0].pixels, values[:, ::-1][:, :32, :32])


@pytest.mark.parametrize("first", ["coarse20.tif", "u16_rgb.tif"])
def test_coarse_and_fine_scenes_share_the_lattice_in_either_order(take: Take, project: Project, first: str) -> None:
    names = ["coarse20.tif", "u16_rgb.tif"]
    names.sort(key=lambda name: name != first)
    assert [result.status for result in take(*(real_file(f"field_cases/{name}") for name in names))] == [
        Status.ACCEPTED, Status.ACCEPTED,
    ]  # fmt: skip
    assert project.grids.count() == 1


def test_another_zone_is_another_lattice(take: Take, project: Project, tmp_path: Path) -> None:
    for zone in (33, 35, 37):
        path = tmp_path / f"{zone}.tif"
        take(
            write_raster(path, ramp(1, 64, 64), crs=f"EPSG:326{zone}", transform=Affine(10, 0, 5e5, 0, -10, TOP + zone))
        )
    assert [grid.crs for grid in project.grids.order_by("id")] == ["EPSG:32633", "EPSG:32635", "EPSG:32637"]


def test_a_neighbouring_zone_that_shows_the_same_ground_joins(take: Take, project: Project, tmp_path: Path) -> None:
    x, y = Transformer.from_crs(ZONE_33, "EPSG:32632", always_xy=True).transform(LEFT - 300, TOP + 300)
    take(seen_from(tmp_path / "33.tif", ZONE_33, Affine(10, 0, LEFT, 0, -10, TOP), (128, 128), bands=1))
    take(seen_from(tmp_path / "32.tif", "EPSG:32632", Affine(10, 0, x, 0, -10, y), (200, 200), bands=2))
    assert project.grids.count() == 1
    assert project.samples.get(tile__column=1, tile__row=1).scenes().count() == 2


@pytest.mark.parametrize("west", [-180, 0])
def test_a_world_map_coarser_than_a_tile_joins_but_makes_no_tiles(
    take: Take, project: Project, tmp_path: Path, west: int
) -> None:
    take(seen_from(tmp_path / "a.tif", ZONE_33, Affine(10, 0, LEFT, 0, -10, TOP), (64, 64), bands=3))
    world = np.full((1, 90, 180), 7, "float32")
    take(write_raster(tmp_path / "world.tif", world, crs="EPSG:4326", transform=Affine(2, 0, west, 0, -2, 90)))
    assert (project.grids.count(), project.samples.count()) == (1, 4)
    ((_, sample), *_) = load_samples(project, project.samples.all())
    assert len(sample.chips) == 2
    assert sample.chips[1].mask.all()
    np.testing.assert_allclose(sample.chips[1].pixels, 7, rtol=1e-5)


def test_both_sides_of_the_antimeridian_meet(take: Take, project: Project, tmp_path: Path) -> None:
    transform = Affine(0.001, 0, 179.95, 0, -0.001, 10)
    take(write_raster(tmp_path / "west.tif", ramp(1, 96, 96), crs="EPSG:4326", transform=transform))
    change_lattice(project.grids.get(), LatticeChange(crs="EPSG:4326", resolution=0.001))
    other = write_raster(
        tmp_path / "zone1.tif",
        np.full((2, 200, 200), 5, "int16"),
        crs="EPSG:32601",
        transform=Affine(100, 0, 160_000, 0, -100, 1_110_000),
    )
    take(other)
    assert project.grids.count() == 1
    east = project.samples.get(tile__column=2, tile__row=1)
    assert east.scenes().count() == 2
    ((_, sample),) = load_samples(project, project.samples.filter(pk=east.pk))
    assert sample.chips[1].mask.mean() > 0.5
    np.testing.assert_allclose(sample.chips[1].pixels[:, sample.chips[1].mask], 5, rtol=1e-5)


def test_a_polar_scene_has_a_lattice_of_its_own(take: Take, project: Project, tmp_path: Path) -> None:
    take(
        write_raster(tmp_path / "world.tif", ramp(1, 64, 64), crs="EPSG:4326", transform=Affine(1, 0, -180, 0, -1, 60))
    )
    polar = Affine(1000, 0, -64_000, 0, -1000, 64_000)
    (result,) = take(write_raster(tmp_path / "pole.tif", ramp(2, 128, 128), crs="EPSG:3031", transform=polar))
    assert result.status is Status.ACCEPTED, result.message
    assert [grid.crs for grid in project.grids.order_by("id")] == ["EPSG:4326", "EPSG:3031"]
    assert len(dict(load_samples(project, project.samples.filter(tile__grid__crs="EPSG:3031")))) == 16
