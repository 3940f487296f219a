"""EnMAP and PlanetScope come in with the files beside them, as uploads and in archives, and tell their clouds."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from annotation import ingest
from annotation.ingest import Status, Wishes
from annotation.models import Project
from tests.pools import run_jobs
from tests.products import planet_product, spectral_product
from tests.uploads import folders_on_disk, upload, write_archive

pytestmark = pytest.mark.django_db


def folder_of(tmp_path: Path) -> Path:
    folder = tmp_path / "product"
    folder.mkdir()
    return folder


def test_it_works(project: Project, tmp_path: Path) -> None:
    spectral_product(folder := folder_of(tmp_path))
    receipt = ingest.request_ingest(project, [upload(path) for path in sorted(folder.iterdir())])
    assert [file.status for file in receipt.files] == [Status.ACCEPTED]
    run_jobs(project)
    scene = project.scenes.get()
    assert (scene.get_sensor().code, scene.day, scene.sensor_guessed) == ("enmap", date(2022, 6, 12), False)
    assert scene.get_sensor().bands[2].wavelength_nm == 864.0
    assert any(remark.startswith("Not read of its files:") and "HAZE" in remark for remark in scene.remarks)
    assert any("calls 35% of it cloud" in remark for remark in scene.remarks)
    assert folders_on_disk("uploads") == []


def test_a_mask_of_planetscope_tells_the_clouds_of_each_tile(project: Project, tmp_path: Path) -> None:
    mask = np.zeros((8, 24, 32), np.uint8)
    mask[5] = 1
    planet_product(folder := folder_of(tmp_path), mask)
    path = write_archive(tmp_path / "order.zip", {file.name: file.read_bytes() for file in folder.iterdir()})
    (result,) = ingest.ingest_files(project, [path], Wishes(), report=lambda *_: None)
    assert result.status is Status.ACCEPTED, result.message
    run_jobs(project)
    scene = project.scenes.get()
    assert scene.asset.info().count == 4
    assert "Its own mask (UDM2) calls 100% of it cloud or shadow." in scene.remarks
    assert [row.cloud for row in scene.coverages.all()] == [1.0]
