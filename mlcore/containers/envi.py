"""ENVI cubes: a plain block of numbers and a text header beside it."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.errors import CRSError, RasterioError
from rasterio.io import DatasetReader

from mlcore.containers.container import Bundle, Container, Layer, Progress, check_shape
from mlcore.containers.writing import Sheet, write_layer
from mlcore.errors import UnreadableFile, UnsafeFile
from mlcore.files import check_plain, first_bytes
from mlcore.raster.info import names_file
from mlcore.sensors import Band
from mlcore.sensors.wavelengths import listed, read_wavelengths, unit_of

DATA = (".bsq", ".bil", ".bip", ".img", ".dat", ".raw", ".bin", ".envi", "")
_SIZES = {1: 1, 2: 2, 3: 4, 4: 4, 5: 8, 12: 2, 13: 4, 14: 8, 15: 8}  # bytes of a number, by ENVI's data type
_INTERLEAVES = ("bsq", "bil", "bip")
_COMPLEX = (6, 9)
_MOST = 8 * 2**20  # bytes of a header
_PICTURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # a GeoTIFF may be called anything
_PAIR = re.compile(r"^[ \t]*([A-Za-z][\w \t-]*?)[ \t]*=[ \t]*(\{[^}]*\}|[^\n]*)", re.MULTILINE)
_OPTIONS = {"GDAL_DISABLE_READDIR_ON_OPEN": "TRUE", "GDAL_PAM_ENABLED": "NO", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "-"}
Header = dict[str, str]


class EnviCube(Container):
    """A header and its data."""

    code = "envi"
    title = "ENVI cube with its header"
    endings = (".hdr",)

    def begins(self, start: bytes, name: str) -> bool:
        """Return whether it is a header; its data says nothing of itself."""
        lonely = name.lower().endswith((".bsq", ".bil", ".bip")) and not start.startswith(_PICTURES)
        return lonely or start.lstrip(b"\xef\xbb\xbf").startswith(b"ENVI")

    def peek(self, bundle: Bundle) -> str:
        """Hold the header against the size of the data."""
        header, _ = _checked(bundle)
        lines, samples, bands = _shape(header, bundle.name)
        return f"an ENVI cube of {samples} x {lines} px with {bands} bands"

    def unfold(self, bundle: Bundle, folder: Path, *, progress: Progress) -> list[Layer]:
        """Write the cube with the wavelengths, the scale and the date of its header."""
        header, data = _checked(bundle)
        said = list[str]()
        with _opened(header, data, bundle.name) as source:
            sheet = _sheet(source, header, said)
            write_layer(
                folder / "cube.tif",
                sheet,
                lambda rows, columns: source.read(window=(rows, columns)),
                progress=progress,
            )
        return [Layer("cube.tif", remarks=said)]


def _checked(bundle: Bundle) -> tuple[Header, Path]:
    """Return the header and the data file, when the first can be true of the second."""
    path = bundle.ending(".hdr") or bundle.main
    if len(bundle.members) == 1 and not first_bytes(path, 16).lstrip(b"\xef\xbb\xbf").startswith(b"ENVI"):
        raise UnreadableFile(
            f"{bundle.name} is a cube without its header (.hdr); send both together, or in one zip archive."
        )
    data = next((file for name, file in bundle.members.items() if file != path and not _is_side(name)), None)
    if data is None:
        raise UnreadableFile(
            f"{bundle.name} is a header of ENVI without its data; send both together, or in one zip archive."
        )
    check_plain(data)
    header = read_header(path, bundle.name)
    kind = _number(header, "data type", bundle.name)
    if kind in _COMPLEX:
        raise UnreadableFile(f"{bundle.name} holds complex numbers; export amplitude or decibels instead.")
    if kind not in _SIZES:
        raise UnreadableFile(f"{bundle.name} has numbers of ENVI's type {kind}, which is not known; export it anew.")
    if header.get("interleave", "bsq").lower() not in _INTERLEAVES:
        raise UnreadableFile(
            f"{bundle.name} has a header whose 'interleave' is none of bsq, bil and bip; write it anew."
        )
    if _number(header, "file compression", bundle.name, 0):
        raise UnsafeFile(f"{bundle.name} is compressed in ENVI's own way; export it uncompressed.")
    lines, samples, bands = _shape(header, bundle.name)
    needed = lines * samples * bands * _SIZES[kind] + _number(header, "header offset", bundle.name, 0)
    if (missing := needed - data.stat().st_size) > 0:
        raise UnreadableFile(f"{bundle.name} is truncated: {missing:,} bytes that its header declares are missing.")
    return header, data


def _is_side(name: str) -> bool:
    return name.lower().endswith((".xml", ".prj", ".sta", ".txt"))


def read_header(path: Path, name: str) -> Header:
    """Return the words of a header, in lower case each.

    Raises:
        UnreadableFile: it is none, or too long.
    """
    check_plain(path)
    if path.stat().st_size > _MOST:
        raise UnreadableFile(f"{name} has a header of more than {_MOST >> 20} MB; it is none of ENVI's.")
    text = path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    if not text.lstrip().startswith("ENVI"):
        raise UnreadableFile(f"{name} has a header that is none of ENVI's: its first word is another.")
    return {" ".join(key.lower().split()): value.strip() for key, value in _PAIR.findall(text)}


def _shape(header: Header, name: str) -> tuple[int, int, int]:
    lines, samples, bands = (_number(header, key, name) for key in ("lines", "samples", "bands"))
    check_shape(name, samples, lines, bands)
    return lines, samples, bands


def _number(header: Header, key: str, name: str, default: int | None = None) -> int:
    text = header.get(key, "" if default is None else str(default))
    if not re.fullmatch(r"[+]?\d{1,12}", text):
        raise UnreadableFile(f"{name} has a header whose '{key}' is {text[:20]!r}, not a whole number; write it anew.")
    return int(text)


@contextmanager
def _opened(header: Header, data: Path, name: str) -> Iterator[DatasetReader]:
    """Open the data with a header of ours beside it, in a folder where nothing else lies."""
    kept = {key: value for key, value in header.items() if key not in ("file compression", "description")}
    if names_file(header.get("coordinate system string", "")):
        raise UnsafeFile(f"{name} has a coordinate system that refers to other files; set a plain one.")
    with tempfile.TemporaryDirectory(dir=data.parent, prefix=".envi-") as folder, rasterio.Env(**_OPTIONS):
        place = Path(folder) / "cube"
        os.symlink(os.path.abspath(data), place)
        lines = [f"{key} = {value}" for key, value in kept.items()]
        place.with_suffix(".hdr").write_text("\n".join(["ENVI", *lines, ""]), "utf-8")
        try:
            with rasterio.open(place, driver="ENVI") as source:
                yield source
        except RasterioError as error:
            raise UnreadableFile(f"{name} is no cube that can be read: {error}.") from error


def _sheet(source: DatasetReader, header: Header, said: list[str]) -> Sheet:
    crs, transform = _place(source)
    factor = _float(header.get("reflectance scale factor", ""))
    nodata = _float(header.get("data ignore value", ""))
    tags = {"SENSOR": header["sensor type"]} if header.get("sensor type", "").lower() not in ("", "unknown") else {}
    tags |= {"ACQUISITION_TIME": header["acquisition time"]} if header.get("acquisition time") else {}
    said += _dead(header)
    scale = 1 / factor if factor and factor not in (0.0, 1.0) else None
    return Sheet(
        source.width, source.height, source.dtypes[0], _bands(header, source.count, scale), crs, transform, nodata, tags
    )


def _place(source: DatasetReader) -> tuple[CRS | None, Affine]:
    try:
        return source.crs, source.transform
    except CRSError:
        return None, Affine.identity()


def _bands(header: Header, count: int, scale: float | None) -> tuple[Band, ...]:
    names = [part.strip() for part in header.get("band names", "").strip("{} \n").split(",")]
    names = names if len(names) == count else [f"Band {number}" for number in range(1, count + 1)]
    spoken = {key: value for key, value in header.items() if key in ("wavelength", "wavelength units")}
    told = read_wavelengths(listed(spoken, count))
    centres: list[float | None] = [*told] if told else [None] * count
    micro = not (unit_of(spoken) or "nm").lower().startswith("n") or max((c or 0) for c in centres) == 0
    widths: list[float | None] = [_float(part) for part in header.get("fwhm", "").strip("{} \n").split(",")]
    widths = widths if len(widths) == count else [None] * count
    return tuple(
        Band("", name[:200], centre, width * 1000 if width and micro and width < 10 else width, scale=scale)
        for name, centre, width in zip(names, centres, widths, strict=True)
    )


def _dead(header: Header) -> list[str]:
    flags = [part.strip() for part in header.get("bbl", "").strip("{} \n").split(",")]
    bad = [str(number) for number, flag in enumerate(flags, start=1) if flag in ("0", "0.0")]
    shown = ", ".join(bad[:6]) + (f" and {len(bad) - 6} more" if len(bad) > 6 else "")
    return [f"Its header calls {len(bad)} bands bad ({shown}); they are taken in all the same."] if bad else []


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
