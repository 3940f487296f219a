"""Wavelengths: band centres as writers of files put them into words, in any unit and with either decimal sign."""

import re
from collections.abc import Mapping, Sequence

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_WITH_UNIT = re.compile(_NUMBER + r"\s*(nm|nanomet(?:er|re)s?|[uµμ]m|micromet(?:er|re)s?|microns?)\b", re.IGNORECASE)
_BARE = re.compile(_NUMBER)
_THOUSANDS = re.compile(r"\d{1,2},\d{3}")  # 1,610 nm: no band lies at 1.61 nm
_SHORTEST, _LONGEST = 300.0, 15_000.0  # nm, of numbers without a unit
_YEARS = (1900.0, 2100.0)
_CENTRE = {"wavelength", "centerwavelength", "centrewavelength", "centralwavelength", "bandwavelength"}
_UNIT = {"wavelengthunit", "wavelengthunits"}
_IN_UM = "centralwavelengthum"
_WIDTH = {"fwhm", "bandwidth", "width", "bandwidthnm"}
_WIDTH_UM = "fwhmum"
_TOLD_WIDTH = re.compile(r", width " + _NUMBER + " nm")


def read_wavelengths(texts: Sequence[str]) -> list[float] | None:
    """Read nm from one text a band: '465.2 nm', '0,4652 um', 'band 1 (418.24 Nanometers)', or bare '465.2'."""
    if not texts:
        return None
    matches = [match for text in texts if (match := _WITH_UNIT.search(text))]
    if len(matches) == len(texts):
        return [_nanometres(match[1], match[2]) for match in matches]
    return _bare(texts)


def _nanometres(number: str, unit: str) -> float:
    micro = not unit.lower().startswith("n")
    if not micro and _THOUSANDS.fullmatch(number):
        return float(number.replace(",", ""))
    return _number(number) * (1000 if micro else 1)


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _bare(texts: Sequence[str]) -> list[float] | None:
    """Read several numbers without a unit, if they can be wavelengths and nothing else that bands are called by."""
    if len(texts) < 2 or not all(_BARE.fullmatch(text) for text in texts):
        return None
    numbers = [_number(text) for text in texts]
    broken = all(set(text) & set(".,") for text in texts)
    if broken and all(_SHORTEST <= number * 1000 <= _LONGEST for number in numbers):
        numbers = [number * 1000 for number in numbers]
    if len(set(numbers)) < len(numbers) or not all(_SHORTEST <= number <= _LONGEST for number in numbers):
        return None
    if not broken and all(_YEARS[0] <= number <= _YEARS[1] for number in numbers):
        return None
    return numbers


def wavelength_tag(tags: Mapping[str, str], *, unit: str = "") -> str:
    """Return what a band's tags say of its centre, with a unit, such as '465.2 nm'; '' if they say nothing.

    Args:
        tags: of one band.
        unit: of the whole file, for bands that state none.
    """
    plain = {re.sub(r"[^a-z]", "", name.lower()): str(text).strip() for name, text in tags.items()}
    if _BARE.fullmatch(plain.get(_IN_UM, "")):
        return f"{plain[_IN_UM]} um"
    stated = next((plain[name] for name in sorted(_CENTRE & plain.keys())), "")
    if _WITH_UNIT.search(stated):
        return stated
    if not _BARE.fullmatch(stated):
        return ""
    return f"{stated} {_unit(unit_of(tags) or unit, _number(stated))}"


def width_tag(tags: Mapping[str, str], *, unit: str = "") -> float | None:
    """Return the width in nm that a band's tags state; None if they state none."""
    plain = {re.sub(r"[^a-z]", "", name.lower()): str(text).strip() for name, text in tags.items()}
    if _BARE.fullmatch(plain.get(_WIDTH_UM, "")):
        return _number(plain[_WIDTH_UM]) * 1000
    stated = next((plain[name] for name in sorted(_WIDTH & plain.keys())), "")
    match = re.match(_NUMBER, stated)
    if not match:
        return None
    micro = not (unit_of(tags) or unit or "nm").lower().startswith("n")
    return _number(match[1]) * (1000 if micro else 1)


def read_widths(texts: Sequence[str]) -> list[float] | None:
    """Return the widths in nm that descriptions made of tags tell; None unless all do."""
    matches = [match for text in texts if (match := _TOLD_WIDTH.search(text))]
    return [float(match[1]) for match in matches] if matches and len(matches) == len(texts) else None


def listed(tags: Mapping[str, str], count: int) -> list[str]:
    """Return the centres that tags of a whole file list, as ENVI's `wavelength = {465.2, 560.1}`; [] if they don't."""
    unit = unit_of(tags)
    for name, text in tags.items():
        if re.sub(r"[^a-z]", "", name.lower()).removesuffix("s") in _CENTRE:
            numbers = [part.strip() for part in re.split(r"[,;]\s+|[;\s]+|,(?=\d+\.)", str(text).strip("{}[]() "))]
            numbers = numbers if len(numbers) == count else [part.strip() for part in str(text).strip("{} ").split(",")]
            if len(numbers) == count and all(_BARE.fullmatch(number) for number in numbers):
                return [f"{number} {_unit(unit, _number(number))}" for number in numbers]
    return []


def unit_of(tags: Mapping[str, str]) -> str:
    """Return the unit of wavelengths that tags state; '' if none."""
    units = (text for name, text in tags.items() if re.sub(r"[^a-z]", "", name.lower()) in _UNIT)
    return next((str(text).strip() for text in units), "")


def _unit(stated: str, number: float) -> str:
    """Return nm or um: as stated, or whichever can be."""
    if stated:
        return "nm" if stated.lower().startswith("n") else "um"
    return "nm" if number >= _SHORTEST / 10 else "um"
