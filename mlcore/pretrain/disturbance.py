"""What makes two views of a place differ: turns, noise, brightness, poorer sensors, hidden context."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from mlcore.model.batches import ChipBatch, SampleBatch
from mlcore.model.context import PARTS
from mlcore.model.slots import scaled
from mlcore.pretrain.source import Draw
from mlcore.samples import Chip
from mlcore.sensors import Band, Sensor

_SPECTROMETER = 24  # bands from which a sensor can play a poorer one
_BROAD_BANDS = (3, 13)


@dataclass(frozen=True)
class Strength:
    """How much views differ; noise in spreads of the band."""

    level: float = 0.3  # of all bands together
    band: float = 0.1  # of each band by itself
    dropped: float = 0.3  # largest share of bands left out at random
    ranges: float = 0.25  # how often a spectrum is cut to a range of wavelengths
    broad: float = 0.25  # how often a spectrometer is seen through the broad bands of a camera
    context: float = 0.5  # how often each part of the context is hidden


def spreads(chips: list[Chip]) -> dict[str, NDArray[np.float32]]:
    """Return the standard deviation of each band on the model's scale, [bands], by the code of the sensor."""
    by_sensor: dict[str, list[NDArray[np.float32]]] = {}
    for chip in chips:
        if chip.mask.any():
            values = scaled(chip.pixels[:, chip.mask], chip.sensor.quantity)
            by_sensor.setdefault(chip.sensor.code, []).append(values)
    return {code: np.concatenate(values, 1).std(1) for code, values in by_sensor.items()}


def disturbed(
    batch: SampleBatch, draw: Draw, rng: np.random.Generator, spread: Mapping[str, NDArray[np.float32]], how: Strength
) -> SampleBatch:
    """Return a view of a batch; random numbers are drawn for the rows of all processes, and those of `draw` are used.

    Args:
        batch: this process's rows.
        draw: which rows of how many they are.
        rng: where the draws come from; two views of a place need two.
        spread: of each band, by sensor (`spreads`).
        how: how much views differ.
    """
    turns, flip = int(rng.integers(4)), bool(rng.integers(2))
    chips = tuple(_seen(chip, draw, rng, spread[chip.sensor.code], how) for chip in batch.chips)
    known = torch.from_numpy((rng.random((draw.count, 1)) >= how.context).astype(np.float32)[draw.rows])
    return replace(batch, chips=tuple(_turned(chip, turns, flip) for chip in chips), place=batch.place * known)


def _seen(
    batch: ChipBatch, draw: Draw, rng: np.random.Generator, spread: NDArray[np.float32], how: Strength
) -> ChipBatch:
    sensor, mix = _poorer(batch.sensor, rng, how)
    pixels = torch.einsum("kb,nbhw->nkhw", torch.from_numpy(mix), batch.pixels)
    size = torch.from_numpy(mix @ spread)[None, :, None, None]
    level = _normal(rng, (draw.count, 1, 1, 1))[draw.rows] * how.level * size.mean()
    each = _normal(rng, (draw.count, len(mix), 1, 1))[draw.rows] * how.band * size
    context = batch.context.clone()
    for part in PARTS:
        hidden = torch.from_numpy(rng.random((draw.count, 1)) < how.context)[draw.rows]
        context[:, part] *= ~hidden
    return replace(batch, pixels=(pixels + level + each) * batch.mask, sensor=sensor, context=context)


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> torch.Tensor:
    return torch.from_numpy(rng.standard_normal(shape, np.float32))


def _poorer(sensor: Sensor, rng: np.random.Generator, how: Strength) -> tuple[Sensor, NDArray[np.float32]]:
    """Return a sensor with fewer bands, and the weights [its bands, bands] that make its pixels."""
    centres = np.array([band.wavelength_nm or np.nan for band in sensor.bands])
    order = np.argsort(centres)
    optical = np.isfinite(centres).sum()
    if optical >= _SPECTROMETER and rng.random() < how.broad:
        return _broad(sensor, centres, rng)
    kept = rng.random(len(centres)) >= rng.uniform(0, how.dropped)
    if optical >= 4 and rng.random() < how.ranges:
        length = int(rng.integers(optical // 3 + 1, optical + 1))
        start = int(rng.integers(0, optical - length + 1))
        kept &= np.isin(np.arange(len(centres)), order[start : start + length]) | ~np.isfinite(centres)
    if not kept.any():
        kept[rng.integers(len(centres))] = True
    bands = tuple(band for band, keep in zip(sensor.bands, kept, strict=True) if keep)
    return replace(sensor, bands=bands, composites=()), np.eye(len(centres), dtype=np.float32)[kept]


def _broad(
    sensor: Sensor, centres: NDArray[np.float64], rng: np.random.Generator
) -> tuple[Sensor, NDArray[np.float32]]:
    """See a spectrum through a few Gaussian bands of random place and width: what a camera in orbit would see."""
    known = np.flatnonzero(np.isfinite(centres))
    count = int(rng.integers(*_BROAD_BANDS))
    middles = np.sort(rng.choice(centres[known], count, replace=False))
    widths = rng.uniform(20, 120, count)
    bands = tuple(
        Band(f"v{index}", "", float(nm), float(w)) for index, (nm, w) in enumerate(zip(middles, widths, strict=True))
    )
    table = np.zeros((count, len(centres)))
    table[:, known] = np.exp(-0.5 * ((centres[known][None] - middles[:, None]) / (widths[:, None] / 2.355)) ** 2)
    weights: NDArray[np.float32] = (table / table.sum(1, keepdims=True)).astype(np.float32)
    return replace(sensor, bands=bands, composites=()), weights


def _turned(batch: ChipBatch, turns: int, flip: bool) -> ChipBatch:
    pixels, mask = batch.pixels, batch.mask
    if flip:
        pixels, mask = pixels.flip(3), mask.flip(3)
    pixels, mask = (torch.rot90(values, turns, (2, 3)).contiguous() for values in (pixels, mask))
    return replace(batch, pixels=pixels, mask=mask)
