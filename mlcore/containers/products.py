"""Products: what the names of loose band files and the texts beside them say of Landsat and Sentinel-2."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mlcore.files import check_plain
from mlcore.raster.opening import QUALITY

_SENTINEL = re.compile(
    r"^(?P<stem>.*?)[_.-]?(?P<band>B(?:0?[1-9]|1[0-2]|8A)|SCL)(?:[_-](?P<metres>10|20|60)m)?$", re.IGNORECASE
)
_LANDSAT = re.compile(
    r"^(?P<stem>L[COTEM]0?[4-9].*?)[_-](?P<band>(?:SR_|ST_)?B(?:1[01]|[1-9])|QA_PIXEL)(?:_\d+m)?$", re.IGNORECASE
)
# Further files of a product, which are none of its measurements, by the end of their names.
_LEFT_OUT = re.compile(
    r"_(TCI|AOT|WVP|PVI|QA_RADSAT|SR_QA_AEROSOL|ST_(?:QA|TRAD|URAD|DRAD|ATRAN|EMIS|EMSD|CDIST)|SZA|SAA|VZA|VAA)"
    r"(?:_\d+m)?$|MSK_\w+$|(?:^|_)(?:thumb_\w+|BQA)$",
    re.IGNORECASE,
)
_ROOMS = re.compile(r"/?(R[126]0m|IMG_DATA|QI_DATA)(?=/|$)", re.IGNORECASE)
_RASTERS = (".tif", ".tiff", ".jp2")
_MOST = 16 * 2**20  # bytes of a text
# Fields of the texts that are worth a tag; XML and MTL write them as <NAME>value</NAME> and NAME = value.
_FIELDS = (
    "PROCESSING_BASELINE", "PRODUCT_START_TIME", "DATATAKE_SENSING_START", "SENSING_TIME", "DATE_ACQUIRED",
    "SPACECRAFT_ID", "SPACECRAFT_NAME", "SENSOR_ID", "PRODUCT_URI", "LANDSAT_PRODUCT_ID",
)  # fmt: skip


@dataclass(frozen=True)
class BandFile:
    """What the name of a loose band file says."""

    product: str  # the files of one have it in common
    band: str  # 'B02', 'SR_B4', 'QA_PIXEL'
    metres: int  # of its pixels, as it says; 0 where it doesn't

    @property
    def is_quality(self) -> bool:
        """Return whether it holds classes of pixels, and no measurement."""
        return self.band in QUALITY


def band_file(name: str) -> BandFile | None:
    """Return which band of which product a file is by its name; None where it doesn't say."""
    if not name.lower().endswith(_RASTERS):
        return None
    folder, stem = _parted(name)
    match = _LANDSAT.match(stem) or _SENTINEL.match(stem)
    if match is None:
        return None
    told = match.groupdict()
    folder = _ROOMS.sub("", folder)
    return BandFile(f"{folder}/{told['stem']}", told["band"].upper(), int(told.get("metres") or 0))


def is_left_out(name: str) -> bool:
    """Return whether a raster of a product is none of its bands, such as a quick-look."""
    return name.lower().endswith(_RASTERS) and _LEFT_OUT.search(_parted(name)[1]) is not None


def product_of(name: str) -> str:
    """Return what a text or another file of a product begins with, in lower case: the product's own name."""
    stem = _parted(name)[1]
    return re.sub(r"_MTL$", "", _LEFT_OUT.sub("", stem), flags=re.IGNORECASE).lower()


def _parted(name: str) -> tuple[str, str]:
    """Return the folder of a file and its name without ending; plain text, since there may be very many."""
    folder, _, file = name.rpartition("/")
    return folder, file.rpartition(".")[0]


def is_metadata(name: str) -> bool:
    """Return whether a file is the text of a product."""
    return re.search(r"(MTD_MSIL\w+\.xml|MTD_TL\.xml|_MTL\.(txt|xml))$", name, re.IGNORECASE) is not None


def is_product(name: str) -> bool:
    """Return whether a band file bears the name of a Sentinel-2 or Landsat product, not just a number of a band."""
    stem = PurePosixPath(name).stem
    return re.match(r"(L[COTEM]0[4-9]_L\d|T\d{2}[A-Z]{3}_\d{8}T\d{6}_)", stem, re.IGNORECASE) is not None


def product_name(names: Iterable[str]) -> str:
    """Return what people call a product: its .SAFE folder, the stem of its files, or their folder."""
    names = list(names)
    for name in names:
        if match := re.search(r"([^/]+)\.SAFE/", name):
            return match[1]
    told = [file for name in names if (file := band_file(name))]
    stem = PurePosixPath(told[0].product).name if told else ""
    return stem or PurePosixPath(names[0]).parent.name or " ".join(file.band for file in told[:4])


def tags_of(texts: Mapping[str, Path], title: str) -> dict[str, str]:
    """Return what the texts of a product and its title say of time, satellite and processing.

    The texts are searched, not parsed, so that nothing in them can refer to anything.
    """
    told: dict[str, str] = {}
    for path in texts.values():
        check_plain(path)
        with path.open("rb") as file:
            text = file.read(_MOST).decode("utf-8", "replace")
        for field in _FIELDS:
            match = re.search(rf"<{field}[^>]*>\s*([^<]{{1,200}}?)\s*</|\b{field}\s*=\s*\"?([^\"\n]{{1,200}})", text)
            if match and field not in told:
                told[field] = (match[1] or match[2]).strip()
    if "PROCESSING_BASELINE" not in told and (match := re.search(r"_N(\d\d)(\d\d)_", title)):
        told["PROCESSING_BASELINE"] = f"{match[1]}.{match[2]}"
    told.setdefault("PRODUCT_ID", title[:200])
    return told
