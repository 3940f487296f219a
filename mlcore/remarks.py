"""Remarks on a chip: what a model can read, but its sender probably didn't mean."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from mlcore.samples import Chip
from mlcore.sensors import Modality

_FEW_PIXELS = 16  # among so few, bands are equal by chance
_NAMED = 6  # bands in a sentence


def remarks(chip: Chip) -> list[str]:
    """Return a sentence for each oddity of a chip: what it is, and what to do."""
    sentences = (remark(chip) for remark in _REMARKS)
    return [sentence for sentence in sentences if sentence]


def _one_pixel(chip: Chip) -> str:
    if chip.mask.size != 1:
        return ""
    return "It has a single pixel: only its values can be read, no texture. Use larger chips if you have them."


def _without_wavelengths(chip: Chip) -> str:
    names = [band.name for band in chip.sensor.bands if band.wavelength_nm is None]
    if chip.sensor.modality is not Modality.OPTICAL or not names:
        return ""
    return (
        f"{_told(names)} without a wavelength: the model knows such bands by their number only. State the sensor, or "
        "write the centres (such as '560 nm') into the file's band descriptions."
    )


def _dead_bands(chip: Chip) -> str:
    values = _valid(chip)
    dead = [band.name for band, row in zip(chip.sensor.bands, values, strict=True) if _is_dead(row)]
    if not dead or len(dead) == len(values):
        return ""
    return f"{_told(dead)} without any content: one number everywhere. Leave such bands out of the file if you can."


def _copied_bands(chip: Chip) -> str:
    values, first, copies = _valid(chip), dict[bytes, str](), list[str]()
    if values.shape[1] < _FEW_PIXELS:
        return ""
    for band, row in zip(chip.sensor.bands, values, strict=True):
        if not _is_dead(row):
            original = first.setdefault(row.tobytes(), band.name)
            copies += [f"{band.name} (of {original})"] if original != band.name else []
    if not copies:
        return ""
    return f"{_told(copies)} that repeats another: a duplicate tells nothing new. Leave it out, or check the file."


def _valid(chip: Chip) -> NDArray[np.float32]:
    return np.asarray(chip.pixels[:, chip.mask])


def _is_dead(row: NDArray[np.float32]) -> bool:
    finite = row[np.isfinite(row)]
    return row.size >= _FEW_PIXELS and (finite.size == 0 or float(finite.min()) == float(finite.max()))


def _told(names: Sequence[str]) -> str:
    """Return 'Band 3', or 'Bands 1, 2, 3 and 7 more'."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{'Band' if len(names) == 1 else 'Bands'} {', '.join(names[:_NAMED])}{more}"


_REMARKS: tuple[Callable[[Chip], str], ...] = (_one_pixel, _without_wavelengths, _dead_bands, _copied_bands)
