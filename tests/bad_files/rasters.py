"""Bad GeoTIFFs and pictures, and other things that call themselves so."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from affine import Affine

from tests.bad_files.case import Case, case, patched, written
from tests.rasters import ramp, write_raster

SIDE = 64
NOWHERE = "http://127.0.0.1:9/a.tif"


def tiff(values: np.ndarray | None = None, **options: object) -> bytes:
    """Return a small GeoTIFF."""
    values = ramp(3, SIDE, SIDE) if values is None else values
    return written("a.tif", lambda path: write_raster(path, values, **options))  # type: ignore[arg-type]


def with_tag(data: bytes, tag: int, value: int) -> bytes:
    """Return a little-endian TIFF whose first directory says another number for a tag."""
    (place,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, place)
    for entry in range(place + 2, place + 2 + 12 * count, 12):
        if struct.unpack_from("<H", data, entry)[0] == tag:
            form = "<I" if struct.unpack_from("<H", data, entry + 2)[0] == 4 else "<H"
            return patched(data, entry + 8, struct.pack(form, value & (0xFFFFFFFF if form == "<I" else 0xFFFF)))
    raise KeyError(tag)


def picture(driver: str, name: str) -> bytes:
    """Return a small picture."""

    def write(path: Path) -> object:
        return write_raster(path, ramp(3, SIDE, SIDE), driver=driver, crs=None, transform=Affine.identity())

    return written(name, write)


def geotiffs() -> Iterator[Case]:
    """Yield GeoTIFFs that are damaged, or say what cannot be."""
    good, complex_ = tiff(), ramp(2, SIDE, SIDE).astype("complex64")
    damaged = "is truncated: [\\d,]+ bytes that it declares are missing|is damaged or truncated: "
    yield case("empty.tif", b"", "empty; choose another file")
    yield case("half.tif", good[: len(good) // 2], damaged)
    yield case("header-only.tif", good[:8], damaged)
    yield case("magic-only.tif", b"II*\0" + b"garbage" * 40, damaged)
    yield case("big-half.tif", tiff(BIGTIFF="YES")[:300], damaged)
    yield case("tiled-half.tif", tiff(tiled=True, blockxsize=16, blockysize=16)[:4000], damaged)
    yield case("deflate-noise.tif", patched(tiff(compress="deflate"), 1000, b"\xff" * 2000), damaged)
    yield case("complex.tif", tiff(complex_), "complex numbers; export amplitude or decibels")
    yield case("complex128.tif", tiff(complex_.astype("complex128")), "complex numbers; export amplitude or decibels")
    yield case("no-width.tif", with_tag(good, 256, 0), damaged)
    yield case("no-height.tif", with_tag(good, 257, 0), damaged)
    yield case("wide.tif", with_tag(good, 256, 60_000), "Cut it into parts")
    yield case("high.tif", with_tag(good, 257, 65_000), "Cut it into parts")
    yield case("odd-bits.tif", with_tag(good, 339, 77), damaged)
    yield case("odd-compression.tif", with_tag(good, 259, 61_234), damaged)
    yield case("bands.tif", tiff(ramp(1, 16, 16).repeat(600, axis=0)), "at most 512 are read. Leave some out")
    yield case(
        "flat.tif", tiff(transform=Affine(10, 20, 0, 5, 10, 0)), "impossible transform .*; set its georeference again"
    )
    yield case(
        "far.tif", tiff(transform=Affine(1e9, 0, 1e15, 0, -1e9, 1e15)), "outside the area of its coordinate system"
    )
    yield case("void.tif", tiff(np.zeros((1, SIDE, SIDE), "uint8"), nodata=0), "no valid pixel")
    yield case("nan.tif", tiff(np.full((1, SIDE, SIDE), np.nan, "float32")), "no valid pixel")
    yield case("infinite.tif", tiff(np.full((1, SIDE, SIDE), np.inf, "float32")), "no valid pixel")
    yield case("text.tif", tiff()[:4] + b"<html>" * 100, damaged)


def pictures() -> Iterator[Case]:
    """Yield pictures that are damaged or would unfold."""
    damaged = "is damaged or truncated: "
    png, jpeg, jp2 = picture("PNG", "a.png"), picture("JPEG", "a.jpg"), picture("JP2OpenJPEG", "a.jp2")
    yield case("half.png", png[: len(png) // 2], damaged)
    yield case("signature.png", png[:8], damaged)
    yield case("no-side.png", patched(png, 16, bytes(8)), damaged)
    yield case("bomb.png", patched(png, 16, struct.pack(">II", 60_000, 60_000)), damaged)
    yield case("largest.png", patched(png, 16, struct.pack(">II", 2**31 - 1, 2**31 - 1)), damaged)
    yield case("half.jpg", jpeg[: len(jpeg) // 3], damaged)
    yield case("start.jpg", jpeg[:4], damaged)
    frame = jpeg.index(b"\xff\xc0") + 5
    yield case("no-side.jpg", patched(jpeg, frame, bytes(4)), damaged)
    yield case("bomb.jpg", patched(jpeg, frame, b"\xff" * 4), damaged)
    yield case("half.jp2", jp2[: len(jp2) // 2], damaged)
    yield case("start.jp2", jp2[:20], damaged)


def strangers() -> Iterator[Case]:
    """Yield what is no image at all, or only points to one elsewhere."""
    refused = "not a GeoTIFF, PNG, .* files that refer to others are not accepted"
    source = f"<SourceFilename>/vsicurl/{NOWHERE}</SourceFilename>"
    band = f'<VRTRasterBand dataType="Byte" band="1"><SimpleSource>{source}</SimpleSource></VRTRasterBand>'
    local = band.replace(f"/vsicurl/{NOWHERE}", "/etc/hostname")
    vrt = '<VRTDataset rasterXSize="8" rasterYSize="8">{}</VRTDataset>'
    texts = {
        "remote.vrt": vrt.format(band),
        "local.vrt": vrt.format(local),
        "vrt.tif": vrt.format(band),
        "wms.xml": f'<GDAL_WMS><Service name="TMS"><ServerUrl>{NOWHERE}</ServerUrl></Service></GDAL_WMS>',
        "wms.tif": f'<GDAL_WMS><Service name="WMS"><ServerUrl>{NOWHERE}</ServerUrl></Service></GDAL_WMS>',
        "wcs.tif": f"<WCS_GDAL><ServiceURL>{NOWHERE}</ServiceURL></WCS_GDAL>",
        "mrf.tif": f"<MRF_META><CachedSource><Source>{NOWHERE}</Source></CachedSource></MRF_META>",
        "stac.tif": f'{{"type": "Feature", "stac_version": "1.0.0", "assets": {{"a": {{"href": "{NOWHERE}"}}}}}}',
        "gdalg.tif": f'{{"type": "GDALG", "command_line": "gdal raster read /vsicurl/{NOWHERE}"}}',
        "overlay.kml": f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><href>{NOWHERE}</href>&x;</kml>',
        "page.tif": "<html><script>alert(1)</script></html>",
        "name.tif": f"/vsicurl/{NOWHERE}",
        "script.tif": "#!/bin/sh\nexit 1\n",
    }
    yield from (case(name, text, refused) for name, text in texts.items())
    starts = {"a.gif": b"GIF89a", "a.bmp": b"BM", "a.pdf": b"%PDF-1.7\n", "a.exe": b"\x7fELF", "a.gz": b"\x1f\x8b\x08"}
    starts |= {"a.rar": b"Rar!\x1a\x07\0", "a.7z": b"7z\xbc\xaf\x27\x1c", "a.sqlite": b"SQLite format 3\0"}
    yield from (case(name, start + bytes(600), refused) for name, start in starts.items())
