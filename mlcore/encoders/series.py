"""What foreign encoders read of samples: steps of radar and optics on one raster, terrain, weather, month and place."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mlcore.encoders import terrain
from mlcore.encoders.bands import OPTICAL, RADAR, optical_weights, radar_weights
from mlcore.encoders.pixels import Size, resampled
from mlcore.encoders.weather import rates
from mlcore.samples import Chip, Sample
from mlcore.sensors import Modality

MOST_STEPS = 24  # as many as Presto and Galileo have places in time for
DAYS_A_STEP = 15  # chips of several sensors within so many days are one step
NO_DATE_MONTH = 5  # what Galileo's authors give images without a date (June, counted from 0)


@dataclass(frozen=True)
class Series:
    """Samples with one layout, stacked; `has_...` says what each of them holds."""

    radar: Tensor  # [B, T, 2, h, w], VV and VH in dB
    optical: Tensor  # [B, T, 10, h, w], reflectance x 10^4 in the order of bands.OPTICAL
    seen: Tensor  # bool [B, T, 2, h, w]: at least half of the pixel is valid in radar, in optics
    has_radar: NDArray[np.bool_]  # [T, 2]
    has_optical: NDArray[np.bool_]  # [T, 10]
    terrain: Tensor | None  # [B, 2, h, w], height in m and slope in degrees
    weather: Tensor | None  # [B, T, 2], K and mm a day; NaN where a step has none
    months: Tensor  # long [B, T], 0 is January
    place: Tensor | None  # [B, 3], on the unit sphere
    gsd_m: float | None


def stacked(samples: Sequence[Sample], size_of: Callable[[Size], Size], pixels: int) -> list[tuple[list[int], Series]]:
    """Return samples as series, those with one layout together: rows and what they hold.

    Args:
        samples: any.
        size_of: the raster wanted of a sample whose first chip has size (H, W); pixels are averaged to it.
        pixels: the most of them, after averaging, in one series; a larger batch leaves the cache.
    """
    layouts: dict[object, list[int]] = defaultdict(list)
    steps = [_steps(sample) for sample in samples]
    for row, sample in enumerate(samples):
        kinds = tuple((chip.sensor, chip.pixels.shape) for chip in sample.chips)
        layouts[kinds, steps[row][0], sample.place is None, sample.weather is None].append(row)
    cut = []
    for rows in layouts.values():
        height, width = size_of(_size(samples[rows[0]]))
        batch = max(1, pixels // (height * width))
        cut += [rows[at : at + batch] for at in range(0, len(rows), batch)]
    return [(rows, _series([samples[r] for r in rows], [steps[r] for r in rows], size_of)) for rows in cut]


Steps = tuple[tuple[int, ...], tuple[date | None, ...]]  # the step of each chip (-1: none), and the day of each step


def _steps(sample: Sample) -> Steps:
    """Sort chips into steps: a new one begins when a sensor comes again or more than DAYS_A_STEP have passed."""
    days = [chip.acquired or sample.acquired for chip in sample.chips]
    moving = [i for i, chip in enumerate(sample.chips) if chip.sensor.modality is not Modality.ELEVATION]
    slots, starts = [-1] * len(days), list[date | None]()
    held: set[str] = set()
    for index in sorted(moving, key=lambda i: days[i] or date.min):
        code, day = sample.chips[index].sensor.code, days[index]
        late = bool(starts and starts[-1] and day and (day - starts[-1]).days > DAYS_A_STEP)
        if not starts or late or code in held:
            starts.append(day)
            held = set()
        held.add(code)
        slots[index] = len(starts) - 1
    return _thinned(slots, starts)


def _thinned(slots: list[int], starts: list[date | None]) -> Steps:
    """Keep MOST_STEPS steps, evenly spread."""
    if len(starts) <= MOST_STEPS:
        return tuple(slots), tuple(starts)
    kept = np.linspace(0, len(starts) - 1, MOST_STEPS).round().astype(int).tolist()
    place = {step: position for position, step in enumerate(kept)}
    return tuple(place.get(step, -1) for step in slots), tuple(starts[step] for step in kept)


def _series(samples: list[Sample], steps: list[Steps], size_of: Callable[[Size], Size]) -> Series:
    first = samples[0]
    size, count = size_of(_size(first)), len(steps[0][1])
    radar = torch.zeros(len(samples), count, len(RADAR), *size)
    optical = torch.zeros(len(samples), count, len(OPTICAL), *size)
    seen = torch.zeros(len(samples), count, 2, *size, dtype=torch.bool)
    has_radar, has_optical = np.zeros((count, len(RADAR)), bool), np.zeros((count, len(OPTICAL)), bool)
    kinds = ((radar, radar_weights, has_radar), (optical, optical_weights, has_optical))
    for index, step in enumerate(steps[0][0]):
        if step < 0:
            continue
        chips = [sample.chips[index] for sample in samples]
        for kind, (target, table, has) in enumerate(kinds):
            weights = table(chips[0].sensor)
            new = weights.any(1) & ~has[step]  # the first sensor that has a channel gives it
            if new.any():
                pixels, valid = resampled(chips, size)
                target[:, step, new] = torch.einsum("cb,nbhw->nchw", torch.from_numpy(weights[new]), pixels)
                seen[:, step, kind] = seen[:, step, kind] & valid if has[step].any() else valid
                has[step] |= new
    return Series(
        radar,
        optical,
        seen,
        has_radar,
        has_optical,
        terrain=terrain.height_and_slope(samples, size),
        weather=rates(samples, [days for _, days in steps]),
        months=torch.tensor([[day.month - 1 if day else NO_DATE_MONTH for day in days] for _, days in steps]),
        place=None if first.place is None else _on_sphere(samples),
        gsd_m=_coarsened(first.chips[0], size),
    )


def _size(sample: Sample) -> Size:
    height, width = sample.chips[0].mask.shape
    return height, width


def _on_sphere(samples: Sequence[Sample]) -> Tensor:
    longitude, latitude = np.radians([sample.place or (0, 0) for sample in samples]).T
    axes = [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]
    return torch.from_numpy(np.stack(axes, 1).astype(np.float32))


def _coarsened(chip: Chip, size: Size) -> float | None:
    gsd = chip.sensor.gsd_m
    return None if gsd is None else gsd * chip.mask.shape[0] / size[0]
