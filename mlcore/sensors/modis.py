"""MODIS: the seven land bands of Terra and Aqua, as their reflectance products call them."""

import re
from collections.abc import Sequence

from mlcore.sensors.composing import composites_of, optical
from mlcore.sensors.sensor import Sensor

_LAND = optical(
    ("B01", "red", 645, 50),
    ("B02", "near infrared", 858.5, 35),
    ("B03", "blue", 469, 20),
    ("B04", "green", 555, 20),
    ("B05", "shortwave infrared 0", 1240, 20),
    ("B06", "shortwave infrared 1", 1640, 24),
    ("B07", "shortwave infrared 2", 2130, 50),
)
# 'sur_refl_b01', 'sur_refl_b01_1', 'Nadir_Reflectance_Band1', 'Nadir_BRDF_Adjusted_Reflectance_Band1'
_NAMED = re.compile(r"(?:sur_refl_b0|nadir_\w*reflectance_band)([1-7])(?:_\d+)?$", re.IGNORECASE)
MODIS = (Sensor("modis-7", "MODIS land bands (1-7)", _LAND, gsd_m=500, composites=composites_of(_LAND)),)


def modis_of(texts: Sequence[str]) -> Sensor | None:
    """Return the sensor whose bands all descriptions name as MODIS products do; None where they don't."""
    matches = [match for text in texts if (match := _NAMED.search(text.strip()))]
    numbers = [int(match[1]) for match in matches]
    if not numbers or len(numbers) < len(texts) or len(set(numbers)) < len(numbers):
        return None
    bands = tuple(_LAND[number - 1] for number in numbers)
    if bands == _LAND:
        return MODIS[0]
    names = "-".join(band.name for band in bands).lower()
    shown = ", ".join(band.name for band in bands)
    return Sensor(f"modis-{names}", f"MODIS ({shown})", bands, gsd_m=500, composites=composites_of(bands))
