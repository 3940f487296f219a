"""Dates: when a raster was acquired, as its tags or its name say."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mlcore.raster.info import RasterInfo

# Tags that speak of the acquisition, the surest first; TIFFTAG_DATETIME tells when a program wrote the file.
_TAGS = (
    "DATE_ACQUIRED", "ACQUISITIONDATETIME", "ACQUISITION_DATE", "ACQUISITIONDATE", "ACQUISITION_TIME", "ACQUIRED",
    "SENSING_TIME", "SENSING_START", "DATATAKE_1_DATATAKE_SENSING_START", "PRODUCT_START_TIME", "START_TIME",
    "DATETIME", "IMAGE_DATE", "EXIF_DATETIMEORIGINAL",
)  # fmt: skip
_DAY = re.compile(r"(?<!\d)(19[7-9]\d|20\d\d)([-_.:]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
# Names of products in which the first date is that of the acquisition, and later ones of the processing.
_FIRST_COUNTS = re.compile(r"(^|/)(L[COTEM]0[1-9]_|S[12][ABCD]_|T\d{2}[A-Z]{3}_|ENMAP|PRS_|EMIT_)", re.IGNORECASE)


@dataclass(frozen=True)
class Dated:
    """A day of acquisition, and what says so."""

    day: date
    source: str  # 'tag DATE_ACQUIRED' or 'name'


def dated(info: RasterInfo, name: str, *, today: date | None = None) -> Dated | None:
    """Return when a raster was acquired; None where neither its tags nor its name tell one day in the past.

    Args:
        info: what `inspect` said.
        name: of the file with its folders, as its sender knows it.
        today: days after it are none of an acquisition; None asks the clock.
    """
    last = today or date.today()
    tags = {key.upper(): value for key, value in info.tags.items()}
    for tag in _TAGS:
        days = _days([tags.get(tag, "")], last)
        if days:
            return Dated(days[0], f"tag {tag}")
    days = _days([name], last)
    if days and (len(set(days)) == 1 or _FIRST_COUNTS.search(name)):
        return Dated(days[0], "name")
    return None


def _days(texts: Iterable[str], last: date) -> list[date]:
    days = []
    for match in (match for text in texts for match in _DAY.finditer(text)):
        try:
            day = date(int(match[1]), int(match[3]), int(match[4]))
        except ValueError:  # 31 June
            continue
        if day <= last:
            days.append(day)
    return days
