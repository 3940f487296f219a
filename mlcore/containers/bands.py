"""Stacks: loose band files of one acquisition as one raster, each number as it came."""

import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader
from rasterio.windows import Window
from rasterio.windows import transform as window_transform

from mlcore.containers.cloudiness import Clouds
from mlcore.containers.container import Bundle, Container, Layer, Progress, base_name, check_shape
from mlcore.containers.products import band_file, is_metadata, tags_of
from mlcore.containers.writing import Sheet, write_layer
from mlcore.errors import BadGeoreference, UnreadableFile
from mlcore.raster.info import RasterInfo, inspect
from mlcore.raster.opening import QUALITY, open_raster
from mlcore.sensors import Band, Quantity, Sensor
from mlcore.sensors.products import product

_SURFACE = (2.75e-5, -0.2)  # scale and offset of Landsat's Collection 2: reflectance, and kelvin
_KELVIN = {"ST_B10": (0.00341802, 149.0), "ST_B6": (0.00341802, 149.0)}


@dataclass(frozen=True)
class Part:
    """One band file of a stack."""

    band: str
    path: Path
    info: RasterInfo

    @property
    def side(self) -> float:
        """Return how large a pixel is."""
        return math.sqrt(abs(self.info.affine.determinant))


class BandStack(Container):
    """Files of single bands that were taken together."""

    code = "bands"
    title = "set of band files"

    def begins(self, start: bytes, name: str) -> bool:
        """Return False: a single file is never one."""
        return False

    def peek(self, bundle: Bundle) -> str:
        """Look at the header of each file, and whether they show the same ground."""
        parts = _parts(bundle)
        measured = [part for part in parts if part.band not in QUALITY]
        finest = min(measured, key=lambda part: part.side).info
        return f"{finest.width} x {finest.height} px with {len(measured)} bands, stacked"

    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Write the bands of reflected light on the finest band's grid; temperatures are a raster of their own."""
        parts = _parts(bundle)
        tags = tags_of({name: path for name, path in bundle.members.items() if is_metadata(name)}, bundle.name)
        quality = [part for part in parts if part.band in QUALITY]
        hot = [part for part in parts if part.band in _KELVIN]
        cool = [part for part in parts if part not in quality and part not in hot]
        groups = [("", cool), ("surface temperature", hot)] if cool else [("", hot)]
        layers = list[Layer]()
        for part, group in groups:
            if group:
                file, done = f"stack{len(layers)}.tif", len(layers)
                layers.append(_stacked(folder / file, bundle, group + quality, tags, progress))
                layers[-1] = replace(layers[-1], part=part, file=file)
                progress((done + 1) / 2)
        return layers


def _parts(bundle: Bundle) -> list[Part]:
    """Return a part for each band, of its finest file, in the order of the sensor's bands.

    Raises:
        UnreadableFile, BadGeoreference: they cannot be one acquisition.
    """
    best: dict[str, tuple[int, str, Path]] = {}
    for name, path in bundle.members.items():
        file = band_file(name)
        if file and (file.band not in best or (file.metres or 999) < best[file.band][0]):
            best[file.band] = (file.metres or 999, name, path)
    parts = [Part(band, path, _single(path, name)) for band, (_, name, path) in sorted(best.items(), key=_order)]
    if not [part for part in parts if part.band not in QUALITY]:
        raise UnreadableFile(f"{bundle.name} holds no band of measurements.")
    _check_one_place(parts, bundle.name)
    return parts


def _order(item: tuple[str, Any]) -> tuple[int, float]:
    band = item[0]
    digits = band.rpartition("B")[2].replace("8A", "8.5")
    return (2, 0.0) if band in QUALITY else (int(band.startswith("ST")), float(digits))


def _single(path: Path, name: str) -> RasterInfo:
    try:
        info = inspect(path)
    except UnreadableFile as error:
        raise UnreadableFile(str(error).replace(path.name, base_name(name))) from error
    if info.count != 1:
        raise UnreadableFile(f"{base_name(name)} has {info.count} bands; a file of one band has one.")
    return info


def _check_one_place(parts: Sequence[Part], name: str) -> None:
    first = parts[0]
    for part in parts:
        if part.info.crs != first.info.crs:
            raise BadGeoreference(
                f"{name} is in two coordinate systems: {first.band} in {_short(first.info.crs)}, {part.band} in "
                f"{_short(part.info.crs)}. Give the bands of one tile only."
            )
        if part.info.affine.b or part.info.affine.d:
            raise BadGeoreference(f"{name} has a rotated {part.band}; warp its bands to the north first.")
    finest = min(parts, key=lambda part: part.side)
    check_shape(name, finest.info.width, finest.info.height, len(parts))
    for part in parts:
        if first.info.crs is None and (part.info.width, part.info.height) != (finest.info.width, finest.info.height):
            raise BadGeoreference(f"{name} has bands of different sizes without a place: nobody knows how they lie.")
        if first.info.crs and not _overlap(part.info, finest.info):
            raise BadGeoreference(f"{name} has bands of different places: {part.band} lies beside {finest.band}.")


def _short(crs: str | None) -> str:
    return crs[:30] if crs else "none"


def _overlap(one: RasterInfo, other: RasterInfo) -> bool:
    ends = [
        (info.affine @ (0, 0), info.affine @ (info.width, info.height)) for info in (one, other)
    ]  # left, top; right, below
    (a, b), (c, d) = ends
    apart = any(
        max(min(a[axis], b[axis]), min(c[axis], d[axis])) >= min(max(a[axis], b[axis]), max(c[axis], d[axis]))
        for axis in (0, 1)
    )
    return not apart


def _stacked(path: Path, bundle: Bundle, parts: Sequence[Part], tags: Mapping[str, str], progress: Progress) -> Layer:
    finest = min(parts, key=lambda part: part.side)
    known = bool(tags.get("SPACECRAFT_ID")) or any(part.band.startswith("SR") for part in parts)
    said = _resolutions([part for part in parts if part.band not in QUALITY], finest)
    sensor = _sensor(bundle.name, parts, said)
    bands = tuple(Band("", part.band, scale=_scale(part)[0], offset=_scale(part)[1]) for part in parts)
    fill = _fill(parts, known or bundle.name.upper().startswith(("S2", "T")))
    with ExitStack() as stack:
        sources = [stack.enter_context(open_raster(part.path)) for part in parts]
        shape = finest.info
        sheet = Sheet(
            shape.width, shape.height, _dtype(parts), bands, sources[parts.index(finest)].crs if shape.crs else None,
            shape.affine, fill, tags,
        )  # fmt: skip
        clouds = Clouds([part.band for part in parts])

        def read(rows: slice, columns: slice) -> NDArray[Any]:
            window = Window.from_slices(rows, columns)
            pairs = zip(sources, parts, strict=True)
            values = np.stack([_read(source, part, shape, window, fill) for source, part in pairs])
            clouds.count(values)
            return values

        write_layer(path, sheet, read, progress=progress)
    return Layer("", sensor=sensor, remarks=[*said, *clouds.remarks])


def _dtype(parts: Sequence[Part]) -> str:
    return str(np.result_type(*(part.info.dtype for part in parts)))


def _fill(parts: Sequence[Part], known: bool) -> float | None:
    stated = next((part.info.nodata for part in parts if part.info.nodata is not None), None)
    return stated if stated is not None else 0.0 if known and not _dtype(parts).startswith("float") else None


def _read(source: DatasetReader, part: Part, shape: RasterInfo, window: Window, fill: float | None) -> NDArray[Any]:
    """Return one band's numbers on the finest grid: each of a coarser pixel's places has its number."""
    size = int(window.height), int(window.width)
    if part.info.transform == shape.transform and (part.info.width, part.info.height) == (shape.width, shape.height):
        return np.asarray(source.read(1, window=window))
    place = window_transform(window, shape.affine)
    rows = np.arange(size[0]) + 0.5
    columns = np.arange(size[1]) + 0.5
    x, y = place.c + columns * place.a, place.f + rows * place.e
    own = ~part.info.affine
    column = np.floor(own.c + x * own.a + 1e-6).astype(int)
    row = np.floor(own.f + y * own.e + 1e-6).astype(int)
    inside_row, inside_column = (row >= 0) & (row < source.height), (column >= 0) & (column < source.width)
    values = np.full(size, fill or 0, np.dtype(part.info.dtype))
    if inside_row.any() and inside_column.any():
        low = row[inside_row].min(), column[inside_column].min()
        high = row[inside_row].max() + 1, column[inside_column].max() + 1
        block = source.read(1, window=Window.from_slices((low[0], high[0]), (low[1], high[1])))
        values[np.ix_(inside_row, inside_column)] = block[
            np.ix_(row[inside_row] - low[0], column[inside_column] - low[1])
        ]
    return values


def _scale(part: Part) -> tuple[float | None, float | None]:
    if part.info.scales:
        return part.info.scales[0], part.info.offsets[0]
    if part.band in _KELVIN:
        return _KELVIN[part.band]
    return _SURFACE if part.band.startswith("SR_") and part.info.dtype == "uint16" else (None, None)


def _sensor(name: str, parts: Sequence[Part], said: list[str]) -> Sensor | None:
    """Return the sensor of temperatures, which no table has; of others the descriptions tell."""
    if not all(part.band in (*_KELVIN, *QUALITY) for part in parts):
        return None
    told = product([part.band for part in parts if part.band in _KELVIN], "uint16", name.lower())
    if told is None:
        return None
    scaled = tuple(replace(band, scale=_KELVIN[band.name][0], offset=_KELVIN[band.name][1]) for band in told[0].bands)
    return replace(told[0], bands=scaled, quantity=Quantity.BRIGHTNESS_TEMPERATURE)


def _resolutions(parts: Sequence[Part], finest: Part) -> list[str]:
    """Tell which bands have larger pixels than the stack."""
    coarse: dict[int, list[str]] = {}
    for part in parts:
        if part.side > finest.side * 1.01:
            coarse.setdefault(round(part.side), []).append(part.band)
    told = [f"{', '.join(bands)} of {side} m" for side, bands in sorted(coarse.items())]
    return [f"Stacked at {finest.side:g} m: {'; '.join(told)} keep their numbers, each pixel repeated."] if told else []
