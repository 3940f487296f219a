"""Files that belong together become one scene, whether they come by upload, as a folder or in an archive."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from annotation import ingest, jobs
from annotation.chips import load_samples
from annotation.ingest import Status
from annotation.models import Project, Sample
from mlcore.sensors import Quantity
from tests.rasters import UTM_ORIGIN, ramp, real_file, write_raster
from tests.uploads import folders_on_disk, upload, write_archive

pytestmark = pytest.mark.django_db
SAFE = "S2A_MSIL2A_20200113T100401_N0500_R122_T33UVR_20200113T114128.SAFE"
GRANULE = f"{SAFE}/GRANULE/L2A_T33UVR/IMG_DATA"


@pytest.fixture
def send(project: Project):
    """Return a function that uploads files in one request, works on them, and returns the project's scenes."""

    def upload_and_run(*paths: Path) -> list:
        receipt = ingest.request_ingest(project, [upload(path) for path in paths])
        assert [file.status for file in receipt.files] == [Status.ACCEPTED] * len(receipt.files), receipt.files
        jobs.run(receipt.job.pk)
        receipt.job.refresh_from_db()
        assert receipt.job.error == ""
        assert folders_on_disk("uploads") == []
        return list(project.scenes.order_by("id"))

    return upload_and_run


def band(folder: Path, name: str, side: int, metres: int, value: int, **options) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    transform = Affine(metres, 0, 500_000, 0, -metres, 5_000_000)
    values = np.full((1, side, side), value, options.pop("dtype", "uint16"))
    return write_raster(path, values, transform=transform, **options)


def landsat(folder: Path, *bands: str, stem: str = "LC08_L2SP_191025_20200601_20200823_02_T1") -> list[Path]:
    return [band(folder, f"{stem}_{name}.TIF", 32, 30, 9000 + number) for number, name in enumerate(bands)]


def test_it_works(send) -> None:
    (scene,) = send(real_file("field_cases/cube.bsq"), real_file("field_cases/cube.hdr"))
    info = scene.asset.info()
    assert (scene.name, info.count, info.width, info.crs) == ("cube.bsq", 5, 64, "EPSG:32633")
    assert info.transform == (10, 0, 500_000, 0, -10, 5_500_000)
    raw = np.fromfile(real_file("field_cases/cube.bsq"), "<u2").reshape(5, 64, 64)
    sample = next(iter(load_samples(scene.project, Sample.objects.all())))[1]
    np.testing.assert_array_equal(sample.chips[0].pixels[:, :32, :32], raw[:, :32, :32])


def test_a_picture_and_its_world_file_lie_where_that_says(send, tmp_path: Path) -> None:
    (scene,) = send(real_file("field_cases/ortho.jpg"), real_file("field_cases/ortho.jgw"))
    assert any("nothing says in which coordinate system" in remark for remark in scene.remarks)
    projection = tmp_path / "placed.prj"
    projection.write_text('PROJCS["WGS 84 / UTM zone 33N",' + _wkt().partition(",")[2])
    (tmp_path / "placed.jpg").write_bytes(real_file("field_cases/ortho.jpg").read_bytes())
    (tmp_path / "placed.jgw").write_bytes(real_file("field_cases/ortho.jgw").read_bytes())
    placed = send(tmp_path / "placed.jpg", tmp_path / "placed.jgw", projection)[-1]
    info = placed.asset.info()
    assert info.crs == "EPSG:32633"
    assert info.transform == pytest.approx((0.2, 0, 500_000, 0, -0.2, 5_500_000))
    assert placed.get_sensor().code == "rgb"


def _wkt() -> str:
    from rasterio.crs import CRS

    return CRS.from_epsg(32633).to_wkt()


def test_loose_landsat_bands_are_one_scene_of_reflectance_with_its_date(send) -> None:
    (scene,) = send(*sorted(real_file("field_cases/landsat_bands").iterdir()))
    sensor = scene.get_sensor()
    assert [band.name for band in sensor.bands] == ["SR_B2", "SR_B3", "SR_B4"]
    assert [band.wavelength_nm for band in sensor.bands] == [482, 561, 655]
    assert (sensor.quantity, scene.day) == (Quantity.REFLECTANCE, date(2020, 6, 1))
    assert sensor.bands[0].scale == pytest.approx(2.75e-5)


def test_a_safe_archive_is_one_scene_at_its_finest_resolution(take) -> None:
    (result,) = take(real_file("field_cases/S2_SAFE.zip"))
    assert result.status is Status.ACCEPTED, result.message
    assert "B01 of 60 m keep their numbers" in result.message
    project = Project.objects.get()
    scene = project.scenes.get()
    names = [band.name for band in scene.get_sensor().bands]
    assert names == ["B01", "B02", "B03", "B04", "B05", "B08", "B11", "B12"]
    assert (scene.day, scene.asset.info().width) == (date(2020, 1, 13), 120)
    assert scene.name == "S2A_MSIL2A_20200113T100401_N0213_R122_T33UVR_20200113T114128"
    assert scene.get_sensor().code.startswith("sentinel2")


def test_the_folder_of_a_product_is_the_same_scene_with_its_mask(project, take, tmp_path: Path) -> None:
    band(tmp_path, f"{GRANULE}/R10m/T33UVR_20200113T100401_B02_10m.tif", 60, 10, 1500)
    band(tmp_path, f"{GRANULE}/R10m/T33UVR_20200113T100401_B03_10m.tif", 60, 10, 1600)
    band(tmp_path, f"{GRANULE}/R20m/T33UVR_20200113T100401_B02_20m.tif", 30, 20, 9999)  # the coarser copy
    band(tmp_path, f"{GRANULE}/R20m/T33UVR_20200113T100401_B11_20m.tif", 30, 20, 2500)
    band(tmp_path, f"{GRANULE}/R10m/T33UVR_20200113T100401_TCI_10m.tif", 60, 10, 7)
    mask = band(tmp_path, f"{GRANULE}/R20m/T33UVR_20200113T100401_SCL_20m.tif", 30, 20, 4, dtype="uint8")
    values = np.full((1, 30, 30), 4, np.uint8)
    values[:, :15], values[:, -3:] = 9, 3
    write_raster(mask, values, transform=Affine(20, 0, 500_000, 0, -20, 5_000_000))
    (tmp_path / SAFE / "MTD_MSIL2A.xml").write_text(
        "<x><PRODUCT_START_TIME>2020-01-13T10:04:01.024Z</PRODUCT_START_TIME>"
        "<PROCESSING_BASELINE>05.00</PROCESSING_BASELINE></x>"
    )
    (result,) = take(tmp_path / SAFE)
    assert result.status is Status.ACCEPTED, result.message
    scene = project.scenes.get()
    sensor = scene.get_sensor()
    assert [band.name for band in sensor.bands] == ["B02", "B03", "B11"]
    assert {band.offset for band in sensor.bands} == {-1000}  # of its baseline
    assert any("SCL) calls 60% of it cloud or shadow" in remark for remark in scene.remarks)
    assert any("Not read of its files: T33UVR_20200113T100401_TCI_10m.tif" in remark for remark in scene.remarks)
    sample = next(iter(load_samples(project, Sample.objects.all())))[1]
    assert [float(values.flat[0]) for values in sample.chips[0].pixels] == [500, 600, 1500]
    import rasterio

    with rasterio.open(scene.asset.file) as dataset:
        assert dataset.descriptions == ("B02", "B03", "B11", "SCL")
        assert set(np.unique(dataset.read(4))) == {3, 4, 9}


def test_temperatures_of_a_product_are_a_scene_in_kelvin(project, take, tmp_path: Path) -> None:
    landsat(tmp_path / "p", "SR_B2", "SR_B3", "QA_PIXEL")
    band(tmp_path / "p", "LC08_L2SP_191025_20200601_20200823_02_T1_ST_B10.TIF", 32, 30, 44_000)
    results = take(tmp_path / "p")
    assert [result.status for result in results] == [Status.ACCEPTED] * 2, results
    sensors = {scene.get_sensor().quantity: scene for scene in project.scenes.all()}
    assert set(sensors) == {Quantity.REFLECTANCE, Quantity.BRIGHTNESS_TEMPERATURE}
    hot = sensors[Quantity.BRIGHTNESS_TEMPERATURE]
    assert hot.name.endswith(": surface temperature")
    chip = hot.asset.reader.overview(hot.asset.file, hot.get_sensor())
    assert float(chip.pixels.max()) == pytest.approx(44_000 * 0.00341802 + 149, abs=0.1)


def test_two_products_in_an_archive_are_two_scenes_with_two_dates(project, take, tmp_path: Path) -> None:
    for stem in ("LC08_L2SP_191025_20200601_20200823_02_T1", "LC08_L2SP_191025_20200703_20200823_02_T1"):
        landsat(tmp_path, "SR_B2", "SR_B3", stem=stem)
    files = {path.name: path.read_bytes() + path.name.encode() for path in tmp_path.glob("*.TIF")}
    results = take(write_archive(tmp_path / "two.zip", files))
    assert [result.status for result in results] == [Status.ACCEPTED] * 2
    assert {scene.day for scene in project.scenes.all()} == {date(2020, 6, 1), date(2020, 7, 3)}


def test_many_small_stacks_are_chips(project, take, tmp_path: Path) -> None:
    for number in range(3):
        for name in ("B02", "B03"):
            path = tmp_path / "all" / f"patch_{number}" / f"patch_{number}_{name}.tif"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_raster(path, ramp(1, 20, 20, "uint16") * (number + 1) + 500)
    results = take(tmp_path / "all")
    assert [result.status for result in results] == [Status.ACCEPTED] * 3, results
    assert project.samples.count() == 3
    assert project.grids.get().ready_made


def test_the_patch_of_a_benchmark_is_one_scene_of_twelve_bands(project, take) -> None:
    (result,) = take(real_file("bigearthnet_one_patch/S2A_MSIL2A_20170617T113321_36_85"))
    assert result.status is Status.ACCEPTED, result.message
    scene = project.scenes.get()
    assert (scene.get_sensor().code, scene.day) == ("sentinel2-l2a", date(2017, 6, 17))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"crs": "EPSG:32633"}, "in two coordinate systems"),
        ({"transform": Affine(30, 0, 900_000, 0, -30, 5_000_000)}, "different places"),
        ({"transform": Affine(20, 5, 500_000, 5, -20, 5_000_000)}, "rotated"),
    ],
)
def test_bands_that_do_not_fit_are_refused_by_name(take, tmp_path: Path, change: dict, why: str) -> None:
    landsat(tmp_path / "p", "SR_B2", "SR_B3")
    stem = "LC08_L2SP_191025_20200601_20200823_02_T1"
    write_raster(tmp_path / "p" / f"{stem}_SR_B4.TIF", ramp(1, 32, 32, "uint16"), **{"transform": UTM_ORIGIN} | change)
    (result,) = take(tmp_path / "p")
    assert result.status is Status.REFUSED
    assert why in result.message


def test_a_header_without_its_data_says_what_to_send(project) -> None:
    receipt = ingest.request_ingest(project, [upload(real_file("field_cases/cube.hdr"))])
    assert receipt.job is None
    assert "without its data; send both together" in receipt.files[0].message
    assert folders_on_disk("uploads") == []
