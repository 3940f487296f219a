"""Products: bands called by the numbers of Landsat and Sentinel-2, in every usual subset and order."""

import re
from collections.abc import Sequence

from mlcore.sensors.composing import composites_of
from mlcore.sensors.landsat import ETM, LANDSAT, OLI, surface
from mlcore.sensors.roles import role_of
from mlcore.sensors.sensor import Band, Quantity, Sensor
from mlcore.sensors.sentinel2 import MSI, SENTINEL2

# 'B2', 'b02', 'SR_B2', 'S2A_B02', 'T33UVR_20200113T100401_B02_10m', 'B8A (865 nm)', 'B4 red'; not 'Band 2'.
_NUMBERED = re.compile(r"(?:^|[_ .-])(?:(SR|ST|TOA)_)?B(0?[1-9]|1[0-2]|8A)(?:[_ ]?[126]0M)?(?= |$|:)", re.IGNORECASE)
_SAID = {
    "landsat8": r"\bl[coe]?0?[89]_|landsat[ _-]?[89]|\boli\b|oli_tirs",
    "landsat7": r"\bl[te]0?[457]_|landsat[ _-]?[457]|\betm\b|\btm\b",
    "sentinel2": r"\bs2[abc]?\b|s2[abc]?_|sentinel[ _-]?2|\bmsi\b|_msil",
}
_UNSURE = (
    "Its bands are called {names}, as those of several satellites are: they are taken for {title}. "
    "State the sensor if that is wrong."
)


def product(texts: Sequence[str], dtype: str, said: str) -> tuple[Sensor, str] | None:
    """Return the sensor whose numbers all descriptions bear, and a remark where others bear them too; else None.

    Args:
        texts: descriptions of the bands.
        dtype: of the numbers.
        said: what the file's name and tags say, in lower case.
    """
    matches = [match for text in texts if (match := _NUMBERED.search(text))]
    numbers = [match[2].upper().removeprefix("0") for match in matches]
    if not matches or len(matches) < len(texts) or len(set(numbers)) < len(numbers):
        return None
    prefixes = [(match[1] or "").upper() for match in matches]
    family = next((name for name, words in _SAID.items() if re.search(words, said)), "")
    sure, padded = bool(family), any(match[2].startswith("0") for match in matches)
    if not family:
        unmixed = {number for number, prefix in zip(numbers, prefixes, strict=True) if prefix != "ST"}
        family, sure = _family(unmixed or set(numbers), any(prefixes), padded, dtype)
    bands, agreeing = _agreeing(family, numbers, prefixes, [role_of(text) for text in texts])
    if bands is None:
        return None
    family, sure = agreeing or family, sure or bool(agreeing)
    sensor = _sensor(family, bands, dtype)
    names = ", ".join(match[0].strip("_ .-") for match in matches[:4]) + (", ..." if len(matches) > 4 else "")
    return sensor, "" if sure else _UNSURE.format(names=names, title=sensor.title)


def _family(numbers: set[str], prefixed: bool, padded: bool, dtype: str) -> tuple[str, bool]:
    """Return which satellite calls its bands by these numbers, and whether no other does."""
    if prefixed:  # of the satellites before Landsat 8, SR_B6 is left out
        old = "6" not in numbers and {"1", "5", "7"} <= numbers
        return ("landsat7", True) if old else ("landsat8", bool({"6", "10"} & numbers))
    if padded or numbers & {"8A", "12"} or numbers == {str(number) for number in range(1, 14)}:
        return "sentinel2", True
    if numbers >= {"8", "9", "10", "11"}:
        return "landsat8", True
    if numbers & {"8", "9", "11"} or not numbers & {"5", "6", "7"}:
        return "sentinel2", bool(numbers & {"8", "9", "11"})
    if "6" not in numbers and {"1", "5", "7"} <= numbers:
        return "landsat7", False
    return ("landsat7" if dtype == "uint8" else "landsat8"), False


def _agreeing(
    family: str, numbers: Sequence[str], prefixes: Sequence[str], roles: Sequence[str | None]
) -> tuple[tuple[Band, ...] | None, str]:
    """Return the bands, and whose they are where words beside the numbers ('B4 near infrared') settle that."""
    if not all(roles):
        return _bands(family, numbers, prefixes), ""
    for other in (family, *(name for name in _SAID if name != family)):
        bands = _bands(other, numbers, prefixes)
        if bands and [role_of(band.title) for band in bands] == list(roles):
            return bands, other
    return _bands(family, numbers, prefixes), ""


def _bands(family: str, numbers: Sequence[str], prefixes: Sequence[str]) -> tuple[Band, ...] | None:
    source = {"landsat7": ETM, "landsat8": OLI, "sentinel2": MSI}[family]
    by_name = {band.name: band for band in source}
    bands = []
    for number, prefix in zip(numbers, prefixes, strict=True):
        name = f"B{number.zfill(2)}" if family == "sentinel2" else f"B{number}"
        if name not in by_name:
            return None
        if prefix in ("SR", "ST"):
            bands.append(surface(source, (), name)[0] if prefix == "ST" else surface(source, (int(number),))[0])
        else:
            bands.append(by_name[name])
    return tuple(bands)


def _sensor(family: str, bands: tuple[Band, ...], dtype: str) -> Sensor:
    """Return the sensor of the table with these bands, or one made of them."""
    known = [sensor for sensor in (*LANDSAT, *SENTINEL2) if sensor.bands == bands]
    if known:
        return known[0]
    satellite, gsd = {
        "landsat7": ("Landsat 4-7", 30.0),
        "landsat8": ("Landsat 8/9", 30.0),
        "sentinel2": ("Sentinel-2 MSI", 10.0),
    }[family]
    names = [band.name for band in bands]
    shown = ", ".join(names) if len(names) <= 8 else f"{len(names)} bands"
    counted = family != "sentinel2" or dtype == "uint8"
    return Sensor(
        f"{family}-{'-'.join(names).lower()}",
        f"{satellite} ({shown})",
        bands,
        gsd_m=gsd,
        quantity=Quantity.DIGITAL_NUMBER if counted else Quantity.REFLECTANCE_1E4,
        composites=composites_of(bands),
    )
