"""Spectral images: the cubes of EnMAP and DESIS with their METADATA.XML, which is searched and never parsed.

What it says: centre, width, gain and offset of each band, the level, the time, the sun, and the number for no data
(EnMAP's and DESIS's product specifications). Nothing in the text can refer to another file.
"""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rasterio.io import DatasetReader

from mlcore.containers.container import Bundle, Container, Layer, Progress
from mlcore.containers.masked import Numbers, fits, sheet_of, write_masked
from mlcore.containers.meaning import as_read
from mlcore.containers.placed import IMAGES
from mlcore.containers.writing import write_layer
from mlcore.errors import UnreadableFile
from mlcore.files import check_plain
from mlcore.raster.info import inspect
from mlcore.raster.opening import data_bands, open_raster
from mlcore.sensors import Band, Quantity, Sensor, spectrometer

TEXT = "-metadata.xml"
IMAGE = "-spectral_image"
MASKS = ("-ql_quality_cloud.tif", "-ql_quality_cloudshadow.tif")  # 1 where there is one
_MOST = 64 * 2**20  # bytes; DESIS lists the response of each band
_NOTHING = 255
_FILL = -32768.0
_L2_SCALE = 1e-4
_OTHER_MASKS = "Its cloud masks have other pixels than the cube, so that they were not read."
_NUMBER = r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?)\s*<"


@dataclass(frozen=True)
class _Told:
    """What the text says."""

    bands: tuple[Band, ...]
    is_reflectance: bool
    nodata: float | None
    tags: dict[str, str]


class SpectralImage(Container):
    """An image of a spectrometer in orbit, its metadata, and masks of clouds."""

    code = "spectral"
    title = "cube of EnMAP or DESIS with its metadata"

    def begins(self, start: bytes, name: str) -> bool:
        """Return False: a single file is never one."""
        return False

    def peek(self, bundle: Bundle) -> str:
        """Read the image's header, and the text."""
        info = inspect(_image(bundle))
        _told(bundle, info.count)
        return f"{info.summary} and its metadata"

    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Write the cube with what the text says of it, and with its mask of clouds as a band of its own."""
        path, target = _image(bundle), folder / "spectral.tif"
        inspect(path)
        with ExitStack() as stack:
            source = stack.enter_context(open_raster(path))
            numbers = data_bands(source)
            told = _told(bundle, len(numbers))
            masks = [stack.enter_context(open_raster(mask)) for name in MASKS if (mask := bundle.ending(name))]
            fitting = [mask for mask in masks if fits(source, mask)]
            said = [_OTHER_MASKS] if len(fitting) < len(masks) else []
            fill = _fill(source, told)
            bands = (*told.bands, Band("", "CLM")) if fitting else told.bands
            sheet = sheet_of(source, bands, nodata=fill, tags=told.tags)
            if fitting:
                said += write_masked(source, target, sheet, _clouds(fitting, fill), progress)
            else:
                write_layer(target, sheet, lambda *window: source.read(numbers, window=window), progress=progress)
        sun = told.tags.get("SUN_ELEVATION")
        said += [f"By its metadata the sun stood {float(sun):.0f}° high."] if sun else []
        return [Layer(target.name, sensor=_sensor(told), remarks=said)]


def _fill(source: DatasetReader, told: _Told) -> float | None:
    """Return the number for no data: as the text says, the image, or the specification."""
    stated = told.nodata if told.nodata is not None else source.nodata
    return _FILL if stated is None and source.dtypes[0] == "int16" else stated


def _sensor(told: _Told) -> Sensor:
    centres, widths = ([getattr(band, of) or 0.0 for band in told.bands] for of in ("wavelength_nm", "width_nm"))
    title = told.tags["SENSOR"]
    made = spectrometer(centres, title.lower(), title, widths_nm=widths if all(widths) else None)
    return as_read(made, told.bands, Quantity.REFLECTANCE if told.is_reflectance else Quantity.RADIANCE)


def _clouds(masks: list[Any], fill: float | None) -> Callable[[Any, Numbers], Numbers]:
    def mask(window: Any, values: Numbers) -> Numbers:
        cloudy = sum(layer.read(1, window=window) == 1 for layer in masks) > 0
        made: Numbers = np.asarray(cloudy, np.uint8)
        if fill is not None:
            made[(values == fill).all(axis=0)] = _NOTHING
        return made

    return mask


def _image(bundle: Bundle) -> Path:
    return bundle.ending(*IMAGES) or bundle.main


def _told(bundle: Bundle, count: int) -> _Told:
    """Return what the text says of a cube of so many bands.

    Raises:
        UnreadableFile: it says nothing of them, or of others.
    """
    path = bundle.ending(TEXT) or bundle.main
    if check_plain(path).st_size > _MOST:
        raise UnreadableFile(f"{bundle.name} has a METADATA.XML of more than {_MOST >> 20} MB, which is none.")
    text = path.read_bytes().decode("utf-8", "replace")
    _, _, rest = text.partition("<bandCharacterisation")
    section = rest.partition("</bandCharacterisation>")[0]
    centres, widths = _listed(section, "wavelengthCenterOfBand"), _listed(section, "(?:FWHM|wavelengthWidth)OfBand")
    gains, offsets = _listed(section, "[gG]ainOfBand"), _listed(section, "[oO]ffsetOfBand")
    if not centres or len({len(centres), len(widths), len(gains), len(offsets)}) != 1 or len(centres) < count:
        raise UnreadableFile(
            f"{bundle.name} has {count} bands, but its METADATA.XML describes {len(centres)}; "
            "send the files of one product."
        )
    # of L1B, each of two detectors has an image: the text describes the first one's bands first
    own = slice(len(centres) - count, None) if "swir" in bundle.name.lower() else slice(count)
    level = re.search(r"<(?:level|processingLevel|productType)>\s*([^<]{1,40})<", text)
    is_reflectance = "L2A" in (level[1] if level else "").upper() or "L2A" in bundle.name.upper()
    unstated = is_reflectance and set(gains) == {1.0}  # counts of a ten-thousandth
    bands = tuple(
        Band("", f"{centre:.1f} nm", centre, width or None, scale=_L2_SCALE if unstated else gain, offset=offset)
        for centre, width, gain, offset in zip(centres[own], widths[own], gains[own], offsets[own], strict=True)
    )
    fills = _listed(text, "backgroundValue")
    return _Told(bands, is_reflectance, fills[0] if fills else None, _tags(text, bundle.name))


def _tags(text: str, name: str) -> dict[str, str]:
    tags = {"SENSOR": "DESIS" if "desis" in name.lower() else "EnMAP"}
    if moment := re.search(r"<startTime>\s*(\d{4}-\d\d-\d\dT[\d:.]{5,20}Z?)\s*<", text):
        tags["ACQUISITION_TIME"] = moment[1]
    heights = _listed(text.partition("<sunElevationAngle")[2][:2000], "center")
    zeniths = _listed(text, "sunZenithAngle")
    sun = heights[0] if heights else 90 - zeniths[0] if zeniths else None
    return tags | ({"SUN_ELEVATION": f"{sun:g}"} if sun is not None and -90 <= sun <= 90 else {})


def _listed(text: str, element: str) -> list[float]:
    """Return the numbers in elements of a name."""
    return [float(number) for number in re.findall(rf"<{element}(?:\s[^<>]{{0,200}})?>{_NUMBER}", text)]
