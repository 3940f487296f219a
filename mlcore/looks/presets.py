"""Presets: the ways to look at imagery that a sensor offers by what its bands are for."""

from dataclasses import dataclass

from mlcore.errors import BadRecipe, MLCoreError
from mlcore.looks.channels import channels_of
from mlcore.looks.recipe import Recipe
from mlcore.looks.stretch import Range, Stretch
from mlcore.looks.terrain import height_band
from mlcore.sensors import Modality, Quantity, Sensor

_SPECTRAL = 16  # bands, from which on mixtures of all of them tell more than three


@dataclass(frozen=True)
class Preset:
    """A recipe with a name."""

    name: str
    title: str
    recipe: Recipe


def _index(name: str, title: str, expression: str, ramp: str, ends: Range) -> Preset:
    return Preset(name, title, Recipe(bands=(expression,), ramp=ramp, stretch=Stretch("ends", ends=(ends,))))


def _difference(one: str, other: str) -> str:
    return f"({one} - {other}) / ({one} + {other})"


# Ends are the same everywhere, so that dates and places compare.
_INDICES = (
    _index("ndvi", "NDVI (green plants)", _difference("nir", "red"), "plants", (-0.1, 0.9)),
    _index("ndre", "NDRE (chlorophyll)", _difference("nir", "rededge"), "plants", (-0.1, 0.7)),
    _index("ndwi", "NDWI (open water)", _difference("green", "nir"), "water", (-0.7, 0.7)),
    _index("mndwi", "MNDWI (open water)", _difference("green", "swir1"), "water", (-0.7, 0.7)),
    _index("ndmi", "NDMI (moisture of plants)", _difference("nir", "swir1"), "water", (-0.6, 0.6)),
    _index("nbr", "NBR (burnt ground)", _difference("nir", "swir2"), "viridis", (-0.5, 0.9)),
    _index("ndsi", "NDSI (snow)", _difference("green", "swir1"), "cividis", (-0.4, 1.0)),
    _index("ndbi", "NDBI (built ground)", _difference("swir1", "nir"), "inferno", (-0.5, 0.4)),
    Preset("thermal", "Surface temperature", Recipe(bands=("thermal",), ramp="inferno")),
)
_RADAR = (
    Preset("ratio-db", "VV, VH, VV/VH in dB", Recipe(bands=("VV", "VH", "VV / VH"), decibels=True)),
    Preset(
        "ratio-smooth", "VV, VH, VV/VH, smoothed", Recipe(bands=("VV", "VH", "VV / VH"), decibels=True, filter="lee")
    ),
    Preset("hh-hv", "HH, HV, HH/HV in dB", Recipe(bands=("HH", "HV", "HH / HV"), decibels=True)),
    Preset("quad", "HH, HV, VV in dB", Recipe(bands=("HH", "HV", "VV"), decibels=True)),
    *(
        Preset(f"{name.lower()}-db", f"{name} in dB", Recipe(bands=(name,), decibels=True))
        for name in ("VV", "VH", "HH", "HV")
    ),
    *(
        Preset(f"{name.lower()}-smooth", f"{name}, smoothed", Recipe(bands=(name,), decibels=True, filter="lee"))
        for name in ("VV", "VH", "HH", "HV")
    ),
)
_CLOUD = (
    Preset("height-colours", "Height above ground in colours", Recipe(bands=("H * 10",), ramp="viridis")),
    Preset("surface-colours", "Surface height in colours", Recipe(bands=("Z",), ramp="heights")),
    Preset("brightness", "Intensity in colours", Recipe(bands=("I",), ramp="inferno")),
    Preset("classes", "Classes of points", Recipe(bands=("C",), ramp="classes")),
    Preset("dense", "Density in colours", Recipe(bands=("D",), ramp="cividis")),
)
_HEIGHTS = (
    Preset("hillshade", "Hillshade", Recipe(shade="hillshade")),
    Preset("slope", "Slope", Recipe(shade="slope", ramp="inferno")),
)
_MIXTURES = (
    Preset("pca", "Principal components", Recipe(components="pca")),
    Preset("mnf", "Components by noise", Recipe(components="mnf")),
)


def presets_of(sensor: Sensor) -> tuple[Preset, ...]:
    """Return what a sensor offers: its own composites, then what the roles of its bands allow."""
    own = tuple(Preset(item.name, item.title, Recipe(composite=item.name)) for item in sensor.composites)
    return own + tuple(preset for preset in _further(sensor) if fits(preset.recipe, sensor))


def _further(sensor: Sensor) -> tuple[Preset, ...]:
    shaded = _HEIGHTS if _has_heights(sensor) else ()
    if sensor.modality is Modality.SAR:
        return _RADAR
    if sensor.modality is Modality.POINTS:
        return (*_CLOUD, *shaded)
    if sensor.quantity in (Quantity.METRE, Quantity.INDEX) and len(sensor.bands) == 1:
        name = sensor.bands[0].name
        ramp = "heights" if shaded else "viridis"
        return (Preset("colours", "In colours", Recipe(bands=(name,), ramp=ramp)), *shaded)
    if sensor.modality is not Modality.OPTICAL:
        return shaded
    return (*_INDICES, *(_MIXTURES if len(sensor.bands) >= _SPECTRAL else ()))


def _has_heights(sensor: Sensor) -> bool:
    try:
        height_band(sensor)
    except BadRecipe:
        return False
    return True


def fits(recipe: Recipe, sensor: Sensor) -> bool:
    """Return whether a sensor has what a recipe names."""
    try:
        if recipe.components:
            return len(sensor.bands) >= 3
        channels_of(recipe, sensor)
    except MLCoreError:
        return False
    return True
