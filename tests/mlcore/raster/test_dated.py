"""When a raster was acquired: by its tags, else by its name; never by guesswork."""

from datetime import date

import pytest

from mlcore.raster.dated import dated
from mlcore.raster.info import inspect
from tests.rasters import real_file, write_raster

TODAY = date(2024, 1, 1)


def test_it_works(tmp_path):
    tags = {"TIFFTAG_DATETIME": "2023:07:01 10:00:00", "ACQUISITIONDATETIME": "2020-06-01T10:00:00Z"}
    info = inspect(write_raster(tmp_path / "a.tif", tags=tags))
    told = dated(info, "lake_20190101.tif", today=TODAY)
    assert (told.day, told.source) == (date(2020, 6, 1), "tag ACQUISITIONDATETIME")


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("Boadella_2020-01-13.tif", date(2020, 1, 13)),
        ("2020_01_13/B02.tif", date(2020, 1, 13)),
        ("T33UVR_20200113T100401_B02_10m.jp2", date(2020, 1, 13)),
        ("LC08_L2SP_191025_20200601_20200823_02_T1_SR_B2.TIF", date(2020, 6, 1)),
        ("S2A_MSIL2A_20200113T100401_N0213_R122_T33UVR_20200113T114128.tif", date(2020, 1, 13)),
        ("mosaic_20200601_20200823.tif", None),
        ("site_20250101.tif", None),  # in the future
        ("site_20230631.tif", None),
        ("id_120200113.tif", None),
        ("lake.tif", None),
    ],
)
def test_a_name_tells_one_day_or_none(tmp_path, name, day):
    told = dated(inspect(write_raster(tmp_path / "a.tif")), name, today=TODAY)
    assert (told.day if told else None) == day


def test_the_time_at_which_a_program_wrote_the_file_is_no_date_of_acquisition(tmp_path):
    info = inspect(write_raster(tmp_path / "a.tif", tags={"TIFFTAG_DATETIME": "2023:07:01 10:00:00"}))
    assert dated(info, "a.tif", today=TODAY) is None


def test_the_field_case_has_its_date():
    path = real_file("field_cases/date_tag.tif")
    assert dated(inspect(path), path.name).day == date(2020, 6, 1)
