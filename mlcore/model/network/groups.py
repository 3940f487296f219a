"""Spectral groups: a sensor's bands cut by wavelength into contiguous parts, each on the slot lattice."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlcore.model import slots
from mlcore.sensors import Modality, Sensor

_MOST_IN_ONE = 16  # optical bands of a sensor that stays whole: more groups of few bands cost and add nothing
_GAP = 2.5  # a step this many times the median is a gap: another detector, or removed water bands

Numbers = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Group:
    """Some bands of a sensor that one token speaks of."""

    columns: Numbers  # positions of the bands in the sensor
    weights: NDArray[np.float32]  # [SLOTS, len(columns)], from bands to the lattice
    coverage: NDArray[np.float32]  # [SLOTS], how well the bands cover each slot, 0..1

    @property
    def supported(self) -> NDArray[np.float32]:
        """Return 1 for each slot that the weights speak of, [SLOTS]."""
        spoken: NDArray[np.float32] = (np.abs(self.weights).sum(1) > 0).astype(np.float32)
        return spoken


@lru_cache(maxsize=256)
def spectral_groups(sensor: Sensor, most: int) -> tuple[Group, ...]:
    """Cut a sensor with many optical bands into at most `most` groups; other sensors are one group.

    SpectralGPT (arXiv 2311.07113) cuts every three bands by index; here wavelengths decide: first at gaps, then the
    longest part at its widest step near the middle. Bands without a wavelength are a group by themselves. In a point
    cloud height bins take the place of wavelengths.
    """
    if sensor.modality is Modality.POINTS and most > 1:
        return _height_groups(sensor, most)
    order = _optical_order(sensor)
    rest = tuple(column for column in range(len(sensor.bands)) if column not in set(order))
    if most < 2 or len(order) <= _MOST_IN_ONE:
        return (_whole(sensor),)
    parts = _cut(order, np.array([sensor.bands[column].wavelength_nm for column in order]), most - bool(rest))
    groups = [_optical(sensor, part) for part in parts]
    return tuple(groups + ([_others(sensor, rest)] if rest else []))


def _whole(sensor: Sensor) -> Group:
    return Group(tuple(range(len(sensor.bands))), slots.interpolation(sensor), _coverage(sensor))


def _height_groups(sensor: Sensor, most: int) -> tuple[Group, ...]:
    """Group the bands of pillars by their height bin, the number that a name ends in; those of the whole come first."""
    bins: dict[int, list[int]] = {}
    for column, band in enumerate(sensor.bands):
        digits = band.name[len(band.name.rstrip("0123456789")) :]
        bins.setdefault(int(digits) if digits else -1, []).append(column)
    if len(bins) > most:
        return (_whole(sensor),)
    return tuple(_others(sensor, tuple(bins[level])) for level in sorted(bins))


def _optical_order(sensor: Sensor) -> list[int]:
    """Return the columns of bands on the optical lattice, by wavelength."""
    optical = slots.responses(sensor)[: slots.OPTICAL_SLOTS].max(0) > 0
    columns = [column for column in range(len(sensor.bands)) if optical[column]]
    return sorted(columns, key=lambda column: (sensor.bands[column].wavelength_nm or 0.0, column))


def _cut(order: list[int], centres: NDArray[np.float64], most: int) -> list[Numbers]:
    steps = np.diff(centres)
    gaps = np.flatnonzero(steps > _GAP * max(float(np.median(steps)), 1e-6)) + 1
    widest = gaps[np.argsort(-steps[gaps - 1], kind="stable")][: most - 1]
    edges = sorted({0, len(order), *map(int, widest)})
    while len(edges) - 1 < min(most, -(-len(order) // _MOST_IN_ONE)):
        start, stop = max(zip(edges, edges[1:], strict=False), key=lambda part: part[1] - part[0])
        edges = sorted([*edges, _middle(steps, start, stop)])
    return [tuple(order[start:stop]) for start, stop in zip(edges, edges[1:], strict=False)]


def _middle(steps: NDArray[np.float64], start: int, stop: int) -> int:
    """Return where to cut [start, stop): at the widest step of its middle third, the centre where all are equal."""
    low, high = start + (stop - start) // 3, stop - (stop - start) // 3
    places = np.arange(max(start + 1, low), min(stop, high + 1))
    nearness = -np.abs(places - (start + stop) / 2)
    return int(places[np.lexsort((nearness, np.round(steps[places - 1], 3)))[-1]])


def _optical(sensor: Sensor, columns: Numbers) -> Group:
    part = replace(sensor, bands=tuple(sensor.bands[column] for column in columns))
    coverage = _coverage(part)
    weights = slots.interpolation(part).copy()
    weights[coverage == 0] = 0  # beyond its own wavelengths a group says nothing
    return Group(columns, weights, coverage)


def _others(sensor: Sensor, columns: Numbers) -> Group:
    weights, coverage = slots.averaging(sensor).copy(), slots.responses(sensor).copy()
    weights[: slots.OPTICAL_SLOTS], coverage[: slots.OPTICAL_SLOTS] = 0, 0
    return Group(columns, weights[:, list(columns)], coverage[:, list(columns)].max(1))


def _coverage(sensor: Sensor) -> NDArray[np.float32]:
    coverage: NDArray[np.float32] = slots.responses(sensor).max(1)
    return coverage
