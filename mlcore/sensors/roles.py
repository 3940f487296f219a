"""Roles: what a band is for, as people write it ('Red edge', 'NIR', 'LWIR'), with the centre that such bands have."""

import re
from collections.abc import Sequence
from dataclasses import replace

from mlcore.sensors.composing import composites_of
from mlcore.sensors.landsat import LANDSAT
from mlcore.sensors.multispectral import CAMERAS, MAKERS
from mlcore.sensors.sensor import Band, Modality, Quantity, Sensor

# Role: how people read it, its usual centre and width in nm.
ROLES: dict[str, tuple[str, float, float]] = {
    "coastal": ("coastal aerosol", 443, 20),
    "blue": ("blue", 475, 65),
    "green": ("green", 560, 60),
    "greeni": ("green i", 531, 36),
    "yellow": ("yellow", 608, 30),
    "red": ("red", 660, 60),
    "rededge": ("red edge", 717, 20),
    "rededge1": ("red edge 1", 705, 15),
    "rededge2": ("red edge 2", 740, 15),
    "rededge3": ("red edge 3", 783, 20),
    "nir": ("near infrared", 840, 100),
    "nir2": ("near infrared 2", 949, 92),
    "swir1": ("shortwave infrared 1", 1610, 90),
    "swir2": ("shortwave infrared 2", 2200, 180),
    "thermal": ("thermal", 11000, 2000),
    "pan": ("panchromatic", 650, 400),
    "cirrus": ("cirrus", 1375, 30),
}
_ALIASES = {
    "coastalblue": "coastal", "coastalaerosol": "coastal", "deepblue": "coastal", "ultrablue": "coastal",
    "nearinfrared": "nir", "infrared": "nir", "nir1": "nir", "nearinfrared1": "nir", "nearir": "nir", "ir": "nir",
    "narrownearinfrared": "nir", "nearinfrared2": "nir2", "swir": "swir1", "shortwaveinfrared": "swir1",
    "shortwaveinfrared1": "swir1", "shortwaveinfrared2": "swir2", "lwir": "thermal", "tir": "thermal",
    "thermalinfrared": "thermal", "panchromatic": "pan", "green2": "green", "re": "rededge", "re1": "rededge1",
    "re2": "rededge2", "re3": "rededge3",
}  # fmt: skip
_SIX = [sensor for sensor in LANDSAT if sensor.code == "landsat-tm6"]  # the one that has these six, and no others
_LETTERS = {"r": "red", "g": "green", "b": "blue", "n": "nir", "c": "coastal", "y": "yellow", "p": "pan"}
_FILLERS = {"band", "bands", "channel", "surface", "reflectance", "sr", "toa", "boa", "dn", "light"}
_INDICES = {
    "ndvi", "evi", "evi2", "savi", "msavi", "msavi2", "osavi", "gndvi", "ndre", "ndwi", "mndwi", "ndmi", "ndsi", "ndbi",
    "nbr", "nbr2", "dnbr", "bsi", "vari", "gli", "ndti",
}  # fmt: skip


def role_of(text: str) -> str | None:
    """Return the role that a description, such as 'B5: Red edge' or 'nir', names; None where it names none."""
    words = re.findall(r"[a-z]+|\d+", re.sub(r"\bb(and)?[ _]?\d+a?\b|\(.*?\)", " ", text.lower()))
    joined = "".join(word for word in words if word not in _FILLERS and len(word) < 18)
    joined = _ALIASES.get(joined, joined)
    return joined if joined in ROLES else None


def roles_of(texts: Sequence[str]) -> list[str | None]:
    """Return the role of each description; single letters count only where all are, as 'R', 'G', 'B'."""
    letters = [_LETTERS.get(text.strip().lower()) for text in texts]
    if len(texts) > 2 and all(letters):
        return letters
    return [role_of(text) for text in texts]


def camera(roles: Sequence[str | None], texts: Sequence[str], said: str) -> Sensor | None:
    """Return the camera whose bands have these roles, in this order; None where none or one twice is named.

    Args:
        roles: one a band, None for what has none.
        texts: their descriptions.
        said: what the file's name and tags say, in lower case.
    """
    named = [role for role in roles if role]
    if not named or len(set(named)) < len(named):
        return None
    makers = {maker for maker, words in MAKERS.items() if re.search(words, said)}
    fitting = [sensor for sensor in (*CAMERAS, *_SIX) if [role_of(band.title) for band in sensor.bands] == list(roles)]
    by_maker = [sensor for sensor in fitting if sensor.code.startswith(tuple(makers))]
    plain = [sensor for sensor in fitting if sensor.code in ("rgb", "rgbn", "landsat-tm6") or len(sensor.bands) > 6]
    if by_maker or plain:
        return (by_maker or plain)[0]
    return _made_of(roles, texts)


def _made_of(roles: Sequence[str | None], texts: Sequence[str]) -> Sensor:
    names = [role or text[:40] or f"{number}" for number, (role, text) in enumerate(zip(roles, texts, strict=True), 1)]
    unique = [name if names.count(name) == 1 else f"{name} {number}" for number, name in enumerate(names, 1)]
    bands = tuple(Band(name, *ROLES[role]) if role else Band(name) for name, role in zip(unique, roles, strict=True))
    shown = ", ".join(band.title or band.name for band in bands)
    title = f"Camera, {len(bands)} band{'s' if len(bands) > 1 else ''}" + (f" ({shown})" if len(bands) <= 8 else "")
    return Sensor(f"bands-{'-'.join(unique)}"[:200].lower(), title, bands, composites=composites_of(bands))


def index_in(said: str) -> Sensor | None:
    """Return the sensor of a single band whose file is called by one index alone; None for others."""
    words = {word for word in re.findall(r"[a-z]+\d?", said) if word in _INDICES}
    return index_of([words.pop()]) if len(words) == 1 else None


def index_of(texts: Sequence[str]) -> Sensor | None:
    """Return the sensor of a raster whose every band is called by an index, such as 'NDVI'."""
    words = [re.sub(r"[^a-z0-9]", "", text.lower()) for text in texts]
    if not words or not all(word in _INDICES for word in words) or len(set(words)) < len(words):
        return None
    bands = tuple(Band(word.upper()) for word in words)
    shown = ", ".join(band.name for band in bands)
    return replace(
        Sensor(f"index-{'-'.join(words)}", f"Index ({shown})", bands, Modality.OPTICAL),
        quantity=Quantity.INDEX,
        composites=composites_of(bands),
    )
