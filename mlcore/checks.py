"""Checks of a sample before it is trusted: what it declares about itself against what its numbers look like.

What raises is a contradiction. Missing dates, places, bands and whole tiles without data are normal states.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadSample, BadScale, UnknownName
from mlcore.samples import Chip, Sample
from mlcore.sensors import Modality, Quantity, Sensor

MOST_BANDS = 512
_OPTICAL_NM = (100.0, 20_000.0)
_REFLECTIVE_TO_NM = 2600.0
_FEW_PIXELS = 16
_REFLECTANCES = (Quantity.REFLECTANCE, Quantity.REFLECTANCE_1E4)


def check_sample(sample: Sample, *, today: date | None = None, names: Sequence[str] = ()) -> None:
    """Refuse a sample that contradicts itself.

    Args:
        sample: any sample.
        today: dates after it (and a day for time zones) are refused; None asks the clock.
        names: what people call each chip, such as its file's name; by default its number.

    Raises:
        BadSample: says which chip, what is wrong, and what to do; a BadScale if the numbers suit another quantity.
        UnknownName: a quantity or modality that doesn't exist.
    """
    if not sample.chips:
        raise BadSample("The sample has no chips; give it at least one.")
    check_day("The sample", sample.acquired, today=today)
    if sample.place is not None:
        _check_place(sample.place)
    for number, chip in enumerate(sample.chips, start=1):
        where = f"{names[number - 1] if names else f'Chip {number}'} ({chip.sensor.title})"
        _check_sensor(where, chip.sensor)
        check_day(where, chip.acquired, today=today)
        _check_geometry(where, chip)
        _check_values(where, chip)


def check_day(where: str, day: date | None, *, today: date | None = None) -> None:
    """Refuse a date in the future; a day is left for time zones.

    Raises:
        BadSample: says that `where` has it.
    """
    if day is not None and day > (today or date.today()) + timedelta(days=1):
        raise BadSample(f"{where} was acquired on {day}, in the future; correct the date or leave it out.")


def _check_place(place: tuple[float, float]) -> None:
    longitude, latitude = place
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise BadSample(
            f"The place {place} is not longitude -180..180 and latitude -90..90 in degrees; "
            "they may be swapped or in another coordinate system."
        )


def _check_sensor(where: str, sensor: Sensor) -> None:
    if sensor.quantity not in list(Quantity):
        raise UnknownName("quantity", str(sensor.quantity), [quantity.value for quantity in Quantity])
    if sensor.modality not in list(Modality):
        raise UnknownName("modality", str(sensor.modality), [modality.value for modality in Modality])
    if not 1 <= len(sensor.bands) <= MOST_BANDS:
        raise BadSample(f"{where} has {len(sensor.bands)} bands; 1 to {MOST_BANDS} can be read.")
    twice = [name for name, count in Counter(band.name for band in sensor.bands).items() if count > 1]
    if twice:
        raise BadSample(f"{where} names {', '.join(twice)} more than once; rename or leave out the duplicated bands.")
    _check_wavelengths(where, sensor)


def _check_wavelengths(where: str, sensor: Sensor) -> None:
    known = [band for band in sensor.bands if band.wavelength_nm is not None]
    if sensor.modality is Modality.SAR and known:
        raise BadSample(
            f"{where} gives {known[0].name} a wavelength of {known[0].wavelength_nm} nm; "
            "radar bands have a polarisation, and the sensor its frequency_ghz."
        )
    for band in known:
        if not _OPTICAL_NM[0] <= float(band.wavelength_nm or 0) <= _OPTICAL_NM[1]:
            raise BadSample(
                f"{where} gives {band.name} a wavelength of {band.wavelength_nm} nm; "
                f"{_OPTICAL_NM[0]:.0f} to {_OPTICAL_NM[1]:.0f} nm are possible (micrometres are 1000 nm)."
            )
    nameless = [band.name for band in sensor.bands if band.wavelength_nm is None]
    if sensor.modality is Modality.OPTICAL and sensor.quantity in _REFLECTANCES and nameless:
        raise BadSample(
            f"{where} declares {sensor.quantity.value}, but {', '.join(nameless[:5])} have no wavelength; "
            "give their centres in nm, or declare digital_number if the bands are unknown."
        )


def _check_geometry(where: str, chip: Chip) -> None:
    if chip.incidence_deg is not None and not 0 <= chip.incidence_deg <= 90:
        raise BadSample(f"{where} has an incidence of {chip.incidence_deg}; it is an angle of 0 to 90 degrees.")
    if chip.orbit not in (None, "ascending", "descending"):
        raise UnknownName("orbit", str(chip.orbit), ["ascending", "descending"])


def _check_values(where: str, chip: Chip) -> None:
    values = chip.pixels[:, chip.mask]
    if values.size == 0:
        return  # without data: a normal state
    finite = np.isfinite(values)
    if not finite.any():
        raise BadSample(
            f"{where} holds no number in any pixel that its mask calls valid; correct mask or nodata value."
        )
    match chip.sensor.quantity:
        case Quantity.REFLECTANCE | Quantity.REFLECTANCE_1E4:
            _check_reflectance(where, chip.sensor, np.where(finite, values, np.nan))
        case Quantity.DECIBEL:
            _check_decibel(where, values[finite])
        case Quantity.BRIGHTNESS_TEMPERATURE if np.median(values[finite]) < 150:
            raise BadScale(
                f"{where} declares brightness temperature in K, but its median is {np.median(values[finite]):.1f}; "
                "convert degrees Celsius to K, or declare another quantity.",
                Quantity.DIGITAL_NUMBER,
            )


def _check_reflectance(where: str, sensor: Sensor, values: NDArray[np.float32]) -> None:
    reflective = [float(band.wavelength_nm or 0) < _REFLECTIVE_TO_NM for band in sensor.bands]
    seen = values[reflective]
    seen = seen[np.isfinite(seen)]
    if not seen.size:
        return
    middle, most = float(np.median(seen)), float(seen.max())
    if sensor.quantity is Quantity.REFLECTANCE and middle > 2:
        scale = "reflectance_1e4 (0..10000)" if middle > 100 else "per cent: divide by 100"
        raise BadScale(
            f"{where} declares reflectance 0..1, but its median is {middle:.4g}; it looks like {scale}.",
            Quantity.REFLECTANCE_1E4 if middle > 100 else Quantity.DIGITAL_NUMBER,
        )
    if sensor.quantity is Quantity.REFLECTANCE_1E4 and 0 < most <= 1.5 and seen.size >= _FEW_PIXELS:
        raise BadScale(
            f"{where} declares reflectance_1e4 (0..10000), but its largest value is {most:.4g}; "
            "it looks like reflectance 0..1: declare reflectance.",
            Quantity.REFLECTANCE,
        )


def _check_decibel(where: str, seen: NDArray[np.float32]) -> None:
    if seen.size >= _FEW_PIXELS and float(seen.min()) >= 0 and 0 < float(np.median(seen)) < 1.5:
        raise BadScale(
            f"{where} declares decibels, but all values are positive with a median of {float(np.median(seen)):.3g}; "
            "they look like linear power: take 10 * log10.",
            Quantity.DIGITAL_NUMBER,
        )
