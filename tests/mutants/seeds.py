"""Sound small files of every kind that the product reads, by name; those of real instruments where they are there."""

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import rasterio
from rasterio.errors import RasterioError

from tests.clouds import write_cloud
from tests.rasters import ROOT, ramp, write_raster

MOST_BYTES = 60_000
_CODECS = ("deflate", "lzw", "packbits", "jpeg", "lerc", "zstd", "lzma", "webp", "ccittfax4", "jxl")
_SIDE = 40


def seeds(folder: Path) -> dict[str, bytes]:
    """Return name and content of each."""
    made = {**_tiffs(folder), **_images(folder), **_clouds(folder), **_real()}
    chips = {f"chip-{number}.tif": made[name] for number, name in enumerate(("plain.tif", "jpeg.tif", "uint16.tif"))}
    made["chips.zip"] = _archive({**chips, "chip.png": made["image.png"], "chip.jpg": made["image.jpg"]})
    return made


def _tiffs(folder: Path) -> dict[str, bytes]:
    values = ramp(3, _SIDE, _SIDE)
    ways: dict[str, dict[str, object]] = {
        "plain": {},
        "big": {"BIGTIFF": "YES"},
        "big-endian": {"ENDIANNESS": "BIG"},
        "tiled": {"tiled": True, "blockxsize": 16, "blockysize": 16, "overviews": (2,)},
        "by-band": {"interleave": "band", "mask": np.ones((_SIDE, _SIDE), bool)},
        "tagged": {"tags": {"acquired": "2020-06-01"}, "descriptions": ("red", "green", "blue"), "nodata": 0},
        "degrees": {"crs": "EPSG:4326", "transform": rasterio.Affine(0.001, 0, 8, 0, -0.001, 46)},
        "placeless": {"crs": None, "transform": rasterio.Affine.identity()},
        **{codec: {"compress": codec} for codec in _CODECS},
    }
    made = {}
    for name, options in ways.items():
        made |= _written(folder, f"{name}.tif", values, **options)
    for dtype in ("uint16", "int16", "float32", "float64", "complex64", "int32"):
        made |= _written(folder, f"{dtype}.tif", ramp(4, _SIDE, _SIDE, dtype))
    made |= _written(folder, "cube.tif", ramp(40, 16, 16, "uint16"))
    return made | _written(folder, "cog.tif", values, driver="COG")


def _images(folder: Path) -> dict[str, bytes]:
    made = {}
    for name, driver in (("image.png", "PNG"), ("image.jpg", "JPEG"), ("image.jp2", "JP2OpenJPEG")):
        made |= _written(folder, name, ramp(3, _SIDE, _SIDE), driver=driver)
    return made


def _clouds(folder: Path) -> dict[str, bytes]:
    paths = [
        write_cloud(folder / f"{version}-{name}", side=24, version=version)
        for version in ("1.2", "1.4")
        for name in ("points.las", "points.laz")
    ]
    return {path.name: path.read_bytes() for path in paths}


def _written(folder: Path, name: str, values: np.ndarray, **options: object) -> dict[str, bytes]:
    """Write a file; nothing where this machine's libraries lack its codec."""
    try:
        content = write_raster(folder / name, values, **options).read_bytes()  # type: ignore[arg-type]
    except (RasterioError, ValueError):
        return {}
    return {name: content}


def _archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def _real() -> dict[str, bytes]:
    folder = Path(os.environ.get("TERRASCRIBE_TEST_DATA", ROOT.parent / "shared" / "data"))
    kinds = ("*.tif", "*.TIF", "*.png", "*.jpg", "*.laz", "*.las")
    paths = sorted(path for kind in kinds for path in folder.glob(f"*/{kind}"))
    small = [path for path in paths if path.stat().st_size <= MOST_BYTES][:20]
    return {f"real-{number}-{path.name}": path.read_bytes() for number, path in enumerate(small)}
