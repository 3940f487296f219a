"""NumPy arrays: plain cubes, and the folders of eo-learn's patches; arrays of objects, which run code, are refused."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS

from mlcore.containers.axes import plain_system
from mlcore.containers.container import Bundle, Container, Layer, Progress, base_name, check_shape
from mlcore.containers.writing import Sheet, write_layer
from mlcore.errors import BadGeoreference, FileTooLarge, UnreadableFile, UnsafeFile
from mlcore.files import check_plain
from mlcore.raster.opening import QUALITY
from mlcore.sensors import Band, get_sensor

MAGIC = b"\x93NUMPY"
MOST_STEPS = 400
_LEAST_SIDE = 16  # px; smaller arrays are tables and series more often than pictures
_NUMBERS = "iufb"
_MOST_TEXT = 2**20
_CLOUDS = ("CLM", "CLM_S2C", "CLOUD_MASK", "DATAMASK")
_CLEAR, _CLOUD = 4, 9  # of Sentinel-2's scene classification, as which the patch's mask is kept


@contextmanager
def open_array(path: Path, name: str) -> Iterator[NDArray[Any]]:
    """Open an array without reading it.

    Raises:
        UnsafeFile: it holds objects.
        UnreadableFile: it is damaged, truncated, or holds no numbers.
    """
    check_plain(path)
    try:
        with path.open("rb") as file:
            version = np.lib.format.read_magic(file)
            reading = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, _, dtype = reading(file)
            start = file.tell()
    except (ValueError, OSError, SyntaxError, RecursionError, MemoryError) as error:
        raise UnreadableFile(f"{name} is damaged or truncated: {str(error)[:100]}.") from error
    if dtype.hasobject:
        raise UnsafeFile(f"{name} holds objects, which could run code when they are read; save plain numbers.")
    if dtype.kind not in _NUMBERS:
        what = "complex numbers; export amplitude or decibels instead" if dtype.kind == "c" else "no plain numbers"
        raise UnreadableFile(f"{name} holds {what}.")
    missing = start + math.prod(shape) * dtype.itemsize - path.stat().st_size
    if missing > 0:
        raise UnreadableFile(f"{name} is truncated: {missing:,} bytes that it declares are missing.")
    yield np.load(path, mmap_mode="r", allow_pickle=False)


class NumpyArray(Container):
    """One array [rows, columns], [rows, columns, bands] or [times, rows, columns, bands]."""

    code = "numpy"
    title = "NumPy array"
    endings = (".npy",)

    def begins(self, start: bytes, name: str) -> bool:
        """Return whether it begins as .npy files do."""
        return start.startswith(MAGIC)

    def peek(self, bundle: Bundle) -> str:
        """Read the header."""
        with open_array(bundle.main, bundle.name) as array:
            steps, height, width, count = _shaped(array, bundle.name).shape
            return f"{width} x {height} px with {count} bands" + (f" in {steps} steps" if steps > 1 else "")

    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Write each step."""
        with open_array(bundle.main, bundle.name) as array:
            cube = _shaped(array, bundle.name)
            said = ["Nothing in it says what its axes are: they are taken for rows, columns and bands, after times."]
            layers = []
            for step in range(cube.shape[0]):
                name = "" if cube.shape[3] == 1 else "Band {}"
                bands = tuple(Band("", name.format(number + 1)) for number in range(cube.shape[3]))
                _write(folder / f"{step}.tif", cube[step], bands, None, Affine.identity(), {})
                part = f"step {step + 1}" if cube.shape[0] > 1 else ""
                layers.append(Layer(f"{step}.tif", part, remarks=said))
                progress((step + 1) / cube.shape[0])
            return layers


def _shaped(array: NDArray[Any], name: str) -> NDArray[Any]:
    """Return an array as [times, rows, columns, bands].

    Raises:
        UnreadableFile: it is no picture.
        FileTooLarge: it has more pixels or steps than are read.
    """
    shapes = {2: (1, *array.shape, 1), 3: (1, *array.shape), 4: array.shape}
    if array.ndim == 3 and array.shape[0] < _LEAST_SIDE <= min(array.shape[1:]):
        array = np.moveaxis(array, 0, 2)  # bands came first
        shapes[3] = (1, *array.shape)
    shape = shapes.get(array.ndim, (0, 0, 0, 0))
    if min(shape[1:3]) < _LEAST_SIDE:
        raise UnreadableFile(
            f"{name} is an array of {' x '.join(map(str, array.shape))}: no picture [rows, columns, bands] of at least "
            f"{_LEAST_SIDE} px a side. Series and tables belong into CSV or NetCDF."
        )
    check_shape(name, shape[2], shape[1], shape[3])
    if shape[0] > MOST_STEPS:
        raise FileTooLarge(f"{name} has {shape[0]:,} steps; at most {MOST_STEPS} are read. Split it.")
    return array.reshape(shape)


def _write(  # noqa: PLR0913 - a raster's place takes two
    path: Path, values: NDArray[Any], bands: Sequence[Band], crs: CRS | None, transform: Affine, tags: dict[str, str]
) -> None:
    """Write [rows, columns, bands]."""
    height, width, _ = values.shape
    sheet = Sheet(width, height, str(values.dtype), tuple(bands), crs, transform, tags=tags)
    write_layer(
        path, sheet, lambda rows, columns: np.moveaxis(values[rows, columns], 2, 0), progress=lambda share: None
    )


@dataclass(frozen=True)
class _Patch:
    """What lies in the folder of a patch."""

    bundle: Bundle
    moments: list[str]
    crs: CRS | None
    box: tuple[float, float, float, float]  # west, south, east, north

    def arrays(self, room: str) -> dict[str, Path]:
        """Return the arrays of 'data', 'data_timeless' or 'mask', by name."""
        pattern = re.compile(rf"(?:^|/){room}/(\w+)\.npy$")
        return {m[1]: path for name, path in self.bundle.members.items() if (m := pattern.search(name))}

    def transform(self, height: int, width: int) -> Affine:
        """Return where the pixels of an array lie."""
        west, south, east, north = self.box
        return Affine((east - west) / width, 0, west, 0, -(north - south) / height, north)


class EOPatch(Container):
    """The folder of an eo-learn patch: measurements of many dates, and of none, in one box."""

    code = "eopatch"
    title = "eo-learn patch"

    def begins(self, start: bytes, name: str) -> bool:
        """Return False: it is a folder."""
        return False

    def peek(self, bundle: Bundle) -> str:
        """Count its dates and features."""
        patch = _patch(bundle)
        dated, plain = patch.arrays("data"), patch.arrays("data_timeless")
        return f"a patch of {len(patch.moments)} dates with {', '.join([*dated, *plain])}"

    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Write a raster for each date of each measurement, and one for what has no date."""
        patch = _patch(bundle)
        layers = list[Layer]()
        features = {name: path for name, path in patch.arrays("data").items() if not name.upper().startswith("CLP")}
        clouds = _clouds(patch)
        for name, path in features.items():
            with open_array(path, f"{name}.npy") as array:
                cube = _shaped(array, f"{name}.npy")
                if len(cube) != len(patch.moments):
                    raise UnreadableFile(f"{name}.npy has {len(cube)} steps, timestamps.json {len(patch.moments)}.")
                for step, moment in enumerate(patch.moments):
                    mask = clouds[step] if clouds is not None and step < len(clouds) else None
                    layers.append(_layer(patch, folder, len(layers), name, cube[step], moment, mask))
                    progress((step + 1) / len(cube))
        for name, path in patch.arrays("data_timeless").items():
            with open_array(path, f"{name}.npy") as array:
                layers.append(_layer(patch, folder, len(layers), name, _shaped(array, f"{name}.npy")[0], ""))
        return layers


def _patch(bundle: Bundle) -> _Patch:
    times, box = (_json(bundle, ending) for ending in ("timestamps.json", "bbox.geojson"))
    if not isinstance(times, list) or not 1 <= len(times) <= MOST_STEPS or not all(isinstance(t, str) for t in times):
        raise UnreadableFile(f"{bundle.name} has no timestamps.json with 1 to {MOST_STEPS} dates.")
    try:
        corners = np.array(box["coordinates"][0], np.float64)[:, :2]
        named = str(box.get("crs", {}).get("properties", {}).get("name", ""))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise BadGeoreference(f"{bundle.name} has no bbox.geojson with a box.") from error
    (west, south), (east, north) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    if not (np.isfinite(corners).all() and west < east and south < north):
        raise BadGeoreference(f"{bundle.name} has a box in bbox.geojson that cannot be.")
    code = re.search(r"EPSG::?(\d+)$", named)
    crs = plain_system(f"EPSG:{code[1]}") if code else plain_system("EPSG:4326")
    return _Patch(bundle, [text[:19] for text in times], crs, (west, south, east, north))


def _json(bundle: Bundle, ending: str) -> Any:
    path = next((path for name, path in bundle.members.items() if base_name(name) == ending), None)
    if path is None or check_plain(path).st_size > _MOST_TEXT:
        raise UnreadableFile(f"{bundle.name} has no {ending} that can be read.")
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{bundle.name} has a {ending} that is no JSON.") from error


def _layer(  # noqa: PLR0913 - of one call
    patch: _Patch,
    folder: Path,
    number: int,
    name: str,
    values: NDArray[Any],
    moment: str,
    clouds: NDArray[Any] | None = None,
) -> Layer:
    height, width, count = values.shape
    tags = {"ACQUISITION_TIME": moment} if moment else {}
    bands = [Band("", name if count == 1 else f"{name} {band + 1}") for band in range(count)]
    if clouds is not None and clouds.shape[:2] == (height, width):
        classes = np.where(clouds[..., :1] > 0, _CLOUD, _CLEAR).astype(np.uint8)
        values, bands = np.concatenate([values, classes], axis=2), [*bands, Band("", QUALITY[0])]
    _write(folder / f"{number}.tif", values, bands, patch.crs, patch.transform(height, width), tags)
    sensor = get_sensor("elevation") if count == 1 and name.upper() in ("DEM", "DSM", "DTM") else None
    return Layer(f"{number}.tif", " ".join(filter(None, [name, moment])), sensor=sensor, remarks=_cloudiness(clouds))


def _clouds(patch: _Patch) -> NDArray[Any] | None:
    """Return the patch's own cloud mask over time, if it has one."""
    masks = patch.arrays("mask")
    path = next((masks[name] for name in _CLOUDS if name in masks), None)
    if path is None:
        return None
    with open_array(path, path.name) as array:
        return _shaped(array, path.name)


def _cloudiness(clouds: NDArray[Any] | None) -> list[str]:
    return [] if clouds is None else [f"Its own mask calls {float((clouds > 0).mean()):.0%} of it cloud."]
