"""The one table of sensors: a new sensor is one entry."""

from mlcore.errors import look_up
from mlcore.sensors.sensor import Band, Composite, Modality, Quantity, Sensor


def _optical(*rows: tuple[str, str, float, float]) -> tuple[Band, ...]:
    return tuple(Band(name, title, centre, width) for name, title, centre, width in rows)


_LANDSAT7 = _optical(
    ("B1", "blue", 485, 70),
    ("B2", "green", 560, 80),
    ("B3", "red", 660, 60),
    ("B4", "near infrared", 835, 130),
    ("B5", "shortwave infrared 1", 1650, 200),
    ("B6", "thermal, high gain", 11450, 2100),
    ("B7", "shortwave infrared 2", 2220, 260),
)
_LANDSAT_COMPOSITES = (
    Composite("true", "True colour", ("B3", "B2", "B1")),
    Composite("false", "False colour (vegetation red)", ("B4", "B3", "B2")),
    Composite("swir", "Shortwave infrared", ("B7", "B4", "B2")),
    Composite("moisture", "Moisture", ("B4", "B5", "B3")),
)
_SENTINEL2 = _optical(
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
_SENTINEL2_COMPOSITES = (
    Composite("true", "True colour", ("B04", "B03", "B02")),
    Composite("false", "False colour (vegetation red)", ("B08", "B04", "B03")),
    Composite("swir", "Shortwave infrared", ("B12", "B8A", "B04")),
    Composite("agriculture", "Agriculture", ("B11", "B08", "B02")),
)
_RGB = _optical(("R", "red", 650, 100), ("G", "green", 550, 100), ("B", "blue", 460, 100))
_TRUE_RGB = Composite("true", "True colour", ("R", "G", "B"))

SENSORS: dict[str, Sensor] = {
    sensor.code: sensor
    for sensor in (
        Sensor("rgb", "RGB camera", _RGB, composites=(_TRUE_RGB,)),
        Sensor(
            "rgbn",
            "RGB and near infrared",
            (*_RGB, Band("N", "near infrared", 830, 120)),
            composites=(_TRUE_RGB, Composite("false", "False colour (vegetation red)", ("N", "R", "G"))),
        ),
        Sensor(
            "pan",
            "Panchromatic",
            _optical(("P", "panchromatic", 650, 400)),
            composites=(Composite("grey", "Grey", ("P",)),),
        ),
        Sensor(
            "landsat7-etm", "Landsat 7 ETM+ (1-5, 6 high gain, 7)", _LANDSAT7, gsd_m=30, composites=_LANDSAT_COMPOSITES
        ),
        Sensor(
            "landsat-tm6",
            "Landsat TM/ETM+ without thermal (1-5, 7)",
            tuple(band for band in _LANDSAT7 if band.name != "B6"),
            gsd_m=30,
            composites=_LANDSAT_COMPOSITES,
        ),
        Sensor(
            "sentinel2-l1c",
            "Sentinel-2 MSI L1C (13 bands)",
            _SENTINEL2,
            gsd_m=10,
            quantity=Quantity.REFLECTANCE_1E4,
            composites=_SENTINEL2_COMPOSITES,
            level="L1C",
        ),
        Sensor(
            "sentinel2-l2a",
            "Sentinel-2 MSI L2A (12 bands, no cirrus)",
            tuple(band for band in _SENTINEL2 if band.name != "B10"),
            gsd_m=10,
            quantity=Quantity.REFLECTANCE_1E4,
            composites=_SENTINEL2_COMPOSITES,
            level="L2A",
        ),
        Sensor(
            "sentinel1-grd",
            "Sentinel-1 C-band SAR (VV, VH)",
            (Band("VV", polarisation="VV"), Band("VH", polarisation="VH")),
            modality=Modality.SAR,
            gsd_m=10,
            quantity=Quantity.DECIBEL,
            composites=(
                Composite("vv", "VV", ("VV",)),
                Composite("vh", "VH", ("VH",)),
                Composite("ratio", "VV VH VV", ("VV", "VH", "VV")),
            ),
            frequency_ghz=5.405,
            level="GRD",
        ),
        Sensor(
            "elevation",
            "Elevation model",
            (Band("Z", "height"),),
            modality=Modality.ELEVATION,
            quantity=Quantity.METRE,
            composites=(Composite("height", "Height", ("Z",)),),
        ),
    )
}


def get_sensor(code: str) -> Sensor:
    """Return the sensor called `code`.

    Raises:
        UnknownName: no such sensor; the message lists those there are.
    """
    return look_up(SENSORS, code, "sensor")


def unknown_sensor(band_count: int) -> Sensor:
    """Return a stand-in for a sensor that nobody named: numbered bands without wavelengths."""
    bands = tuple(Band(f"{number}") for number in range(1, band_count + 1))
    names = tuple(band.name for band in bands)
    composites = [Composite("first", "First three bands", names[:3])] if band_count >= 3 else []
    composites += [Composite(f"band-{name}", f"Band {name}", (name,)) for name in names[:12]]
    return Sensor(f"unknown-{band_count}", f"Unknown sensor, {band_count} bands", bands, composites=tuple(composites))
