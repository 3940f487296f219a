"""Other eyes on the same place: half of the bands gone, or the bands of Sentinel-2 instead of a spectrometer's."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import UnknownName
from mlcore.samples import Chip, Sample
from mlcore.sensors import Modality, Sensor, get_sensor

DRAWS = 3
FEWEST_BANDS = 16  # of a sensor that is degraded
_SIGMAS_A_WIDTH = 2.355  # full width at half maximum of a Gaussian


def degraded(sample: Sample, how: str, draw: int) -> Sample:
    """Return a sample as another instrument would have shown it; only chips of many optical bands change.

    Args:
        sample: any sample.
        how: 'half' drops every second band of a random order; 'sentinel2' averages the bands under Gaussian
            responses with the centres and widths of Sentinel-2 that lie within the sensor's range.
        draw: which random half.

    Raises:
        UnknownName: no such way.
    """
    if how not in DEGRADATIONS:
        raise UnknownName("degradation", how, DEGRADATIONS)
    return replace(sample, chips=tuple(_chip(chip, how, draw) for chip in sample.chips))


def _chip(chip: Chip, how: str, draw: int) -> Chip:
    sensor = chip.sensor
    if sensor.modality is not Modality.OPTICAL or len(sensor.bands) < FEWEST_BANDS:
        return chip
    weights, seen = DEGRADATIONS[how](sensor, draw)
    pixels = np.tensordot(weights, chip.pixels, 1).astype(np.float32)
    return replace(chip, pixels=pixels, sensor=seen)


@lru_cache(maxsize=64)
def _half(sensor: Sensor, draw: int) -> tuple[NDArray[np.float32], Sensor]:
    count = len(sensor.bands)
    kept = np.sort(np.random.default_rng(draw).permutation(count)[: count // 2])
    bands = tuple(sensor.bands[index] for index in kept)
    weights = np.eye(count, dtype=np.float32)[kept]
    return weights, replace(sensor, code=f"{sensor.code}-half-{draw}", bands=bands, composites=())


@lru_cache(maxsize=64)
def _sentinel2(sensor: Sensor, _draw: int) -> tuple[NDArray[np.float32], Sensor]:
    centres = np.array([band.wavelength_nm or np.nan for band in sensor.bands])
    targets = get_sensor("sentinel2-l2a").bands
    inside = [b for b in targets if b.wavelength_nm and np.nanmin(centres) <= b.wavelength_nm <= np.nanmax(centres)]
    rows = [_response(centres, band.wavelength_nm or 0.0, band.width_nm or 0.0) for band in inside]
    weights = np.stack(rows).astype(np.float32)
    return weights, replace(sensor, code=f"{sensor.code}-as-sentinel2", bands=tuple(inside), composites=())


def _response(centres: NDArray[np.float64], centre: float, width: float) -> NDArray[np.float64]:
    """Return weights that sum to one; a band narrower than the sensor's spacing takes the nearest bands."""
    spacing = np.nanmedian(np.abs(np.diff(np.sort(centres))))
    sigma = max(width, spacing) / _SIGMAS_A_WIDTH
    response = np.nan_to_num(np.exp(-0.5 * ((centres - centre) / sigma) ** 2))
    return np.asarray(response / max(response.sum(), 1e-12), np.float64)


DEGRADATIONS: dict[str, Callable[[Sensor, int], tuple[NDArray[np.float32], Sensor]]] = {
    "half": _half,
    "sentinel2": _sentinel2,
}
