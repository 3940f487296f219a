"""Ramps: colours for one number, even to the eye and safe for any kind of colour vision, and those of classes.

Each is a few colours of our choice with even steps of lightness, blended in Oklab (Ottosson 2020), where equal steps
look equal.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

_SHADES = 256
_STOPS = 9  # that a legend is told
_TO_CONE = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip
_BETWEEN, _STEEP = 0.0031308, 12.92  # where sRGB's curve is a line
# What LAS 1.4 calls its classes, in the colours that the page draws single returns in (js/state/las_classes.js).
_LAS = {
    0: "#8f959e", 1: "#b9bec6", 2: "#e69f00", 3: "#b8e6d4", 4: "#4fc3a1", 5: "#009e73", 6: "#d55e00", 7: "#cc79a7",
    8: "#ffffff", 9: "#3d8fd1", 10: "#7a6a58", 11: "#5c6470", 12: "#d8c8a8", 13: "#f7ef8a", 14: "#f0e442",
    15: "#c9bc1f", 16: "#a89d10", 17: "#56b4e9", 18: "#e8a7c9",
}  # fmt: skip


@dataclass(frozen=True)
class Ramp:
    """A named row of colours: blended between those given, or one for each whole number."""

    title: str
    colours: tuple[str, ...]  # '#rrggbb'
    of_classes: bool = False

    @cached_property
    def table(self) -> NDArray[np.uint8]:
        """Return [256, 3] colours."""
        stops = np.array([_rgb(colour) for colour in self.colours], np.float64)
        if self.of_classes:
            table = np.full((_SHADES, 3), 128, np.uint8)
            table[: len(stops)] = stops
            return table
        lab = _lab(stops)
        at, places = np.linspace(0, len(stops) - 1, _SHADES), np.arange(len(stops))
        return _srgb(np.stack([np.interp(at, places, axis) for axis in lab.T], axis=1))

    def stops(self) -> list[str]:
        """Return colours at even steps, with which a legend can be drawn; those of classes one by one."""
        if self.of_classes:
            return list(self.colours)
        picked = self.table[np.linspace(0, _SHADES - 1, _STOPS).round().astype(int)]
        return ["#{:02x}{:02x}{:02x}".format(*colour) for colour in picked.tolist()]


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _lab(srgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sRGB colours [n, 3] of 0..255 in Oklab."""
    share = srgb / 255
    light = np.where(share <= _BETWEEN * _STEEP, share / _STEEP, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(light @ _TO_CONE.T) @ _TO_LAB.T)


def _srgb(lab: NDArray[np.float64]) -> NDArray[np.uint8]:
    light = np.clip(((lab @ np.linalg.inv(_TO_LAB).T) ** 3) @ np.linalg.inv(_TO_CONE).T, 0, 1)
    share = np.where(light <= _BETWEEN, light * _STEEP, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.clip(share * 255 + 0.5, 0, 255), np.uint8)


RAMPS: dict[str, Ramp] = {
    "grey": Ramp("Grey", ("#000000", "#ffffff")),
    "viridis": Ramp("Violet to yellow", ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725")),
    "inferno": Ramp("Black to yellow", ("#000004", "#57106e", "#bc3754", "#f98e09", "#fcffa4")),
    "cividis": Ramp("Blue to yellow", ("#00224e", "#434e6c", "#7d7c78", "#bcae6c", "#fee838")),
    "plants": Ramp("Brown to green", ("#4a2c10", "#8a6d3b", "#b3a86a", "#a9cf86", "#d5f5cf")),
    "water": Ramp("Brown over white to blue", ("#5a3208", "#bf8b4a", "#f4f1ea", "#5aa3cf", "#0b3c6f")),
    "differences": Ramp("Blue over white to orange", ("#0b4a8f", "#6aa6d6", "#f5f5f5", "#e89a4f", "#8a3b06")),
    "heights": Ramp("Land by height", ("#123b33", "#3f6f4d", "#8b9a5b", "#cdbb8c", "#f7f3ea")),
    "classes": Ramp("Classes of points", tuple(_LAS.values()), of_classes=True),
}
