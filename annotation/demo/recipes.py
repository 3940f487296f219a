"""What the demo's projects are: one for each kind of label, and one of change between two dates."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from annotation.demo.imagery import CROWNS, CUBE, LANDSAT, PELICANS
from mlcore.sensors import Sensor, get_sensor, guess_sensor

Classes = tuple[dict[str, str], ...]

_LANDSAT = (
    "Landsat 7 ETM+, seven bands of uncalibrated 8-bit numbers, 30 m, date unknown. "
    "Nothing is labelled beforehand: every label is yours."
)
_CROWNS = (
    "Conifers of Yellowstone from an aeroplane in 2019, 0.1 m, by NEON (National Ecological Observatory Network), as "
    "DeepForest carries it. Draw a box around each crown, and turned boxes along trunks on the ground."
)
_PELICANS = (
    "American white pelicans at Pigeon Lake from a drone in 2020, as DeepForest carries it. Put a point on each "
    "pelican and each nest: the project counts them."
)
_FELLED = (
    "A forest in Romania in July 2017 and July 2019, blue, green, red and near infrared, 10 m. Contains modified "
    "Copernicus Sentinel data, as the package nrt carries it. Say what became of each hectare; the key B shows the "
    "near infrared, in which felled ground is pale."
)
LAND_COVER: Classes = (  # colours told apart with any kind of colour vision (Okabe and Ito 2008, Tol 2021)
    {"name": "Open water", "colour": "#0072b2", "hotkey": "1"},
    {"name": "Salt pond", "colour": "#cc79a7", "hotkey": "2"},
    {"name": "Wetland and vegetation", "colour": "#009e73", "hotkey": "3"},
    {"name": "Bare ground", "colour": "#e69f00", "hotkey": "4"},
    {"name": "Salt flat", "colour": "#f0e442", "hotkey": "5"},
    {"name": "Built-up", "colour": "#d55e00", "hotkey": "6"},
    {"name": "Mountain", "colour": "#882255", "hotkey": "7"},
)
_TREES: Classes = (
    {"name": "Living tree", "colour": "#56b4e9", "hotkey": "1"},  # on green and grey
    {"name": "Standing dead tree", "colour": "#d55e00", "hotkey": "2"},
    {"name": "Fallen trunk", "colour": "#f0e442", "hotkey": "3"},
)
_BIRDS: Classes = (
    {"name": "Pelican", "colour": "#d55e00", "hotkey": "1"},
    {"name": "Nest", "colour": "#56b4e9", "hotkey": "2"},
)
_CHANGES: Classes = (
    {"name": "No change", "colour": "#56b4e9", "hotkey": "1"},
    {"name": "Forest felled", "colour": "#d55e00", "hotkey": "2"},
    {"name": "Forest regrown", "colour": "#009e73", "hotkey": "3"},
)
_WATER = {"name": "Share of water", "unit": "%", "low": 0, "high": 100, "step": 5, "tolerance": 10}


@dataclass(frozen=True)
class Recipe:
    """What a demo project is made of."""

    name: str
    task: str
    classes: Classes = ()
    file: str = LANDSAT
    scene: str = "Great Salt Lake, Landsat 7"
    sensor: Sensor = field(default_factory=lambda: get_sensor("landsat7-etm"))
    tile_px: int = 64
    description: str = _LANDSAT
    options: dict[str, Any] = field(default_factory=dict)
    days: tuple[date, ...] = ()  # the earlier and the later one, in projects of change


def recipes() -> tuple[Recipe, ...]:
    """Return them in the order in which they are made; people see the newest first."""
    camera = get_sensor("rgb")
    msi = guess_sensor(4, ("B02", "B03", "B04", "B08"), "uint16")
    return (
        Recipe("Pelicans counted", "points", _BIRDS, PELICANS, "Pigeon Lake, drone", camera, 128, _PELICANS),
        Recipe(
            "Yellowstone tree crowns",
            "boxes",
            _TREES,
            CROWNS,
            "Yellowstone, aeroplane",
            camera,
            192,
            _CROWNS,
            {"rotated": True},
        ),
        Recipe(
            "Romanian forest, what changed",
            "classes",
            _CHANGES,
            CUBE,
            "Romania, Sentinel-2",
            msi,
            10,
            _FELLED,
            days=(date(2017, 7, 6), date(2019, 7, 6)),
        ),
        Recipe("Great Salt Lake share of water", "amount", options=_WATER),
        Recipe("Great Salt Lake, what is in a tile", "tags", LAND_COVER),
        Recipe("Great Salt Lake segmentation", "masks", LAND_COVER),
        Recipe("Great Salt Lake land cover", "classes", LAND_COVER),
    )
