"""The cubes of EnMAP and DESIS with their METADATA.XML: what it says of bands, time, sun and clouds is taken."""

from datetime import date
from pathlib import Path

import pytest
import rasterio

from mlcore.containers import Bundle, get_container, grouped
from mlcore.errors import UnreadableFile
from mlcore.raster.clouds import has_mask
from mlcore.raster.dated import dated
from mlcore.raster.info import inspect
from mlcore.sensors import Quantity
from tests.products import CENTRES, DESIS, ENMAP, STEM, spectral_product, text_of


def unfold(bundle: Bundle, folder: Path):
    folder.mkdir()
    (layer,) = get_container("spectral").unfold(bundle, folder, progress=lambda share: None)
    return layer, folder / layer.file


def test_it_works(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    bundle = spectral_product(tmp_path / "in")
    assert list(bundle.members)[0].endswith("SPECTRAL_IMAGE.TIF")
    assert "4 bands" in get_container("spectral").peek(bundle)
    layer, path = unfold(bundle, tmp_path / "out")
    sensor = layer.sensor
    assert (sensor.code, sensor.quantity) == ("enmap", Quantity.REFLECTANCE)
    assert [band.wavelength_nm for band in sensor.bands] == list(CENTRES)
    assert sensor.bands[0].width_nm == pytest.approx(7.99)
    assert {(band.scale, band.offset) for band in sensor.bands} == {(1e-4, 0.0)}
    info = inspect(path)
    assert (info.count, info.nodata) == (4, -32768)
    assert dated(info, "cube").day == date(2022, 6, 12)
    assert has_mask(path)
    with rasterio.open(path) as written:
        mask = written.read(5)
    assert (set(mask[:4].ravel()), set(mask[4:10].ravel()), mask[10, 0], mask[10, 20]) == ({255}, {1}, 1, 0)
    assert any("CLM" in remark and "35%" in remark for remark in layer.remarks)
    assert "By its metadata the sun stood 61° high." in layer.remarks


def test_desis_says_it_in_other_words(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    stem = "DESIS-HSI-L2A-DT0483531728_001-20200628T153803-V0210"
    text = text_of(DESIS, sun="<sunZenithAngle>30.5</sunZenithAngle>")
    layer, path = unfold(spectral_product(tmp_path / "in", stem, masks=False, text=text), tmp_path / "out")
    assert (layer.sensor.code, layer.sensor.bands[3].wavelength_nm) == ("desis", 1648.5)
    assert (layer.sensor.bands[1].width_nm, layer.sensor.bands[1].scale) == (pytest.approx(8.99), 1e-4)
    assert not has_mask(path)
    assert "By its metadata the sun stood 60° high." in layer.remarks


def test_radiance_keeps_its_gain_and_offset(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    text = text_of(ENMAP, level="L1C", gain="2.5e-06", offset="-0.001")
    layer, _ = unfold(spectral_product(tmp_path / "in", STEM.replace("L2A", "L1C"), text=text), tmp_path / "out")
    assert layer.sensor.quantity == Quantity.RADIANCE
    assert (layer.sensor.bands[0].scale, layer.sensor.bands[0].offset) == (2.5e-6, -0.001)


def test_a_text_that_refers_to_files_is_only_searched(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]>' + text_of(ENMAP)
    layer, path = unfold(
        spectral_product(tmp_path / "in", text=bomb.replace("<startTime>", "<x>&a;</x><startTime>")), tmp_path / "out"
    )
    assert layer.sensor.bands[0].wavelength_nm == 423.03
    assert b"root:" not in path.read_bytes()


@pytest.mark.parametrize("text", ["<a/>", text_of(ENMAP).replace("<GainOfBand>0.0001", "<GainOfBand>x"), "\x00" * 50])
def test_a_text_of_something_else_is_refused_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(UnreadableFile, match=r"has 4 bands, but its METADATA.XML describes \d"):
        get_container("spectral").peek(spectral_product(tmp_path / "in", text=text))


def test_without_its_text_an_image_is_an_image(tmp_path: Path) -> None:
    assert grouped([f"{STEM}-SPECTRAL_IMAGE.TIF", f"{STEM}-QL_QUALITY_CLOUD.TIF"]) == []
