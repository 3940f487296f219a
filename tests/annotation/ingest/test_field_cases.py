"""Files of kinds that real users have, each with what is right of it; further ones are in the tests of their room."""

import io
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annotation.chips import load_samples
from annotation.ingest import Status
from annotation.looks import look_of
from annotation.models import Project, Sample
from mlcore import quarantine
from mlcore.looks import Recipe
from mlcore.quarantine import PATIENT
from mlcore.sensors import Quantity, unknown_sensor
from tests.rasters import ramp, real_file, write_raster

pytestmark = pytest.mark.django_db


@pytest.fixture
def come_in(project: Project, take):
    """Return a function that takes a field case in and gives its scene and what was said."""

    def ingest_one(name: str) -> tuple:
        (result,) = take(real_file(f"field_cases/{name}"))
        assert result.status is Status.ACCEPTED, result.message
        return project.scenes.order_by("pk").last(), result.message

    return ingest_one


def picture(scene, composite: str | None = None) -> np.ndarray:
    png = scene.asset.reader.preview(scene.asset.file, look_of(scene, Recipe(composite=composite or "")))
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def chips_of(project: Project) -> list:
    return [sample.chips[0] for _, sample in load_samples(project, Sample.objects.filter(project=project))]


@pytest.mark.parametrize("name", ["bgr_described.tif", "planet_bgrn.tif", "gee_s2_b2348.tif"])
def test_soil_is_red_and_water_is_blue_whatever_the_order_of_bands(come_in, name: str) -> None:
    scene, _ = come_in(name)
    seen = picture(scene)
    left, right = seen[:, : seen.shape[1] // 2], seen[:, seen.shape[1] // 2 :]
    assert left[..., 0].mean() > left[..., 2].mean() + 50
    assert right[..., 2].mean() > right[..., 0].mean() + 50


def test_landsat_8_has_its_wavelengths_and_no_thermal_band(come_in) -> None:
    scene, _ = come_in("landsat8_sr7.tif")
    sensor = scene.get_sensor()
    assert sensor.composite("true").bands == ("SR_B4", "SR_B3", "SR_B2")
    assert [band.wavelength_nm for band in sensor.bands] == [443, 482, 561, 655, 865, 1609, 2201]


def test_the_narrow_near_infrared_of_eurosat_is_its_13th_band(project: Project, take) -> None:
    take(real_file("s2_boadella_eurosat6/EuroSAT-small"))
    sensors = [scene.get_sensor() for scene in project.scenes.all()]
    assert {sensor.bands[-1].name for sensor in sensors} == {"B8A"}
    assert {sensor.bands[9].name for sensor in sensors} == {"B10"}


@pytest.mark.parametrize("name", ["wl_tags_envi_nm.tif", "wl_bare_numbers.tif", "wl_comma.tif"])
def test_wavelengths_are_read_however_they_are_written(come_in, name: str) -> None:
    scene, _ = come_in(name)
    centres = [band.wavelength_nm for band in scene.get_sensor().bands]
    assert centres == pytest.approx([465.2, 560.1, 665.0, 842.3, 1610], abs=0.11)


def test_scale_and_offset_of_the_file_are_applied(come_in, project: Project) -> None:
    scene, _ = come_in("s2_baseline0400_offset.tif")
    assert scene.get_sensor().quantity is Quantity.REFLECTANCE
    values = np.concatenate([chip.pixels[1][chip.mask] for chip in chips_of(project)])
    assert np.isclose(values, 0.030, atol=1e-3).any()


def test_an_index_lies_between_its_ends(come_in, project: Project) -> None:
    come_in("ndvi_scaled.tif")
    values = np.concatenate([chip.pixels[:, chip.mask].ravel() for chip in chips_of(project)])
    assert (round(float(values.min()), 1), round(float(values.max()), 1)) == (-0.4, 1.0)


def test_near_infrared_that_is_flagged_as_alpha_is_a_band(come_in) -> None:
    scene, _ = come_in("rgbn_water_nir_alpha_flag.tif")
    assert len(scene.get_sensor().bands) == 4
    assert [band.valid_fraction for band in scene.asset.statistics()] == [1.0] * 4


def test_north_is_up(come_in) -> None:
    scene, _ = come_in("south_up.tif")
    grid = scene.grid.spec()
    style = look_of(scene)
    png = scene.asset.reader.picture(scene.asset.file, grid, scene.first_column, scene.first_row, style)
    seen = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
    assert seen[:4, :4].mean() > seen[-4:, -4:].mean() + 50


def test_a_colour_table_is_shown(come_in) -> None:
    scene, message = come_in("palette.tif")
    seen = picture(scene)
    left, right = seen[:, :40], seen[:, -40:]
    assert left[..., 0].mean() > 200 > left[..., 2].mean()
    assert right[..., 2].mean() > 200 > right[..., 0].mean()
    assert "colours of a table" in message


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("transform_no_crs.tif", "not in which coordinate system"),
        ("float64_undeclared_dblmin.tif", "is left out, since no measurement is so large"),
        ("nodata_mismatch.tif", "state -32767.0 on the Imagery page"),
        ("multipage.tif", "4 pages"),
    ],
)
def test_what_is_left_out_is_said_with_what_to_do(come_in, name: str, says: str) -> None:
    _, message = come_in(name)
    assert says in message


def test_ground_control_points_place_a_scene(come_in) -> None:
    scene, message = come_in("gcp_only.tif")
    assert "It is placed by its 9 ground control points: a polynomial misses them by" in message
    west, south, east, north = scene.asset.footprint.extent
    assert west <= 15.001 <= east and south <= 49.999 <= north
    assert scene.grid.crs.startswith("EPSG:326")
    assert any("ground control points" in remark for remark in scene.remarks)


def test_an_unnamed_index_is_no_elevation_model(come_in) -> None:
    scene, _ = come_in("ndvi_float_unnamed.tif")
    assert scene.get_sensor().modality.value == "optical"
    assert scene.get_sensor().code != "elevation"


def test_a_date_in_the_tags_is_the_scene_s(come_in) -> None:
    scene, _ = come_in("date_tag.tif")
    assert scene.day == date(2020, 6, 1)


@pytest.mark.parametrize("name", ["antimeridian_utm1.tif", "lon_0_360.tif", "polar_3031_pole.tif"])
def test_outlines_at_the_ends_of_the_map_are_valid(come_in, name: str) -> None:
    scene, _ = come_in(name)
    outline = scene.asset.footprint
    assert outline.valid
    west, south, east, north = outline.extent
    assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90


@pytest.mark.parametrize("names", [("coarse20.tif", "u16_rgb.tif"), ("u16_rgb.tif", "coarse20.tif")])
def test_scenes_of_two_resolutions_meet_on_one_lattice(come_in, project: Project, names: tuple) -> None:
    for name in names:
        come_in(name)
    assert project.grids.count() == 1


def test_chips_of_one_folder_share_one_stretch(project: Project, take) -> None:
    take(real_file("field_cases/chips_colour.zip"))
    shown = {
        scene.name.rpartition("/")[2].split(".")[0]: picture(scene).mean(axis=(0, 1)) for scene in project.scenes.all()
    }
    right = {"forest": (30, 90, 40), "sand": (210, 190, 140), "tarmac": (70, 70, 72), "water": (20, 40, 110)}
    for kind, colour in right.items():
        own = [mean for name, mean in shown.items() if kind in name] or [
            picture(scene).mean(axis=(0, 1)) for scene in project.scenes.all() if kind in scene.name
        ]
        assert own, kind
        np.testing.assert_allclose(own[0], colour, atol=4)


def test_an_everyday_orthophoto_is_looked_at_at_once(project: Project) -> None:
    from annotation import ingest
    from tests.uploads import upload

    receipt = ingest.request_ingest(project, [upload(real_file("field_cases/ortho_30k_rgb.tif"))])
    assert receipt.files[0].status is Status.ACCEPTED, receipt.files[0].message
    assert Path(receipt.files[0].name).suffix == ".tif"


def test_the_pixels_of_an_everyday_orthophoto_are_looked_at_within_their_time() -> None:
    path = real_file("field_cases/ortho_30k_rgb.tif")  # its conversion, which follows, takes minutes and tells how far
    assert [band.valid_fraction for band in quarantine.statistics(path, "raster", allowance=PATIENT)] == [1.0] * 3
    quarantine.oddities(path, "raster", allowance=PATIENT)
    sensor = quarantine.look(path, unknown_sensor(3), acquired=None, name="o", allowance=PATIENT).sensor
    assert len(sensor.bands) == 3


def test_a_scene_that_is_smaller_than_a_tile_is_said_to_be(project: Project, take, tmp_path: Path) -> None:
    (result,) = take(write_raster(tmp_path / "small.tif", ramp(3, 20, 24)))
    assert result.status is Status.ACCEPTED
    assert "It is smaller than a tile: 24 x 20 of 32 px. Choose smaller tiles in the lattice" in result.message
