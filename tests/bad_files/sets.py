"""Bad point clouds, tables of posts and weather, archives and products."""

import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO

from affine import Affine

from tests.bad_files.case import Case, case, patched, written, zipped
from tests.bad_files.rasters import tiff
from tests.clouds import write_cloud
from tests.rasters import ramp

BAND = "T32TQM_20200601T101559_{}.tif"
LAUGHS = "".join(f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "lol"}' * 10 + '">' for n in range(1, 9))


def clouds() -> Iterator[Case]:
    """Yield point clouds that are damaged or hold nothing."""
    says = "is truncated: |not a readable LAS or LAZ file: |without points|Cut it|write it again, or repair it"
    las = written("a.las", lambda path: write_cloud(path, side=24))
    laz = written("a.laz", lambda path: write_cloud(path, side=24))
    yield case("half.las", las[: len(las) // 2], says)
    yield case("header.las", las[:100], says)
    yield case("start.laz", laz[:20], says)
    yield case("half.laz", laz[: len(laz) // 2], says)
    yield case("version.las", patched(las, 24, b"\x09\x09"), says)
    yield case("format.las", patched(las, 104, b"\x3f"), says)
    yield case("no points.las", patched(patched(las, 107, bytes(4)), 247, bytes(8)), says)
    yield case("many points.las", patched(las, 247, struct.pack("<Q", 2**50)), says)
    yield case("no scale.las", patched(las, 131, bytes(24)), says)
    yield case("wild scale.las", patched(las, 131, struct.pack("<3d", float("nan"), 1e300, -1)), says)
    yield case("beyond.las", patched(las, 96, struct.pack("<I", 2**31)), says)


def tables() -> Iterator[Case]:
    """Yield tables of posts and weather in which nothing can be placed or told."""
    says = "has no rows|names its columns|no row with words and a place|no (table|JSON) that can be read|it needs"
    yield case("empty.csv", "lon,lat,text\n", says)
    yield case("placeless.csv", "name,text\na,=cmd|' /C calc'!A0\n", says)
    yield case("beyond.csv", "lon,lat,text\n999,999,a\n,,b\n", says)
    yield case("nulls.csv", b"lon,lat,text\n\0\0\0\n" + bytes(400), "not a GeoTIFF")
    yield case("latin.csv", b"lon,lat,text\n9,45,\xff\xfe\xfd\x80\n" * 3 + b"\x00", "not a GeoTIFF")
    yield case("one-line.csv", "lon,lat,text\n9,45," + "a" * 3_000_000, says)
    yield case("columns.csv", ",".join(f"c{n}" for n in range(20_000)) + "\n", says)
    yield case("no-weather.csv", "lon,lat,date,rain\n9,45,never,x\n", says)
    yield case("bad.geojson", '{"type": "FeatureCollection", "features": [', says)
    yield case("list.geojson", '{"type": "FeatureCollection", "features": [1, null, {}]}', says)
    yield case("deep.geojson", '{"type": "FeatureCollection", "features": ' + "[" * 200_000, says)
    point = '{"type": "Point", "coordinates": [NaN, 1e999]}'
    feature = f'{{"type": "Feature", "geometry": {point}, "properties": {{"text": "<b>"}}}}'
    yield case("nan.geojson", f'{{"type": "FeatureCollection", "features": [{feature}]}}', says)


def _safe(name: str, words: str, **more: bytes | str) -> Case:
    """Return a SAFE product with another file in the place of one."""
    root = "S2A_MSIL2A_20200601T101559_N0400_R065_T32TQM_20200601T141600.SAFE"
    bands = {f"{root}/GRANULE/L2A/IMG_DATA/R10m/{BAND.format(band)}": _band() for band in ("B02_10m", "B03_10m")}
    members: dict[str, bytes | str] = {f"{root}/MTD_MSIL2A.xml": "<a/>", **bands}
    members |= {f"{root}/{path}": content for path, content in more.items()}
    return case(name, zipped(members), words, file="product.zip")


def _band(**options: object) -> bytes:
    return tiff(ramp(1, 64, 64, "uint16"), **options)


def archives() -> Iterator[Case]:
    """Yield archives and products that are damaged, climb out, unfold or contradict themselves."""
    says = "damaged archive .*; pack it again|holds no image; pack|is not a GeoTIFF|export amplitude|write it anew"
    good = zipped({"a.tif": tiff(), "b.tif": tiff(ramp(1, 64, 64))})
    yield case("half.zip", good[: len(good) // 2], says)
    yield case("start.zip", good[:4], says)
    yield case("no-images.zip", zipped({"readme.txt": "hello", "a.exe": b"MZ"}), says)
    yield case(
        "bomb.zip", zipped({f"{n}.tif": bytes(70 * 2**20) for n in range(2)}), "would unpack to .*; pack real images"
    )
    yield case("text-chips.zip", zipped({f"{n}.tif": "no image" for n in range(3)}), says)
    yield case("climbing.zip", zipped({"../../../etc/evil.tif": "x", "/etc/evil.tif": "y"}), says)
    yield case("nested.zip", zipped({"inner.zip": good}), says)
    yield case("encrypted.zip", _encrypted(good), "encrypted; pack it without a password")
    yield case("links.zip", _linked(), says)
    yield case("vrt.zip", zipped({"a.vrt": "<VRTDataset/>"}), says)
    yield from _products(says)


def _products(says: str) -> Iterator[Case]:
    """Yield products and pictures whose parts contradict each other."""
    other = "GRANULE/L2A/IMG_DATA/R10m/" + BAND.format("B03_10m")
    yield _safe(
        "bands of two systems",
        "two coordinate systems.* Give the bands of one tile only",
        **{other: _band(crs="EPSG:32633")},
    )
    yield _safe("a band of text", says, **{other: "no image"})
    yield _safe("a complex band", says, **{other: tiff(ramp(1, 64, 64).astype("complex64"))})
    band = "LC08_L2SP_191025_20200601_20200823_02_T1_SR_B{}.TIF"
    yield Case(
        "loose bands of two systems",
        {band.format(2): _band(), band.format(3): _band(crs="EPSG:4326", transform=_degrees())},
        "two coordinate systems.* Give the bands of one tile only",
    )
    yield Case("a world file of words", {"o.jpg": _jpeg(), "o.jgw": b"not\nsix\nnumbers\n"}, says)
    yield Case("a flat world file", {"o.jpg": _jpeg(), "o.jgw": b"0\n0\n0\n0\n1\n1\n"}, says)
    world = b"1\n0\n0\n-1\n500000\n5000000\n"
    yield Case("a system of words", {"o.jpg": _jpeg(), "o.jgw": world, "o.prj": b"not a system"}, says)
    geocentric = b'GEOGCS["x",DATUM["y",SPHEROID["z",0,0]]]'
    yield Case("a system that cannot be", {"o.jpg": _jpeg(), "o.jgw": world, "o.prj": geocentric}, says)


def taken() -> Iterator[Case]:
    """Yield what is odd and yet taken in, and what must be said of it."""
    doctype = f'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">{LAUGHS}]><a>&l8;</a>'
    outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><PROCESSING_BASELINE>&x;</PROCESSING_BASELINE>'
    yield _safe("laughing metadata", "2 bands|true|B0", **{"MTD_MSIL2A.xml": doctype})
    yield _safe("metadata from elsewhere", "2 bands|true|B0", **{"MTD_MSIL2A.xml": outside})
    yield _safe("metadata of noise", "2 bands|true|B0", **{"MTD_MSIL2A.xml": b"\xff\xfe\x00<"})
    yield case("geocentric.tif", tiff(crs="EPSG:4978"), "none of the ground.*State a geographic or projected one")
    yield case("vertical.tif", tiff(crs="EPSG:5773"), "none of the ground.*State a geographic or projected one")
    turned = Affine.translation(500_000, 5_000_000) @ Affine.rotation(30) @ Affine.scale(10, -10)
    yield case("rotated.tif", tiff(transform=turned), "added")
    bits = (ramp(1, 64, 64) > 120).astype("uint8")
    yield case("bits.tif", tiff(bits, nbits=1), "import it as labels instead")
    posts = ["lon,lat,date,text", "9.0005,45.153,2020-01-01,<script>alert(1)</script>", "9.0005,45.153,,=1+1"]
    yield case("markup.csv", "\n".join([*posts, ""]), "2 posts; links and pictures in them are not fetched")
    weather = ["lon,lat,date,temperature_k", "9,45,2020-01-01,280", "9,45,2020-01-02,", "9,45,2020-01-09,281", ""]
    yield case("gaps.csv", "\n".join(weather), "days of weather|added")


def _degrees() -> Affine:
    return Affine(0.001, 0, 9, 0, -0.001, 45)


def _jpeg() -> bytes:
    from tests.bad_files.rasters import picture

    return picture("JPEG", "o.jpg")


def _encrypted(archive: bytes) -> bytes:
    """Return an archive whose members say that they are encrypted."""
    data = bytearray(archive)
    for start, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(start)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(start, place + 4)
    return bytes(data)


def _linked() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.tif")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()
