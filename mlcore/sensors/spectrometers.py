"""Imaging spectrometers in orbit, by their nominal centres: what a file says of its own bands counts more."""

import numpy as np

from mlcore.sensors.composing import composites_of
from mlcore.sensors.sensor import Band, Sensor


def _spectrometer(code: str, title: str, gsd_m: float, *ranges: tuple[float, float, int]) -> Sensor:
    """Return a sensor of evenly spaced bands: from and to in nm, and how many, of each detector."""
    bands = list[Band]()
    for first, last, count in ranges:
        width = round((last - first) / (count - 1), 2)
        for centre in np.linspace(first, last, count).round(1).tolist():
            number = len(bands) + 1
            bands.append(Band(f"{code.upper()}-{number}", f"{centre:.0f} nm", centre, width))
    made = tuple(bands)
    return Sensor(code, f"{title}, {len(made)} bands (nominal)", made, gsd_m=gsd_m, composites=composites_of(made))


SPECTROMETERS = (
    _spectrometer("enmap", "EnMAP", 30, (418.2, 993.0, 91), (902.0, 2445.0, 133)),
    _spectrometer("prisma", "PRISMA", 30, (402.0, 972.0, 63), (943.0, 2497.0, 171)),
    _spectrometer("emit", "EMIT", 60, (381.0, 2493.0, 285)),
    _spectrometer("desis", "DESIS", 30, (401.9, 999.5, 235)),
    _spectrometer("aviris", "AVIRIS", 17, (365.0, 2497.0, 224)),
)
