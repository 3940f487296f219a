"""Several processes ingest at once: rows are numbered without gaps or twins, and each file is kept once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from django.db import connection

from annotation.ingest import FileResult, Status
from annotation.models import Asset, Project
from tests.rasters import UTM_ORIGIN, ramp, write_raster
from tests.uploads import files_on_disk

Take = Callable[..., list[FileResult]]
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(take: Take, paths: list[Path]) -> list[FileResult]:
    """Ingest each path in a thread of its own."""

    def work(path: Path) -> FileResult:
        try:
            return take(path)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(paths)) as pool:
        return list(pool.map(work, paths))


def test_one_file_by_several_is_taken_once(take: Take, project: Project, tmp_path: Path) -> None:
    path = write_raster(tmp_path / "lake.tif", ramp(3, 64, 96))
    statuses = sorted(result.status for result in at_once(take, [path] * 4))
    assert statuses == [Status.ACCEPTED, *[Status.DUPLICATE] * 3]
    assert (Asset.objects.count(), project.scenes.count(), project.samples.count()) == (1, 1, 6)
    assert files_on_disk() == [Asset.objects.get().path]


def test_neighbours_share_one_grid_and_number_their_samples_on(take: Take, project: Project, tmp_path: Path) -> None:
    paths = [
        write_raster(
            tmp_path / f"{step}.tif",
            ramp(1, 32, 64) + np.uint8(step),
            transform=UTM_ORIGIN * Affine.translation(64 * (step // 2), 0),
        )
        for step in range(4)
    ]
    assert {result.status for result in at_once(take, paths)} == {Status.ACCEPTED}
    assert project.grids.count() == 1
    assert list(project.samples.values_list("index", flat=True)) == [0, 1, 2, 3]
