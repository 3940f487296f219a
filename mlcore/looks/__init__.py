"""Looks: how a scene's numbers become colours: bands, expressions, ramps, stretches, as a recipe says."""

from mlcore.looks.channels import Channel, channels_of
from mlcore.looks.look import Look, look_for
from mlcore.looks.presets import Preset, presets_of
from mlcore.looks.ramps import RAMPS
from mlcore.looks.recipe import Recipe, read_recipe
from mlcore.looks.stretch import Stretch

__all__ = [
    "RAMPS",
    "Channel",
    "Look",
    "Preset",
    "Recipe",
    "Stretch",
    "channels_of",
    "look_for",
    "presets_of",
    "read_recipe",
]
