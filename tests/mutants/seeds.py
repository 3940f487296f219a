"""Sound small files of every kind that the product reads, by name; those of real instruments where they are there."""

import io
import json
import os
import zipfile
from pathlib import Path

import h5py
import numpy as np
import rasterio
from rasterio.errors import RasterioError
from scipy.io import savemat

from tests.arrays import write_netcdf, write_zarr
from tests.clouds import write_cloud, write_copc
from tests.rasters import ROOT, ramp, write_raster

MOST_BYTES = 60_000
_CODECS = ("deflate", "lzw", "packbits", "jpeg", "lerc", "zstd", "lzma", "webp", "ccittfax4", "jxl")
_SIDE = 40


def seeds(folder: Path) -> dict[str, bytes]:
    """Return name and content of each."""
    made = {**_tiffs(folder), **_images(folder), **_clouds(folder), **_cubes(folder), **_tables(), **_real()}
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
    return {path.name: path.read_bytes() for path in [*paths, write_copc(folder / "points.copc.laz", side=24)]}


def _cubes(folder: Path) -> dict[str, bytes]:
    cube = ramp(6, _SIDE, _SIDE, "uint16")
    header = f"ENVI\nsamples = {_SIDE}\nlines = {_SIDE}\nbands = 6\ndata type = 12\ninterleave = bsq\nbyte order = 0\n"
    header += "wavelength = {450, 550, 650, 750, 850, 950}\n"
    savemat(folder / "cube.mat", {"cube": cube.transpose(1, 2, 0), "wavelengths": np.linspace(400, 900, 6)})
    np.save(folder / "cube.npy", cube)
    with h5py.File(folder / "grid.h5", "w") as file:
        file.create_dataset("grid", data=cube[0], compression="gzip")
    paths = [folder / "cube.mat", folder / "cube.npy", folder / "grid.h5", write_netcdf(folder / "grid.nc", times=2)]
    write_zarr(folder / "store")
    store = {
        str(path.relative_to(folder)): path.read_bytes() for path in (folder / "store").rglob("*") if path.is_file()
    }
    band = "S2A_X.SAFE/IMG_DATA/R10m/T32TQM_20200601T101559_{}_10m.tif"
    raster = write_raster(folder / "band.tif", ramp(1, _SIDE, _SIDE, "uint16")).read_bytes()
    safe = {band.format("B02"): raster, band.format("B03"): raster, "S2A_X.SAFE/MTD_MSIL2A.xml": b"<a/>"}
    return {path.name: path.read_bytes() for path in paths} | {
        "envi.zip": _archive({"cube.bsq": cube.tobytes(), "cube.hdr": header.encode()}),
        "header.hdr": header.encode(),
        "store.zarr.zip": _archive(store),
        "safe.zip": _archive(safe),
    }


def _tables() -> dict[str, bytes]:
    posts = ["lon,lat,date,text", *(f"9.000{n},45.15{n},2020-01-0{n + 1},water in street {n}" for n in range(9))]
    rain = ["lon,lat,date,precipitation_mm", *(f"9,45.1,2020-01-0{n + 1},{n}.5" for n in range(9))]
    point = {"type": "Point", "coordinates": [9.0, 45.15]}
    features = [{"type": "Feature", "geometry": point, "properties": {"text": f"post {n}"}} for n in range(5)]
    collection = {"type": "FeatureCollection", "features": features}
    return {
        "posts.csv": "\n".join(posts).encode(),
        "weather.csv": "\n".join(rain).encode(),
        "posts.geojson": json.dumps(collection).encode(),
    }


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
