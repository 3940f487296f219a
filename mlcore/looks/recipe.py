"""Recipe: what a way to look at imagery says, as JSON that is checked: which numbers, and how they become colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlcore.errors import BadRecipe, UnknownName
from mlcore.looks.ramps import RAMPS
from mlcore.looks.stretch import Stretch, number_in, read_stretch

SHADES = ("hillshade", "slope")
COMPONENTS = ("pca", "mnf")
FILTERS = ("lee",)
_SOURCES = ("composite", "bands", "expression", "components", "shade")
_HOW = ("stretch", "gamma", "filter", "decibels", "ramp")
_LONGEST = 500  # characters of an expression or a name


@dataclass(frozen=True)
class Recipe:
    """Where the numbers come from (one of the first four), and how they become colours."""

    composite: str = ""  # a sensor's own; its first one if nothing is said at all
    bands: tuple[str, ...] = ()  # one or three names of bands or expressions
    components: str = ""  # one of COMPONENTS
    shade: str = ""  # one of SHADES
    stretch: Stretch | None = None  # None: the usual one
    gamma: float = 1.0  # above 1 lightens
    filter: str = ""  # one of FILTERS
    decibels: bool = False  # of a radar: computed with power, shown in dB
    ramp: str = ""  # one of RAMPS; empty: grey

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready description, the inverse of `read_recipe`; what is usual is left out."""
        told: dict[str, Any] = {"expression": self.bands[0]} if len(self.bands) == 1 else {}
        told |= {"bands": list(self.bands)} if len(self.bands) == 3 else {}
        told |= {name: getattr(self, name) for name in ("composite", "components", "shade") if getattr(self, name)}
        told |= {"stretch": self.stretch.to_dict()} if self.stretch else {}
        told |= {"gamma": self.gamma} if self.gamma != 1 else {}
        return told | {name: getattr(self, name) for name in ("filter", "decibels", "ramp") if getattr(self, name)}


def read_recipe(data: object) -> Recipe:
    """Return the recipe that JSON describes.

    Raises:
        BadRecipe: it is no such description.
        UnknownName: it names a ramp, filter, shade or stretch that there is not.
    """
    if not isinstance(data, Mapping):
        raise BadRecipe('A recipe is an object such as {"bands": ["red", "green", "blue"]}.')
    if unknown := set(data) - {*_SOURCES, *_HOW}:
        raise BadRecipe(
            f"A recipe has no {min(map(str, unknown))[:60]!r}; it may have {', '.join((*_SOURCES, *_HOW))}."
        )
    sources = [name for name in _SOURCES if name in data]
    if len(sources) > 1:
        raise BadRecipe(f"A recipe has {sources[0]} or {sources[1]}, not both.")
    bands = _bands(data)
    channels = len(bands) or (1 if "shade" in data else 3 if "components" in data else 0)
    ramp = _one_of(data, "ramp", tuple(RAMPS))
    if ramp and channels == 3:
        raise BadRecipe("A ramp colours one number; leave it out, or show one band or expression.")
    decibels = data.get("decibels", False)
    if not isinstance(decibels, bool):
        raise BadRecipe("decibels is true or false.")
    return Recipe(
        composite=_text(data.get("composite", ""), "composite"),
        bands=bands,
        components=_one_of(data, "components", COMPONENTS),
        shade=_one_of(data, "shade", SHADES),
        stretch=read_stretch(data["stretch"], channels) if data.get("stretch") is not None else None,
        gamma=number_in(data, "gamma", 1.0, (0.1, 10.0)),
        filter=_one_of(data, "filter", FILTERS),
        decibels=decibels,
        ramp=ramp,
    )


def _bands(data: Mapping[str, Any]) -> tuple[str, ...]:
    if "expression" in data:
        return (_said(data["expression"], "The expression"),)
    if "bands" not in data:
        return ()
    listed = data["bands"]
    if not isinstance(listed, list) or len(listed) not in (1, 3):
        raise BadRecipe("bands is a list of one or three names of bands, or expressions.")
    return tuple(_said(text, "Each of the bands") for text in listed)


def _said(value: object, what: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadRecipe(f"{what} is a text, such as 'nir' or '(nir - red) / (nir + red)'.")
    return _text(value, what)


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise BadRecipe(f"{what} is a text of at most {_LONGEST} characters.")
    if not value.isprintable():
        raise BadRecipe(f"{what} holds characters that cannot be printed.")
    return value.strip()


def _one_of(data: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    value = data.get(name, "")
    if value == "":
        return ""
    if value not in known:
        raise UnknownName(name, str(value)[:60], known)
    return str(value)
