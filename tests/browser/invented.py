"""An invented landscape seen by invented sensors: fields, woods, a river, a village; for pictures that may be shown."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

Array = NDArray[np.float64]
WATER, CROP, MEADOW, WOOD, SOIL, ROAD, ROOF = range(7)
VV_DB = np.array([-20.0, -11.0, -12.5, -8.0, -13.5, -17.0, -2.0])
VH_DB = np.array([-27.0, -17.5, -20.0, -13.0, -22.0, -25.0, -9.5])


@dataclass(frozen=True)
class Land:
    """What lies where, and how bright it is among its like; both [side, side]."""

    kinds: NDArray[np.int64]
    bright: Array

    def seen(self, wavelengths_nm: Array, step: int, noise: float = 0.004) -> Array:
        """Return the reflectance [bands, rows, columns] that a sensor sees whose pixels are `step` wide."""
        light = spectra(wavelengths_nm)
        shares = self._means(np.eye(len(light))[self.kinds] * self.bright[..., None], step)
        seen = np.moveaxis(shares @ light, -1, 0)
        return np.clip(seen + np.random.default_rng(5).normal(0, noise, seen.shape), 0.001, 1)

    def echoed(self, step: int, looks: int = 6) -> Array:
        """Return backscatter in dB [VV and VH, rows, columns], with the speckle of so many looks."""
        rng = np.random.default_rng(6)
        power = [self._means((10 ** (levels / 10))[self.kinds], step) for levels in (VV_DB, VH_DB)]
        return np.array([10 * np.log10(each * rng.gamma(looks, 1 / looks, each.shape)) for each in power])

    @staticmethod
    def _means(values: Array, step: int) -> Array:
        rows, columns = (size // step for size in values.shape[:2])
        blocks = values.reshape(rows, step, columns, step, *values.shape[2:])
        mean: Array = blocks.mean(axis=(1, 3))
        return mean


def landscape(side: int, *, seed: int = 1, flood: float = 0.0, houses: int = 90) -> Land:
    """Return a landscape; `flood`: how far the river left its bed, in shares of the side."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] / side
    kinds, bright = _fields(x, y, rng)
    woods = _waves(side, side / 14, rng) + 0.6 * (x + y < 0.55)
    kinds[woods > 1.15], bright[woods > 1.15] = WOOD, 1.0
    bed = np.abs(y - 0.34 - 0.1 * np.sin(5 * x + seed) - 0.12 * x)
    for road in (np.abs(y - 0.62 - 0.16 * (x - 0.5)), np.abs(x - 0.56 + 0.22 * (y - 0.5))):
        kinds[road < 0.0045], bright[road < 0.0045] = ROAD, 1.0
    _village(kinds, bright, rng, houses)
    ground = 0.05 * _waves(side, side / 30, rng)
    wet = (bed < 0.016) | (bed + np.abs(ground) < flood)
    kinds[wet & (kinds != ROOF)], bright[wet & (kinds != ROOF)] = WATER, 1.0
    grain = 1 + 0.05 * _waves(side, 6, rng) + 0.05 * rng.normal(size=(side, side))
    return Land(kinds, bright * np.clip(grain, 0.6, 1.4))


def _fields(x: Array, y: Array, rng: np.random.Generator) -> tuple[NDArray[np.int64], Array]:
    """Return right-angled fields, each of one kind and brightness."""
    turned = np.stack([x * 0.94 + y * 0.34, (y * 0.94 - x * 0.34) * 1.7], axis=-1)
    seeds = rng.uniform((-0.1, -0.7), (1.4, 1.7), (190, 2))
    _, which = cKDTree(seeds).query(turned, p=np.inf)
    kinds = rng.choice([CROP, CROP, MEADOW, SOIL], len(seeds))
    return kinds[which], rng.uniform(0.75, 1.2, len(seeds))[which]


def _village(kinds: NDArray[np.int64], bright: Array, rng: np.random.Generator, houses: int) -> None:
    side = len(kinds)
    for across, down in rng.normal((0.56, 0.63), (0.1, 0.06), (houses, 2)):
        size = rng.uniform(0.006, 0.016, 2) * side
        top, left = int(down * side), int(across * side)
        place = np.s_[max(top, 0) : int(top + size[0]) + 1, max(left, 0) : int(left + size[1]) + 1]
        kinds[place], bright[place] = ROOF, rng.uniform(0.7, 1.3)


def _waves(side: int, scale: float, rng: np.random.Generator) -> Array:
    smooth: Array = gaussian_filter(rng.normal(size=(side, side)), scale, mode="wrap")
    return smooth / smooth.std()


def spectra(nm: Array) -> Array:
    """Return the reflectance of each kind of ground [kinds, wavelengths], about as textbooks draw it."""
    thirst = 1 - 0.55 * _bell(nm, 1450, 70) - 0.75 * _bell(nm, 1940, 90) - 0.12 * _bell(nm, 970, 30)
    leaf = (
        0.03 + 0.05 * _bell(nm, 550, 35) + 0.45 * _step(nm, 715, 14) * np.exp(-np.clip(nm - 1250, 0, None) / 900)
    ) * thirst
    soil = 0.06 + 0.32 * (1 - np.exp(-(nm - 380) / 650)) - 0.05 * _bell(nm, 2200, 30)
    water = 0.02 + 0.09 * _bell(nm, 610, 110) - 0.012 * _step(nm, 900, 40)  # with mud in it
    roof = 0.08 + 0.26 * _step(nm, 600, 30) - 0.04 * _bell(nm, 870, 60)
    road = 0.1 + 0.06 * (1 - np.exp(-(nm - 380) / 300))
    meadow = 0.65 * leaf + 0.25 * soil
    return np.stack([water, leaf, meadow, 0.7 * leaf, soil * thirst**0.3, road, roof])


def _bell(nm: Array, centre: float, width: float) -> Array:
    bell: Array = np.exp(-(((nm - centre) / width) ** 2))
    return bell


def _step(nm: Array, centre: float, width: float) -> Array:
    step: Array = 1 / (1 + np.exp(-(nm - centre) / width))
    return step
