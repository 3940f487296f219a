"""Sentinel-2: its 13 bands, the usual products, and the order of EuroSAT."""

from mlcore.sensors.composing import optical
from mlcore.sensors.sensor import Band, Composite, Quantity, Sensor

MSI = optical(
    ("B01", "coastal aerosol", 443, 20),
    ("B02", "blue", 490, 65),
    ("B03", "green", 560, 35),
    ("B04", "red", 665, 30),
    ("B05", "red edge 1", 705, 15),
    ("B06", "red edge 2", 740, 15),
    ("B07", "red edge 3", 783, 20),
    ("B08", "near infrared", 842, 115),
    ("B8A", "narrow near infrared", 865, 20),
    ("B09", "water vapour", 945, 20),
    ("B10", "cirrus", 1375, 30),
    ("B11", "shortwave infrared 1", 1610, 90),
    ("B12", "shortwave infrared 2", 2190, 180),
)
_COMPOSITES = (
    Composite("true", "True colour", ("B04", "B03", "B02")),
    Composite("false", "False colour (vegetation red)", ("B08", "B04", "B03")),
    Composite("swir", "Shortwave infrared", ("B12", "B8A", "B04")),
    Composite("agriculture", "Agriculture", ("B11", "B08", "B02")),
)


def _msi(code: str, title: str, bands: tuple[Band, ...], level: str) -> Sensor:
    return Sensor(code, title, bands, gsd_m=10, quantity=Quantity.REFLECTANCE_1E4, composites=_COMPOSITES, level=level)


def _without(*names: str) -> tuple[Band, ...]:
    return tuple(band for band in MSI if band.name not in names)


SENTINEL2 = (
    _msi("sentinel2-l1c", "Sentinel-2 MSI L1C (13 bands)", MSI, "L1C"),
    _msi("sentinel2-l2a", "Sentinel-2 MSI L2A (12 bands, no cirrus)", _without("B10"), "L2A"),
    _msi("sentinel2-10", "Sentinel-2 MSI, bands of 10 and 20 m", _without("B01", "B09", "B10"), "L2A"),
    _msi(
        "sentinel2-eurosat",
        "Sentinel-2 MSI L1C in EuroSAT's order (B8A last)",
        (*_without("B8A"), next(band for band in MSI if band.name == "B8A")),
        "L1C",
    ),
)
