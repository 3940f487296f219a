"""The one table of sensors: a new sensor is one entry."""

from mlcore.errors import look_up
from mlcore.sensors.composing import composites_of, optical
from mlcore.sensors.landsat import LANDSAT
from mlcore.sensors.modis import MODIS
from mlcore.sensors.multispectral import CAMERAS
from mlcore.sensors.sensor import Band, Composite, Modality, Quantity, Sensor
from mlcore.sensors.sentinel2 import SENTINEL2
from mlcore.sensors.spectrometers import SPECTROMETERS

SENSORS: dict[str, Sensor] = {
    sensor.code: sensor
    for sensor in (
        *CAMERAS,
        Sensor(
            "pan",
            "Panchromatic",
            optical(("P", "panchromatic", 650, 400)),
            composites=(Composite("grey", "Grey", ("P",)),),
        ),
        *LANDSAT,
        *SENTINEL2,
        *MODIS,
        *SPECTROMETERS,
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
        Sensor(
            "index",
            "Index, such as NDVI",
            (Band("index"),),
            quantity=Quantity.INDEX,
            composites=(Composite("grey", "Grey", ("index",)),),
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
    title = f"Unknown sensor, {band_count} band{'s' if band_count != 1 else ''}"
    return Sensor(f"unknown-{band_count}", title, bands, composites=composites_of(bands))
