"""Safe opening: nothing but the file itself is ever opened."""

import threading
from pathlib import Path

import numpy as np
import pytest
import rasterio

from mlcore.errors import UnsafeFile
from mlcore.raster.info import inspect
from mlcore.raster.opening import open_raster
from mlcore.raster.read import read_file
from mlcore.raster.statistics import statistics
from mlcore.sensors import unknown_sensor
from tests.rasters import UTM, ramp, write_raster

VRT = """<VRTDataset rasterXSize="8" rasterYSize="8"><VRTRasterBand dataType="Byte" band="1">
<SimpleSource><SourceFilename relativeToVRT="0">{source}</SourceFilename><SourceBand>1</SourceBand></SimpleSource>
</VRTRasterBand></VRTDataset>"""
WMS = """<GDAL_WMS><Service name="TMS"><ServerUrl>http://127.0.0.1:1/${z}/${x}/${y}</ServerUrl></Service>
<DataWindow><SizeX>8</SizeX><SizeY>8</SizeY></DataWindow></GDAL_WMS>"""


@pytest.mark.parametrize("text", [VRT.format(source="/vsicurl/http://127.0.0.1:1/a.tif"), WMS, '{"type":"stacta"}'])
@pytest.mark.parametrize("name", ["a.tif", "a.vrt", "a.png", "a.xml"])
def test_it_refuses_files_that_refer_to_others(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(UnsafeFile, match="refer to others are not accepted"):
        inspect(path)


@pytest.mark.parametrize(
    "name", ["/vsicurl/http://127.0.0.1:1/a.tif", "/vsizip/a.zip/a.tif", "/vsistdin/", "/dev/zero", "a\0.tif"]
)
def test_it_refuses_what_is_no_plain_file(name: str) -> None:
    with pytest.raises(UnsafeFile):
        inspect(Path(name))


def test_it_refuses_a_url(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="No such file"):
        inspect(Path("http://127.0.0.1:1/a.tif"))


def test_it_refuses_links_and_folders(tmp_path: Path) -> None:
    link = tmp_path / "link.tif"
    link.symlink_to(write_raster(tmp_path / "a.tif"))
    for path in (link, tmp_path):
        with pytest.raises(UnsafeFile, match="give the file itself"):
            inspect(path)


def test_files_beside_the_raster_are_not_opened(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ramp(1, 1200, 1200))
    other = write_raster(tmp_path / "secret.tif", np.full((1, 600, 600), 99, "uint8"))
    for suffix in (".ovr", ".msk"):
        (tmp_path / f"a.tif{suffix}").write_text(VRT.format(source=other))
    (tmp_path / "a.tif.aux.xml").write_text(
        "<PAMDataset><SRS>EPSG:3031</SRS><GeoTransform>1,2,3,4,5,6</GeoTransform>"
        '<Metadata><MDI key="SENSOR">forged</MDI></Metadata></PAMDataset>'
    )
    (tmp_path / "a.tfw").write_text("1\n0\n0\n1\n0\n0\n")
    info = inspect(path)
    assert info.crs == UTM
    assert info.transform[0] == 10
    assert "SENSOR" not in info.tags
    with open_raster(path) as dataset:
        assert dataset.overviews(1) == []
        assert dataset.files == [str(path)]
        assert dataset.read(1, out_shape=(600, 600)).max() > 99
    assert statistics(path)[0].valid_fraction == 1


@pytest.mark.parametrize("name", ["/etc/hostname", "@/etc/hostname", "@null,/etc/hostname", "@null/../etc/hostname"])
def test_a_projection_that_names_a_file_is_refused(tmp_path: Path, name: str) -> None:
    mercator = "+proj=merc +a=6378137 +b=6378137 +nadgrids={} +wktext"
    path = write_raster(tmp_path / "a.tif", crs=mercator.format(name))
    with pytest.raises(UnsafeFile, match="refers to other files"):
        inspect(path)
    assert inspect(write_raster(tmp_path / "b.tif", crs=mercator.format("@null"))).crs


def test_a_world_file_does_not_place_a_png(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.png", crs=None, transform=rasterio.Affine.identity(), driver="PNG")
    (tmp_path / "a.pgw").write_text("1\n0\n0\n-1\n500000\n5000000\n")
    assert inspect(path).crs is None


def test_handles_are_reused_until_the_file_changes(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", np.full((1, 8, 8), 1, "uint8"))
    with open_raster(path) as first, open_raster(path) as again:
        assert again is not first or again.read().max() == 1
    with open_raster(path) as kept:
        pass
    with open_raster(path) as reused:
        assert reused is kept
    write_raster(path, np.full((2, 9, 9), 2, "uint8"))
    with open_raster(path) as fresh:
        assert (fresh.count, fresh.read().max()) == (2, 2)


def test_threads_do_not_share_handles(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ramp(2, 300, 300), tiled=True, compress="deflate")
    expected = ramp(2, 300, 300)
    wrong: list[str] = []

    def read() -> None:
        for _ in range(20):
            if not np.array_equal(read_file(path, unknown_sensor(2)).pixels, expected):
                wrong.append("differs")

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
