"""Encoders out of terratorch's registry: Prithvi and TerraMind by name, any other by a recipe of its input.

Optional, and never on the default path: terratorch needs torchgeo, torchvision, timm and a network for its weights. It
is tested here against a stand-in only (docs: ibm.github.io/terratorch, "Registries", "Prithvi EO Models", "TerraMind").
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from mlcore.encoders.zoo.contract import Contract, Recipe, Wanted, read_recipe
from mlcore.encoders.zoo.encoder import ZooEncoder, installed
from mlcore.errors import UnknownName
from mlcore.sensors import Quantity

_CENTRES = {  # of Sentinel-2's bands by terratorch's names, in nm, and how far another sensor's may lie from them
    "COASTAL_AEROSOL": (443, 20),
    "BLUE": (490, 30),
    "GREEN": (560, 30),
    "RED": (665, 30),
    "RED_EDGE_1": (705, 15),
    "RED_EDGE_2": (740, 15),
    "RED_EDGE_3": (783, 20),
    "NIR_BROAD": (842, 40),
    "NIR_NARROW": (865, 45),
    "WATER_VAPOR": (945, 20),
    "CIRRUS": (1375, 30),
    "SWIR_1": (1610, 60),
    "SWIR_2": (2190, 80),
}
_HLS = ("BLUE", "GREEN", "RED", "NIR_NARROW", "SWIR_1", "SWIR_2")
_L2A = tuple(name for name in _CENTRES if name != "CIRRUS")
# Means and deviations by which each was trained: config.json beside Prithvi's weights, and terratorch's own tables.
_PRITHVI = {
    "prithvi_eo_v1": ((775, 1081, 1229, 2497, 2204, 1611), (1282, 1270, 1399, 1368, 1292, 1155)),
    "prithvi_eo_v2": ((1087, 1342, 1433, 2734, 1958, 1363), (2248, 2179, 2178, 1850, 1242, 1049)),
}
_TERRAMIND_L2A = (
    (1390.5, 1503.3, 1718.2, 1853.9, 2199.1, 2780.0, 2987.0, 3083.2, 3132.2, 3163.0, 2424.9, 1857.6),
    (2106.8, 2141.1, 2039.0, 2134.1, 2085.3, 1889.9, 1820.3, 1871.9, 1753.8, 1797.4, 1434.3, 1334.3),
)


def load(name: str) -> ZooEncoder:
    """Return an encoder by terratorch's name, such as 'prithvi_eo_v2_300', or by the path of a recipe (.json).

    Raises:
        NotInstalled: terratorch can't be imported.
        UnknownName: terratorch has no such encoder, or what it reads isn't known here.
        BadCheckpoint: the recipe lacks something.
    """
    recipe = read_recipe(Path(name)) if name.endswith(".json") else _known(name)
    registry = installed("terratorch", "terratorch", f"terratorch:{name}").BACKBONE_REGISTRY
    if recipe.encoder not in registry:
        raise UnknownName("encoder of terratorch", recipe.encoder, [one for one in registry if _family(one)])
    network = registry.build(recipe.encoder, pretrained=True, **recipe.options)
    return ZooEncoder("terratorch", network, recipe, dim=int(network.out_channels[-1]))


def _known(name: str) -> Recipe:
    family = _family(name)
    if not family:
        known = [*(f"{generation}_..." for generation in FAMILIES), "a recipe of what it reads (.json)"]
        raise UnknownName("encoder of terratorch that is known here", name, known)
    return FAMILIES[family](name)


def _prithvi(name: str) -> Recipe:
    contract = Contract(_optical(_HLS, *_PRITHVI[_family(name)]))
    return Recipe(name, (contract,), {"bands": list(_HLS), "num_frames": 1}, skip=1)


def _terramind(name: str) -> Recipe:
    inputs = (
        Contract(_optical(_L2A, *_TERRAMIND_L2A), levels=("L2", "L2A", "BOA"), key="S2L2A"),
        Contract(_radar((-12.599, -20.293), (5.195, 5.890)), Quantity.DECIBEL, ("GRD",), "S1GRD"),
        Contract((Wanted("elevation", mean=670.665, deviation=951.272),), Quantity.METRE, key="DEM"),
    )
    return Recipe(name, inputs, {"modalities": [contract.key for contract in inputs]})


FAMILIES: dict[str, Callable[[str], Recipe]] = {
    "prithvi_eo_v1": _prithvi,
    "prithvi_eo_v2": _prithvi,
    "terramind_v1": _terramind,
}


def _family(name: str) -> str:
    return next((family for family in FAMILIES if name.startswith(family)), "")


def _optical(names: Sequence[str], means: Sequence[float], deviations: Sequence[float]) -> tuple[Wanted, ...]:
    return tuple(
        Wanted(name, *_CENTRES[name], mean=mean, deviation=deviation)
        for name, mean, deviation in zip(names, means, deviations, strict=True)
    )


def _radar(means: Sequence[float], deviations: Sequence[float]) -> tuple[Wanted, ...]:
    return tuple(
        Wanted(pair, polarisation=pair, mean=mean, deviation=deviation)
        for pair, mean, deviation in zip(("VV", "VH"), means, deviations, strict=True)
    )
