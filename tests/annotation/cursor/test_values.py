"""Values at the cursor: of real cubes, of files that are gone, of ready-made chips, of clouds."""

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio

from annotation.cursor import Spot, position, scenes_of, scenes_over_time, series_at, values_at
from annotation.ingest import Wishes, ingest_files
from annotation.models import Coverage, Project, Sample, Scene
from tests import factories
from tests.rasters import ramp, real_file, write_raster

pytestmark = pytest.mark.django_db


def take(project: Project, *paths: Path) -> list[Scene]:
    results = ingest_files(project, paths, Wishes(), report=lambda *_: None)
    assert {result.status for result in results} == {"accepted"}, results
    return list(project.scenes.all())


def test_it_works(project: Project, samples: Sequence[Sample]) -> None:
    (told,) = values_at(samples[1], scenes_of(samples[1]), Spot(1.5, 2.5))
    assert [band["value"] for band in told["bands"]] == ramp(3, 96, 128)[:, 2, 33].tolist()


def test_a_cube_of_426_bands_is_read_as_it_is(project: Project) -> None:
    path = real_file("neon_trees/SJER_JERC/SJER_052_hyperspectral.tif")
    (scene,) = take(project, path)
    sample = project.samples.first()
    (told,) = values_at(sample, [scene], Spot(3.5, 4.5))
    with rasterio.open(path) as source:  # without a coordinate system
        expected = source.read(window=((4, 5), (3, 4)))[:, 0, 0]
    assert [band["value"] for band in told["bands"]] == expected.tolist()
    assert len(expected) == 426
    assert position(sample, [scene], Spot(3, 4))["longitude"] is None


def test_both_houston_scenes_speak(project: Project) -> None:
    scenes = take(project, real_file("houston2018_hsi_rgb/houston_dataset.mat"))
    sample = project.samples.filter(tile__grid=scenes[0].grid).first()
    told = values_at(sample, scenes_of(sample), Spot(5.5, 5.5))
    assert {len(each["bands"]) for each in told} <= {48, 3}
    assert all(band["value"] is not None for each in told for band in each["bands"])


def test_a_file_that_is_gone_says_so_and_the_others_come(project: Project, samples, tmp_path: Path) -> None:
    later = factories.make_scene(project, tmp_path, name="later", size=(4, 96, 128))
    samples[0].scenes().exclude(pk=later.pk).get().asset.file.unlink()
    gone, there = values_at(samples[0], scenes_of(samples[0]), Spot(0, 0))
    assert gone["fault"]
    assert [band["value"] for band in gone["bands"]] == [None] * 3
    assert (there["fault"], there["bands"][0]["value"]) == ("", 1)


def test_a_ready_made_chip_is_read_in_its_own_pixels(project: Project, tmp_path: Path) -> None:
    archive = tmp_path / "chips.zip"
    chip = write_raster(tmp_path / "a.tif", ramp(3, 64, 64))
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(chip, "water/a.tif")
    (scene,) = take(project, archive)
    sample = project.samples.get(tile__grid=scene.grid)
    side = sample.tile.grid.tile_px
    (told,) = values_at(sample, [scene], Spot(side / 2, side / 4))
    assert [band["value"] for band in told["bands"]] == ramp(3, 64, 64)[:, 16, 32].tolist()
    where = position(sample, [scene], Spot(0, 0))
    assert (where["crs"], where["easting"], where["northing"]) == ("EPSG:32632", 500_000, 5_000_000)


def test_clouds_are_told_by_the_scene_s_own_mask(project: Project, tmp_path: Path) -> None:
    values = ramp(4, 96, 128)
    values[3] = 4
    values[3, 7, 5], values[3, 9, 5] = 9, 0
    names = ("B02", "B03", "B04", "SCL")
    (scene,) = take(project, write_raster(tmp_path / "s2.tif", values, descriptions=names))
    scene.set_moment(date(2020, 5, 4))
    scene.save()
    sample = project.samples.get(tile__column=0, tile__row=0)
    marks = []
    for row in (5, 7, 9):
        (series,) = series_at(sample, scenes_over_time(sample), Spot(5.5, row + 0.5), "green")
        marks.append(series["points"][0]["cloudy"])
        assert series["points"][0]["value"] == values[1, row, 5]
    assert marks == [False, True, False]  # where the mask says nothing, the rest of the tile does


def test_without_a_mask_the_tile_s_share_of_cloud_tells(project: Project, samples: Sequence[Sample], scene) -> None:
    scene.set_moment(date(2020, 5, 4))
    scene.save()
    marks = []
    for cloud in (None, 0.2, 0.8):
        Coverage.objects.filter(scene=scene, tile=samples[0].tile).update(cloud=cloud)
        ((point,),) = [each["points"] for each in series_at(samples[0], scenes_over_time(samples[0]), Spot(5, 5))]
        marks.append(point["cloudy"])
    assert marks == [None, False, True]


def test_greenness_is_told_where_nothing_is_asked_for(project: Project, tmp_path: Path) -> None:
    values = ramp(4, 96, 128, "uint16") * 10
    (scene,) = take(project, write_raster(tmp_path / "p.tif", values, descriptions=("Blue", "Green", "Red", "NIR")))
    scene.set_moment(date(2020, 5, 4))
    scene.save()
    sample = project.samples.get(tile__column=0, tile__row=0)
    (series,) = series_at(sample, scenes_over_time(sample), Spot(5.5, 7.5))
    red, nir = values[2:4, 7, 5].astype(float)
    assert series["title"].startswith("NDVI, ")
    assert series["points"][0]["value"] == pytest.approx((nir - red) / (nir + red), rel=1e-5)


def test_the_68_dates_of_a_patch_are_a_series(project: Project, tmp_path: Path) -> None:
    folder = real_file("eolearn_testpatch/TestEOPatch")
    archive = tmp_path / "patch.zip"
    wanted = ("bbox.geojson", "timestamps.json", "data/NDVI.npy", "mask/CLM.npy")
    with zipfile.ZipFile(archive, "w") as packed:
        for name in wanted:
            packed.write(folder / name, f"TestEOPatch/{name}")
    take(project, archive)
    sample = project.samples.first()
    series = series_at(sample, scenes_over_time(sample), Spot(8, 8), "NDVI")
    assert sum(len(each["points"]) for each in series) == 68
    ndvi = np.load(folder / "data" / "NDVI.npy")
    values = [point["value"] for each in series for point in each["points"] if point["value"] is not None]
    assert len(values) > 30
    assert min(values) >= np.nanmin(ndvi) - 1e-6
    assert max(values) <= np.nanmax(ndvi) + 1e-6
