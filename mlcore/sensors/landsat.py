"""Landsat: the instruments of Landsat 4 to 9, at the top of the atmosphere and as Collection 2 surface reflectance."""

from collections.abc import Sequence
from dataclasses import replace

from mlcore.sensors.composing import composites_of, optical
from mlcore.sensors.sensor import Band, Composite, Sensor

ETM = optical(
    ("B1", "blue", 485, 70),
    ("B2", "green", 560, 80),
    ("B3", "red", 660, 60),
    ("B4", "near infrared", 835, 130),
    ("B5", "shortwave infrared 1", 1650, 200),
    ("B6", "thermal, high gain", 11450, 2100),
    ("B7", "shortwave infrared 2", 2220, 260),
)
TM = optical(
    ("B1", "blue", 485, 70),
    ("B2", "green", 560, 80),
    ("B3", "red", 660, 60),
    ("B4", "near infrared", 830, 140),
    ("B5", "shortwave infrared 1", 1650, 200),
    ("B6", "thermal", 11450, 2100),
    ("B7", "shortwave infrared 2", 2215, 270),
)
OLI = optical(
    ("B1", "coastal aerosol", 443, 16),
    ("B2", "blue", 482, 60),
    ("B3", "green", 561, 57),
    ("B4", "red", 655, 37),
    ("B5", "near infrared", 865, 28),
    ("B6", "shortwave infrared 1", 1609, 85),
    ("B7", "shortwave infrared 2", 2201, 187),
    ("B8", "panchromatic", 590, 172),
    ("B9", "cirrus", 1373, 20),
    ("B10", "thermal 1", 10895, 590),
    ("B11", "thermal 2", 12005, 1010),
)
_COMPOSITES = (
    Composite("true", "True colour", ("B3", "B2", "B1")),
    Composite("false", "False colour (vegetation red)", ("B4", "B3", "B2")),
    Composite("swir", "Shortwave infrared", ("B7", "B4", "B2")),
    Composite("moisture", "Moisture", ("B4", "B5", "B3")),
)


def surface(bands: Sequence[Band], numbers: Sequence[int], thermal: str = "") -> tuple[Band, ...]:
    """Return bands as Collection 2 calls them: SR_B4, and ST_B10 for the temperature of the surface."""
    by_name = {band.name: band for band in bands}
    named = [replace(by_name[f"B{number}"], name=f"SR_B{number}") for number in numbers]
    return (*named, replace(by_name[thermal], name=f"ST_{thermal}")) if thermal else tuple(named)


def _sensor(code: str, title: str, bands: tuple[Band, ...]) -> Sensor:
    return Sensor(code, title, bands, gsd_m=30, composites=composites_of(bands))


LANDSAT = (
    Sensor("landsat7-etm", "Landsat 7 ETM+ (1-5, 6 high gain, 7)", ETM, gsd_m=30, composites=_COMPOSITES),
    Sensor(
        "landsat-tm6",
        "Landsat TM/ETM+ without thermal (1-5, 7)",
        tuple(band for band in ETM if band.name != "B6"),
        gsd_m=30,
        composites=_COMPOSITES,
    ),
    Sensor("landsat5-tm", "Landsat 4/5 TM (1-7)", TM, gsd_m=30, composites=_COMPOSITES),
    _sensor("landsat7-sr6", "Landsat 4-7 surface reflectance (SR_B1-5, 7)", surface(ETM, (1, 2, 3, 4, 5, 7))),
    _sensor("landsat7-sr6st", "Landsat 4-7 Collection 2 (SR_B1-5, 7, ST_B6)", surface(ETM, (1, 2, 3, 4, 5, 7), "B6")),
    _sensor("landsat8-oli", "Landsat 8/9 OLI (1-7)", OLI[:7]),
    _sensor("landsat8-oli-tirs", "Landsat 8/9 OLI and TIRS (1-11)", OLI),
    _sensor("landsat8-sr7", "Landsat 8/9 surface reflectance (SR_B1-7)", surface(OLI, range(1, 8))),
    _sensor("landsat8-sr7st", "Landsat 8/9 Collection 2 (SR_B1-7, ST_B10)", surface(OLI, range(1, 8), "B10")),
)
