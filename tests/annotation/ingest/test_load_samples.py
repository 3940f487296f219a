"""Samples are loaded with the chips of all scenes that their label speaks of."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from annotation.chips import load_samples
from annotation.ingest import FileResult
from annotation.models import Epoch, Project, Sample
from tests.rasters import UTM_ORIGIN, ramp, write_raster

Take = Callable[..., list[FileResult]]
pytestmark = pytest.mark.django_db


def test_it_works(take: Take, project: Project, tmp_path: Path) -> None:
    values = ramp(3, 64, 96)
    take(write_raster(tmp_path / "lake.tif", values), acquired=date(2024, 5, 1))
    loaded = dict(load_samples(project, project.samples.all()))
    assert sorted(loaded) == [0, 1, 2, 3, 4, 5]
    for index, sample in loaded.items():
        row, column = divmod(index, 3)
        part = values[:, row * 32 : row * 32 + 32, column * 32 : column * 32 + 32]
        assert np.array_equal(sample.chips[0].pixels, part)
        assert (sample.chips[0].sensor.code, sample.acquired) == ("rgb", date(2024, 5, 1))
    assert loaded[0].place == pytest.approx((9.002, 45.152), abs=0.001)


def test_a_tile_with_two_scenes_has_two_chips(take: Take, project: Project, tmp_path: Path) -> None:
    take(write_raster(tmp_path / "late.tif", ramp(1, 32, 64)), acquired=date(2024, 9, 1))
    early = UTM_ORIGIN * Affine.translation(32, 0)
    take(write_raster(tmp_path / "early.tif", ramp(3, 32, 32), transform=early), acquired=date(2024, 5, 1))
    first, second = (sample for _, sample in load_samples(project, project.samples.all()))
    assert [len(chip.sensor.bands) for chip in first.chips] == [1]
    assert [len(chip.sensor.bands) for chip in second.chips] == [3, 1]
    assert (first.acquired, second.acquired) == (date(2024, 9, 1), None)


def test_a_sample_of_an_epoch_has_the_chips_of_that_epoch(take: Take, project: Project, tmp_path: Path) -> None:
    for month, dtype in ((5, "uint8"), (9, "uint16")):
        take(write_raster(tmp_path / f"{month}.tif", ramp(1, 32, 32, dtype)), acquired=date(2024, month, 1))
    may = Epoch.objects.create(project=project, name="May")
    may.scenes.add(project.scenes.get(name="5.tif"))
    Sample.objects.create(project=project, tile=project.samples.get().tile, epoch=may, index=1)
    timeless, dated = (sample for _, sample in load_samples(project, project.samples.order_by("index")))
    assert [chip.acquired for chip in timeless.chips] == [date(2024, 5, 1), date(2024, 9, 1)]
    assert [chip.acquired for chip in dated.chips] == [date(2024, 5, 1)]


def test_orbit_and_incidence_of_a_scene_are_told_with_its_chips(take: Take, project: Project, tmp_path: Path) -> None:
    take(write_raster(tmp_path / "radar.tif", ramp(2, 32, 32)))
    project.scenes.update(details={"orbit": "ascending", "incidence_deg": 38.5, "level": "GRD"})
    ((_, sample),) = load_samples(project, project.samples.all())
    assert (sample.chips[0].orbit, sample.chips[0].incidence_deg) == ("ascending", 38.5)


def test_a_chip_without_a_pixel_is_left_out(take: Take, project: Project, tmp_path: Path) -> None:
    hole = ramp(1, 32, 64)
    hole[:, :, :32] = 0
    take(write_raster(tmp_path / "hole.tif", hole, nodata=0))
    take(write_raster(tmp_path / "full.tif", ramp(3, 32, 64)))
    first, second = (sample for _, sample in load_samples(project, project.samples.all()))
    assert (len(first.chips), len(second.chips)) == (1, 2)


def test_a_tile_without_any_pixel_still_has_a_chip(take: Take, project: Project, tmp_path: Path) -> None:
    hole = ramp(1, 32, 64)
    hole[:, :, :32] = 0
    take(write_raster(tmp_path / "hole.tif", hole, nodata=0))
    ((_, sample),) = load_samples(project, project.samples.filter(index=0))
    assert [chip.valid_fraction for chip in sample.chips] == [0]


def test_queries_do_not_grow_with_tiles(
    take: Take, project: Project, tmp_path: Path, django_assert_max_num_queries
) -> None:
    take(write_raster(tmp_path / "lake.tif", ramp(1, 320, 320)))
    with django_assert_max_num_queries(4):
        assert len(list(load_samples(project, project.samples.all()))) == 100
