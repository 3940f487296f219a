"""PlanetScope's images with their UDM2: clouds, shadow and heavy haze are known of each pixel."""

from pathlib import Path

import numpy as np
import pytest
import rasterio

from mlcore.containers import get_container, grouped
from mlcore.errors import BadGeoreference, UnreadableFile
from mlcore.raster.clouds import flags_of
from mlcore.raster.info import inspect
from tests.products import planet_product
from tests.rasters import ramp


def test_it_works(tmp_path: Path) -> None:
    bundle = planet_product(tmp_path)
    assert "4 bands" in get_container("planet").peek(bundle)
    (tmp_path / "out").mkdir()
    (layer,) = get_container("planet").unfold(bundle, tmp_path / "out", progress=lambda share: None)
    info = inspect(tmp_path / "out" / layer.file)
    assert (info.count, info.nodata) == (4, 0)
    with rasterio.open(tmp_path / "out" / layer.file) as written:
        values, original = written.read(), ramp(4, 24, 32, "uint16")
    assert np.array_equal(values[:4], original)
    assert values[4, :7, 0].tolist() == [1, 2, 3, 4, 5, 6, 1]
    seen, cloudy = flags_of(values[4], "UDM2")
    assert cloudy[:7, 0].tolist() == [False, False, True, False, True, True, False]
    assert not seen[23].any()
    assert layer.remarks == ["Its own mask (UDM2) calls 13% of it cloud or shadow."]


def test_of_several_images_reflectance_is_taken() -> None:
    names = ["a_3B_AnalyticMS.tif", "a_3B_AnalyticMS_SR.tif", "a_3B_udm2.tif", "b_3B_AnalyticMS_8b.tif"]
    assert [group.members for group in grouped(names)] == [("a_3B_AnalyticMS_SR.tif", "a_3B_udm2.tif")]


def test_a_mask_alone_is_no_product() -> None:
    assert grouped(["a_3B_udm2.tif"]) == []


def test_a_mask_of_other_ground_is_refused_in_words(tmp_path: Path) -> None:
    bundle = planet_product(tmp_path, np.zeros((8, 12, 32), np.uint8))
    (tmp_path / "out").mkdir()
    with pytest.raises(BadGeoreference, match="its UDM2 have other pixels"):
        get_container("planet").unfold(bundle, tmp_path / "out", progress=lambda share: None)


def test_what_is_no_mask_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="UDM2 of 1 bands of uint8; one has eight"):
        get_container("planet").peek(planet_product(tmp_path, np.zeros((1, 24, 32), np.uint8)))
