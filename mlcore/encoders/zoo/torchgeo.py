"""Encoders out of torchgeo's zoo: weights for Sentinel-2 by torchgeo's own name, any other by a recipe of their input.

Optional, and never on the default path: torchgeo needs torchvision, timm and a network for its weights. It is tested
here against a stand-in only (docs: torchgeo.readthedocs.io, torchgeo.models.get_weight and get_model).
"""

from pathlib import Path
from typing import Any

from torch import Tensor

from mlcore.encoders.zoo.contract import Contract, Recipe, Wanted, read_recipe
from mlcore.encoders.zoo.encoder import ZooEncoder, installed
from mlcore.errors import BadSensor, UnknownName
from mlcore.sensors import get_sensor


def load(name: str) -> ZooEncoder:
    """Return an encoder by torchgeo's name of its weights, such as 'ResNet18_Weights.SENTINEL2_ALL_MOCO', or a recipe.

    Raises:
        NotInstalled: torchgeo can't be imported.
        UnknownName: torchgeo has no such weights.
        BadSensor: they aren't for Sentinel-2; then a recipe (.json) must say what they read.
        BadCheckpoint: the recipe lacks something.
    """
    told = read_recipe(Path(name)) if name.endswith(".json") else None
    models = installed("torchgeo", "torchgeo.models", f"torchgeo:{name}")
    weights = _weights(models, told.encoder if told else name)
    recipe = told or Recipe(name, (_contract(weights, name),), {})
    options = {"num_classes": 0, **recipe.options}
    network = models.get_model(weights.meta["model"], weights=weights, **options)

    def transformed(pixels: Tensor) -> Tensor:
        image: Tensor = weights.transforms({"image": pixels})["image"]
        return image

    prepare = None if told else transformed
    return ZooEncoder("torchgeo", network, recipe, dim=int(network.num_features), prepare=prepare)


def _weights(models: Any, name: str) -> Any:
    try:
        return models.get_weight(name)
    except (KeyError, ValueError) as error:
        raise UnknownName("weights of torchgeo", name, ["those that torchgeo.models lists"]) from error


def _contract(weights: Any, name: str) -> Contract:
    """Return Sentinel-2's bands in the weights' order, by wavelength; torchgeo's transforms do the scaling."""
    bands = {_plain(band.name): band.wavelength_nm for band in get_sensor("sentinel2-l1c").bands}
    wanted = [_plain(band) for band in weights.meta.get("bands", ["unknown"])]
    if not set(wanted) <= set(bands):
        raise BadSensor(
            f"The weights {name} of torchgeo aren't for Sentinel-2's bands. Say what they read in a recipe: "
            f"torchgeo:FILE.json."
        )
    return Contract(tuple(Wanted(band, bands[band], 10) for band in wanted))


def _plain(band: str) -> str:
    """Return a band's name as torchgeo has it: 'B02' and 'B2' are one."""
    return "B" + str(band).upper().lstrip("B").lstrip("0")
