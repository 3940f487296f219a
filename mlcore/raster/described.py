"""Descriptions of bands: what writers put there, with the wavelengths that they put into tags instead; and scales."""

import math
from collections.abc import Sequence

from rasterio.io import DatasetReader

from mlcore.sensors.wavelengths import listed, unit_of, wavelength_tag, width_tag

_NAMESPACES = (None, "IMAGERY")  # of a band's tags
_MOST = 1e12  # of a scale or an offset
_OF_FILES = (None, "IMAGERY", "ENVI")  # of those of the whole file


def descriptions_of(dataset: DatasetReader, bands: Sequence[int]) -> tuple[str | None, ...]:
    """Return a description of each band; where the tags of all of them state centres, as 'Band 1 (465.2 nm)'."""
    told = [dataset.descriptions[number - 1] for number in bands]
    unit = next((unit for space in _OF_FILES if (unit := unit_of(dataset.tags(ns=space)))), "")
    centres = [_centre(dataset, number, unit) for number in bands]
    if not all(centres):
        centres = next((list_ for space in _OF_FILES if (list_ := listed(dataset.tags(ns=space), len(bands)))), [])
    if not centres:
        return tuple(told)
    widths = [_width(dataset, number, unit) for number in bands]
    if all(widths):
        centres = [f"{centre}, width {width:g} nm" for centre, width in zip(centres, widths, strict=True)]
    return tuple(
        text if text and centre in text else f"{text or f'Band {number}'} ({centre})"
        for number, text, centre in zip(bands, told, centres, strict=True)
    )


def _centre(dataset: DatasetReader, number: int, unit: str) -> str:
    for namespace in _NAMESPACES:
        if centre := wavelength_tag(dataset.tags(number, ns=namespace), unit=unit):
            return centre
    return ""


def _width(dataset: DatasetReader, number: int, unit: str) -> float | None:
    for namespace in _NAMESPACES:
        if width := width_tag(dataset.tags(number, ns=namespace), unit=unit):
            return width
    return None


def scales_of(dataset: DatasetReader, bands: Sequence[int]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return scale and offset of each band; nothing where no number changes by them, or they cannot be."""
    scales = tuple(float(dataset.scales[number - 1]) for number in bands)
    offsets = tuple(float(dataset.offsets[number - 1]) for number in bands)
    possible = all(math.isfinite(scale) and 0 < abs(scale) < _MOST for scale in scales)
    possible &= all(abs(offset) < _MOST for offset in offsets)
    idle = set(scales) == {1.0} and set(offsets) == {0.0}
    return (scales, offsets) if possible and not idle else ((), ())
