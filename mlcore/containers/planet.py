"""PlanetScope's images with their usable data mask (UDM2), whose layers become one band of classes."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from mlcore.containers.container import Bundle, Container, Layer, Progress
from mlcore.containers.masked import Numbers, fits, sheet_of, write_masked
from mlcore.containers.placed import named
from mlcore.errors import BadGeoreference, UnreadableFile
from mlcore.raster.info import inspect
from mlcore.raster.opening import data_bands, open_raster
from mlcore.sensors import Band

MASK = "_udm2"
_LAYERS = 6  # clear, snow, shadow, light haze, heavy haze, cloud; confidence and the old mask follow
_BLACK = 8  # the old mask, whose first bit marks what was not seen


class PlanetImage(Container):
    """An image of PlanetScope and its UDM2."""

    code = "planet"
    title = "image of PlanetScope with its UDM2"

    def begins(self, start: bytes, name: str) -> bool:
        """Return False: a single file is never one."""
        return False

    def peek(self, bundle: Bundle) -> str:
        """Read both headers."""
        image, mask = _files(bundle)
        _check(bundle, mask)
        return f"{inspect(image).summary} and its UDM2"

    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Write the image with its mask as a band: for each pixel the layer of the UDM2 that holds it, or 0."""
        image, own = _files(bundle)
        inspect(image)
        _check(bundle, own)
        with ExitStack() as stack:
            source, mask = (stack.enter_context(open_raster(path)) for path in (image, own))
            if not fits(source, mask):
                raise BadGeoreference(f"{bundle.name} and its UDM2 have other pixels; send the files of one product.")
            bands = [
                Band(
                    "", named(source.descriptions[n - 1], source.colorinterp[n - 1]),
                    scale=source.scales[n - 1], offset=source.offsets[n - 1],
                )
                for n in data_bands(source)
            ]  # fmt: skip
            fill = source.nodata if source.nodata is not None else 0.0  # as the product's specification says
            sheet = sheet_of(source, [*bands, Band("", "UDM2")], nodata=fill, tags={})
            said = write_masked(
                source, folder / "planet.tif", sheet, lambda window, _: _classes(mask, window), progress
            )
        return [Layer("planet.tif", remarks=said)]


def _classes(mask: Any, window: Any) -> Numbers:
    layers = mask.read(list(range(1, _LAYERS + 1)), window=window)
    classes = np.where(layers.any(axis=0), layers.argmax(axis=0) + 1, 0)
    if mask.count >= _BLACK:
        classes[mask.read(_BLACK, window=window) & 1 != 0] = 0
    return classes


def _files(bundle: Bundle) -> tuple[Path, Path]:
    own = next(path for name, path in bundle.members.items() if MASK in name.lower())
    return bundle.main, own


def _check(bundle: Bundle, mask: Path) -> None:
    info = inspect(mask)
    if info.count < _LAYERS or info.dtype != "uint8":
        raise UnreadableFile(f"{bundle.name} has a UDM2 of {info.count} bands of {info.dtype}; one has eight of uint8.")
