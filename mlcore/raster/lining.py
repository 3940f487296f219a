"""Lining up: which bands of two sensors see alike, and by which of them two scenes are compared."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mlcore.raster.coregistration import Band, Offset, measure_offset
from mlcore.sensors import Modality, Sensor

_LIKE = 0.12  # of a wavelength
_LOOKED_FOR = (842, 1610, 665, 560, 490)  # nm, by how little haze and shadow change what they show
_ENOUGH = 3  # windows that say the same
_MOST = 3  # pairs of bands that are tried


@dataclass(frozen=True)
class Pair:
    """Bands of two sensors, by their places."""

    own: int
    other: int
    edges: bool = False  # compare how steeply they change: they don't see alike


@dataclass(frozen=True)
class Lining:
    """What the most telling pair of bands says."""

    offset: Offset
    bands: tuple[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {**self.offset.to_dict(), "bands": list(self.bands)}


def line_up(path: Path, sensor: Sensor, reference: Path, other: Sensor) -> Lining:
    """Measure by how much a scene lies beside another, by those of their bands that are most alike.

    Raises:
        BadGeoreference: one of them has no place.
    """
    said = [
        (measure_offset(Band(path, pair.own), Band(reference, pair.other), edges=pair.edges), pair)
        for pair in pairs_of(sensor, other)
    ]
    telling = [one for one in said if not one[0].refusal]
    offset, pair = (
        max(telling, key=lambda one: (min(one[0].windows, _ENOUGH), one[0].alike_after)) if telling else said[0]
    )
    return Lining(_rounded(offset), (sensor.bands[pair.own].label, other.bands[pair.other].label))


def pairs_of(sensor: Sensor, other: Sensor) -> list[Pair]:
    """Return pairs of bands that may show the same, the most telling first; never none."""
    if sensor.modality is other.modality is Modality.OPTICAL:
        pairs = _by_wavelength(sensor, other)
    else:
        names = [(own.polarisation, at) for at, own in enumerate(sensor.bands) if own.polarisation]
        theirs = {band.polarisation: at for at, band in enumerate(other.bands) if band.polarisation}
        pairs = [Pair(at, theirs[name]) for name, at in names if name in theirs]
    if pairs:
        return pairs[:_MOST]
    plain = Pair(_telling(sensor), _telling(other))
    return [plain, replace(plain, edges=True)]


def _by_wavelength(sensor: Sensor, other: Sensor) -> list[Pair]:
    pairs: list[Pair] = []
    for wanted in _LOOKED_FOR:
        own, theirs = _nearest(sensor, wanted), _nearest(other, wanted)
        if own is not None and theirs is not None and Pair(own, theirs) not in pairs:
            pairs.append(Pair(own, theirs))
    return pairs


def _nearest(sensor: Sensor, wanted: float) -> int | None:
    """Return the band around a wavelength; None where there is none."""
    off = [(abs(band.wavelength_nm - wanted), at) for at, band in enumerate(sensor.bands) if band.wavelength_nm]
    nearest = min(off, default=None)
    return nearest[1] if nearest and nearest[0] <= _LIKE * wanted else None


def _telling(sensor: Sensor) -> int:
    """Return the band that shows most, where the other sensor has none like it."""
    return next((at for wanted in _LOOKED_FOR if (at := _nearest(sensor, wanted)) is not None), 0)


def _rounded(offset: Offset) -> Offset:
    """Return it in hundredths, which is more than is known."""
    numbers: dict[str, Any] = {
        name: round(value, 2) for name, value in vars(offset).items() if isinstance(value, float)
    }
    return replace(offset, **numbers)
