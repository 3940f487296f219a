"""Placed images: a picture with a world file or a coordinate system in files of their own beside it."""

import math
import re
from pathlib import Path

from affine import Affine
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.errors import CRSError

from mlcore.containers.container import Bundle, Container, Layer, Progress
from mlcore.containers.writing import Sheet, write_layer
from mlcore.errors import BadGeoreference, UnsafeFile
from mlcore.files import check_plain
from mlcore.raster.info import inspect, names_file
from mlcore.raster.opening import alpha_band, data_bands, open_raster
from mlcore.sensors import Band

IMAGES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".jp2")
WORLD = (".jgw", ".jpgw", ".jpegw", ".pgw", ".pngw", ".tfw", ".tifw", ".tiffw", ".j2w", ".jp2w", ".wld")
_MOST = 64 * 1024  # bytes of a world file or a projection
_WITHOUT_CRS = (
    "Its world file says where its pixels lie, but nothing says in which coordinate system: it has image coordinates "
    "only. State the coordinate system of the scene, or send a .prj file with it."
)


class PlacedImage(Container):
    """An image, its world file, and its projection."""

    code = "placed"
    title = "image with its world file"

    def begins(self, start: bytes, name: str) -> bool:
        """Return False: a single file is never one."""
        return False

    def peek(self, bundle: Bundle) -> str:
        """Read the image's header and both texts."""
        info = inspect(_image(bundle))
        _place(bundle)
        return f"{info.summary} and its world file"

    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Write the image with its place."""
        path, said = _image(bundle), list[str]()
        inspect(path)
        transform, crs = _place(bundle)
        with open_raster(path) as source:
            numbers, alpha = data_bands(source), alpha_band(source)
            if transform is None:
                transform = source.transform
            elif crs is None:
                crs = source.crs
            if crs is None:
                said.append(_WITHOUT_CRS)
            names = tuple(named(source.descriptions[n - 1], source.colorinterp[n - 1]) for n in numbers)
            kept = [*numbers, alpha] if alpha else numbers
            bands = tuple(Band("", name) for name in names) + ((Band("", "alpha"),) if alpha else ())
            sheet = Sheet(
                source.width, source.height, source.dtypes[0], bands, crs, transform, source.nodata, source.tags()
            )
            write_layer(
                folder / "placed.tif",
                sheet,
                lambda rows, columns: source.read(kept, window=(rows, columns)),
                progress=progress,
            )
        mark_alpha(folder / "placed.tif", len(numbers), has_alpha=alpha is not None)
        return [Layer("placed.tif", remarks=said)]


def mark_alpha(path: Path, count: int, *, has_alpha: bool) -> None:
    """Say that the band behind `count` others is opacity, if there is one."""
    if has_alpha:
        import rasterio

        with rasterio.open(path, "r+") as target:
            target.colorinterp = [ColorInterp.gray, *[ColorInterp.undefined] * (count - 1), ColorInterp.alpha]


def named(description: str | None, colour: ColorInterp) -> str:
    """Return what a band is called, or its colour."""
    named = colour in (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
    return description or (colour.name if named else "")


def _image(bundle: Bundle) -> Path:
    return bundle.ending(*IMAGES) or bundle.main


def _place(bundle: Bundle) -> tuple[Affine | None, CRS | None]:
    world, projection = bundle.ending(*WORLD), bundle.ending(".prj")
    transform = _world(world, bundle.name) if world else None
    return transform, _system(projection, bundle.name) if projection else None


def _world(path: Path, name: str) -> Affine:
    """Return the transform of a world file: six numbers, of the centre of the first pixel."""
    words = _text(path, name).replace(",", ".").split()
    numbers = [float(word) for word in words[:6] if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", word)]
    if len(numbers) != 6 or not all(map(math.isfinite, numbers)):
        raise BadGeoreference(f"{name} has a world file that does not hold six numbers; write it anew.")
    a, d, b, e, x, y = numbers
    if a * e - b * d == 0:
        raise BadGeoreference(f"{name} has a world file whose pixels have no size; write it anew.")
    return Affine(a, b, x, d, e, y) @ Affine.translation(-0.5, -0.5)


def _system(path: Path, name: str) -> CRS:
    text = _text(path, name).strip()
    if names_file(text) or not re.match(r"[A-Z]+(CRS|CS)?\s*\[|EPSG:\d+$", text):
        raise UnsafeFile(f"{name} has a .prj that is no plain coordinate system (WKT); write it anew.")
    try:
        crs = CRS.from_string(text)
    except CRSError as error:
        raise BadGeoreference(f"{name} has a .prj that cannot be understood; write it anew as WKT.") from error
    if not (crs.is_projected or crs.is_geographic):
        raise BadGeoreference(f"{name} has a .prj that is no map (geocentric or local); give another.")
    return crs


def _text(path: Path, name: str) -> str:
    check_plain(path)
    if path.stat().st_size > _MOST:
        raise BadGeoreference(f"{name} has a world file or .prj of more than {_MOST >> 10} kB, which is none.")
    return path.read_bytes().decode("utf-8-sig", "replace")
