"""Multispectral cameras in orbit, in aeroplanes and on drones: PlanetScope, WorldView, NAIP, MicaSense, Parrot, DJI."""

from mlcore.sensors.composing import Row, composites_of, optical
from mlcore.sensors.sensor import Band, Composite, Sensor


def _camera(code: str, title: str, gsd_m: float | None, *rows: Row) -> Sensor:
    bands = optical(*rows)
    return Sensor(code, title, bands, gsd_m=gsd_m, composites=composites_of(bands))


_RGB = optical(("R", "red", 650, 100), ("G", "green", 550, 100), ("B", "blue", 460, 100))
_TRUE_RGB = Composite("true", "True colour", ("R", "G", "B"))
_FALSE_RGBN = Composite("false", "False colour (vegetation red)", ("N", "R", "G"))
_RGBN = (*_RGB, Band("N", "near infrared", 830, 120))

CAMERAS = (
    Sensor("rgb", "RGB camera", _RGB, composites=(_TRUE_RGB,)),
    Sensor("rgbn", "RGB and near infrared", _RGBN, composites=(_TRUE_RGB, _FALSE_RGBN)),
    _camera(
        "planetscope-4", "PlanetScope, 4 bands", 3,
        ("blue", "blue", 485, 60), ("green", "green", 545, 90), ("red", "red", 630, 80),
        ("nir", "near infrared", 820, 80),
    ),
    _camera(
        "planetscope-8", "PlanetScope SuperDove, 8 bands", 3,
        ("coastal_blue", "coastal", 443, 20), ("blue", "blue", 490, 50), ("green_i", "green i", 531, 36),
        ("green", "green", 565, 36), ("yellow", "yellow", 610, 20), ("red", "red", 665, 31),
        ("rededge", "red edge", 705, 15), ("nir", "near infrared", 865, 40),
    ),
    _camera(
        "worldview-8", "WorldView-2/3, 8 bands", 2,
        ("coastal", "coastal", 427, 60), ("blue", "blue", 478, 60), ("green", "green", 546, 70),
        ("yellow", "yellow", 608, 38), ("red", "red", 659, 60), ("rededge", "red edge", 724, 40),
        ("nir1", "near infrared", 833, 118), ("nir2", "near infrared 2", 949, 92),
    ),
    _camera(
        "worldview-4", "WorldView, GeoEye or QuickBird, 4 bands", 2,
        ("blue", "blue", 480, 60), ("green", "green", 545, 70), ("red", "red", 672, 35),
        ("nir", "near infrared", 850, 140),
    ),
    _camera(
        "naip", "NAIP, 4 bands", 0.6,
        ("R", "red", 635, 60), ("G", "green", 555, 80), ("B", "blue", 465, 70), ("N", "near infrared", 845, 90),
    ),
    _camera(
        "micasense-rededge", "MicaSense RedEdge, 5 bands", None,
        ("blue", "blue", 475, 32), ("green", "green", 560, 27), ("red", "red", 668, 14),
        ("nir", "near infrared", 842, 57), ("rededge", "red edge", 717, 12),
    ),
    _camera(
        "micasense-altum", "MicaSense Altum, 6 bands", None,
        ("blue", "blue", 475, 32), ("green", "green", 560, 27), ("red", "red", 668, 14),
        ("rededge", "red edge", 717, 12), ("nir", "near infrared", 842, 57), ("lwir", "thermal", 11000, 6000),
    ),
    _camera(
        "parrot-sequoia", "Parrot Sequoia, 4 bands", None,
        ("green", "green", 550, 40), ("red", "red", 660, 40), ("rededge", "red edge", 735, 10),
        ("nir", "near infrared", 790, 40),
    ),
    _camera(
        "dji-multispectral", "DJI Phantom 4 Multispectral, 5 bands", None,
        ("blue", "blue", 450, 32), ("green", "green", 560, 32), ("red", "red", 650, 32),
        ("rededge", "red edge", 730, 32), ("nir", "near infrared", 840, 52),
    ),
)  # fmt: skip
# Words of a file's name or tags, and whose cameras they mean.
MAKERS = {
    "planet": r"planet|psscene|psb[sd]|superdove|analyticms|3b_",
    "worldview": r"worldview|wv0?[234]|geoeye|ge01|quickbird|qb02|ikonos|digitalglobe|maxar",
    "naip": r"naip",
    "micasense": r"micasense|rededge-?m|altum",
    "parrot": r"parrot|sequoia",
    "dji": r"dji|phantom 4|p4 ?multispectral",
}
