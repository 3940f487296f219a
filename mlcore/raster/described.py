"""Descriptions of bands: what writers put there, with the wavelengths that they put into tags instead."""

from collections.abc import Sequence

from rasterio.io import DatasetReader

from mlcore.sensors.wavelengths import unit_of, wavelength_tag

_NAMESPACES = (None, "IMAGERY")  # of a band's tags


def descriptions_of(dataset: DatasetReader, bands: Sequence[int]) -> tuple[str | None, ...]:
    """Return a description of each band; where the tags of all of them state centres, as 'Band 1 (465.2 nm)'."""
    told = [dataset.descriptions[number - 1] for number in bands]
    unit = unit_of(dataset.tags())
    centres = [_centre(dataset, number, unit) for number in bands]
    if not all(centres):
        return tuple(told)
    return tuple(
        text if text and centre in text else f"{text or f'Band {number}'} ({centre})"
        for number, text, centre in zip(bands, told, centres, strict=True)
    )


def _centre(dataset: DatasetReader, number: int, unit: str) -> str:
    for namespace in _NAMESPACES:
        if centre := wavelength_tag(dataset.tags(number, ns=namespace), unit=unit):
            return centre
    return ""
