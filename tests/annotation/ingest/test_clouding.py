"""Tiles that are cloudy at every date wait, and models see no cloudy chip where there is a clear one."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from annotation.chips import load_samples
from annotation.epochs.grouping import group_by_date
from annotation.epochs.scoping import set_scope
from annotation.ingest import FileResult, clouding
from annotation.ingest.changes import remove_scene
from annotation.ingest.covering import cover_scenes
from annotation.labeling import claim, claim_one
from annotation.models import Project, Sample
from annotation.models.projects import Scope
from annotation.projects import save_project
from mlcore.raster.cloudless import can_tell
from mlcore.sensors import get_sensor
from tests import factories
from tests.annotation.ingest.test_coverage import CLEAR, half_cloudy, optical, shares
from tests.mlcore.raster.test_cloudless import half
from tests.rasters import write_raster

Take = Callable[..., list[FileResult]]
pytestmark = pytest.mark.django_db


def states(project: Project) -> list[str]:
    return list(project.samples.order_by("index").values_list("state", flat=True))


def set_clouds(project: Project, share: float) -> None:
    project.cloudy_above = share
    save_project(project)


def test_tiles_that_are_cloudy_at_every_date_wait_for_a_clear_one(take: Take, project: Project, tmp_path: Path) -> None:
    set_clouds(project, 0.4)
    take(optical(tmp_path / "may.tif", half_cloudy()), acquired=date(2024, 5, 1))
    assert states(project) == ["cloudy", "open", "cloudy", "open"]
    clear = np.full((32, 64), CLEAR, np.uint16)
    take(optical(tmp_path / "june.tif", clear, seed=2), acquired=date(2024, 6, 1))
    assert states(project) == ["open", "open", "cloudy", "open"]
    remove_scene(project.scenes.get(name="june.tif"))
    cover_scenes(project)
    assert states(project) == ["cloudy", "open", "cloudy", "open"]


def test_another_threshold_decides_anew(take: Take, project: Project, tmp_path: Path) -> None:
    take(optical(tmp_path / "may.tif", half_cloudy()))
    assert states(project) == ["open"] * 4  # by default all are asked about
    set_clouds(project, 0.5)
    assert states(project) == ["cloudy", "open", "cloudy", "open"]
    set_clouds(project, 1.0)
    assert states(project) == ["open"] * 4


def test_a_sample_of_an_epoch_has_that_epoch_s_clouds(take: Take, project: Project, tmp_path: Path) -> None:
    set_clouds(project, 0.4)
    take(optical(tmp_path / "may.tif", half_cloudy()), acquired=date(2024, 5, 1))
    take(optical(tmp_path / "june.tif", np.full((64, 64), CLEAR, np.uint16), seed=2), acquired=date(2024, 6, 1))
    group_by_date(project)
    set_scope(project, Scope.EPOCH)
    cover_scenes(project)
    told = project.samples.order_by("index").values_list("epoch__name", "tile__column", "state")
    assert set(told) == {
        ("2024-05-01", 0, "cloudy"), ("2024-05-01", 1, "open"), ("2024-06-01", 0, "open"), ("2024-06-01", 1, "open"),
    }  # fmt: skip


def test_what_somebody_said_of_a_cloudy_tile_stands(take: Take, project: Project, alice, tmp_path: Path) -> None:
    take(optical(tmp_path / "may.tif", half_cloudy()))
    sample = Sample.objects.get(project=project, index=0)
    factories.label(sample, alice, 1)
    set_clouds(project, 0.4)
    assert states(project) == ["labelled", "open", "cloudy", "open"]


def chips_of(project: Project) -> list[list[date | None]]:
    loaded = dict(load_samples(project, project.samples.all()))
    return [[chip.acquired for chip in loaded[index].chips] for index in sorted(loaded)]


def test_models_see_no_cloudy_chip_where_there_is_a_clear_one(take: Take, project: Project, tmp_path: Path) -> None:
    may, june = date(2024, 5, 1), date(2024, 6, 1)
    take(optical(tmp_path / "may.tif", half_cloudy()), acquired=may)
    take(optical(tmp_path / "june.tif", np.full((32, 64), CLEAR, np.uint16), seed=2), acquired=june)
    assert chips_of(project) == [[may, june], [may, june], [may], [may]]
    set_clouds(project, 0.4)
    assert chips_of(project) == [[june], [may, june], [may], [may]]


def test_radar_is_no_clear_view_of_what_the_eye_would_see(take: Take, project: Project, tmp_path: Path) -> None:
    set_clouds(project, 0.4)
    take(optical(tmp_path / "may.tif", half_cloudy(32, 32)), acquired=date(2024, 5, 1))
    decibels = np.random.default_rng(3).normal(-12, 3, (2, 32, 32)).astype(np.float32)
    take(write_raster(tmp_path / "s1.tif", decibels, descriptions=("VV", "VH")), acquired=date(2024, 5, 2))
    assert len(chips_of(project)[0]) == 2


def test_vectors_of_tiles_whose_chips_change_are_made_again(
    take: Take, project: Project, tmp_path: Path, monkeypatch
) -> None:
    take(optical(tmp_path / "may.tif", half_cloudy(32, 64)))
    forgotten: list[int] = []
    monkeypatch.setattr(clouding, "forget", lambda _, indices: forgotten.extend(indices))
    set_clouds(project, 0.4)
    assert forgotten == [0]


@pytest.mark.skipif(not can_tell(get_sensor("sentinel2-l1c")), reason="the extra 'clouds' is not installed")
def test_a_scene_without_a_mask_is_judged_by_its_bands(take: Take, project: Project, tmp_path: Path) -> None:
    set_clouds(project, 0.5)
    take(write_raster(tmp_path / "l1c.tif", half()), sensor="sentinel2-l1c")
    assert [cloud for _, cloud in shares(project).values()] == [1, 0]
    assert states(project) == ["cloudy", "open"]


def test_a_cloudy_tile_can_be_picked_and_labelled_all_the_same(
    take: Take, project: Project, alice, tmp_path: Path
) -> None:
    set_clouds(project, 0.4)
    take(optical(tmp_path / "may.tif", half_cloudy()))
    queue = claim(project, alice, count=5).queue
    assert sorted(lease.sample.index for lease in queue) == [1, 3]
    sample = Sample.objects.get(project=project, index=0)
    assert claim_one(sample, alice).sample == sample
    factories.label(sample, alice, 1)
    assert states(project) == ["labelled", "open", "cloudy", "open"]
    assert cover_scenes(project) == 0
    assert states(project) == ["labelled", "open", "cloudy", "open"]
