"""Where self-supervision gets its samples: pairs of neighbouring crops of one scene, seen slightly differently."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from mlcore.errors import EmptyRaster
from mlcore.model.batches import ChipBatch, SampleBatch
from mlcore.model.context import PARTS, PLACE_DIM, context, days_since_2000
from mlcore.model.slots import scaled
from mlcore.samples import Chip
from mlcore.sensors import Sensor

_LEAST_VALID = 0.5
_TRIES = 20


@dataclass(frozen=True)
class Pairs:
    """Two views of neighbouring places, row by row, and which other rows are too near to be a contrast."""

    first: ChipBatch
    second: ChipBatch
    near: torch.Tensor  # bool [N, N], off the diagonal

    @property
    def samples(self) -> tuple[SampleBatch, SampleBatch]:
        """Return both views as samples of one chip whose place is unknown."""
        here, there = (
            SampleBatch((view,), torch.zeros(len(view.days), PLACE_DIM)) for view in (self.first, self.second)
        )
        return here, there


class CropSampler:
    """Draws crops from scenes in memory, one scene a batch: a contrast between sensors would be a shortcut."""

    def __init__(self, scenes: Sequence[Chip], *, seed: int = 0, reach: float = 0.5) -> None:
        """Prepare scenes; neighbours are at most `reach` crop sides apart."""
        self.rng = np.random.default_rng(seed)
        self.reach = reach
        self.scenes = [_prepared(scene) for scene in scenes]
        sizes = np.array([np.sqrt(scene.mask.sum()) for scene in self.scenes])
        if not len(scenes) or not sizes.all():
            raise EmptyRaster("Pretraining needs scenes with valid pixels; one has none, or none was given.")
        self.weights = sizes / sizes.sum()

    def pairs(self, count: int, side: int) -> Pairs:
        """Return `count` pairs of crops of `side` px from one scene."""
        scene = self.scenes[self.rng.choice(len(self.scenes), p=self.weights)]
        side = min(side, *scene.mask.shape)
        here = self._places(scene, count, side)
        reach = max(1, round(self.reach * side))
        shift = self.rng.integers(-reach, reach + 1, here.shape)
        there = np.clip(here + shift, 0, np.array(scene.mask.shape) - side)
        distance = np.abs(here[:, None] - here[None]).max(-1)
        near = torch.from_numpy((distance <= reach) & ~np.eye(count, dtype=bool))
        return Pairs(self._view(scene, here, side), self._view(scene, there, side), near)

    def _places(self, scene: Chip, count: int, side: int) -> NDArray[np.int64]:
        """Draw the upper left corners of crops, preferring those that are mostly valid."""
        room = np.array(scene.mask.shape) - side + 1
        found = self.rng.integers(0, room, (count, 2))
        for _ in range(_TRIES):
            poor = [
                row for row, (y, x) in enumerate(found) if scene.mask[y : y + side, x : x + side].mean() < _LEAST_VALID
            ]
            if not poor:
                break
            found[poor] = self.rng.integers(0, room, (len(poor), 2))
        return found

    def _view(self, scene: Chip, places: NDArray[np.int64], side: int) -> ChipBatch:
        """Cut crops and disturb them: turned, noisy, brighter or darker, some bands missing, some context unknown."""
        bands, sensor = self._some_bands(scene.sensor)
        pixels = np.stack([scene.pixels[bands, y : y + side, x : x + side] for y, x in places])
        mask = np.stack([scene.mask[y : y + side, x : x + side] for y, x in places])[:, None]
        turns, flip = int(self.rng.integers(4)), int(self.rng.integers(2))
        pixels = np.rot90(pixels[..., :: 1 - 2 * flip], turns, (2, 3))
        mask = np.rot90(mask[..., :: 1 - 2 * flip], turns, (2, 3))
        spread = pixels.std((0, 2, 3), keepdims=True)
        pixels = pixels + self.rng.normal(0, 0.3, (len(places), 1, 1, 1)) * spread.mean()
        pixels = pixels + self.rng.normal(0, 0.1, (*pixels.shape[:2], 1, 1)) * spread
        valid = np.ascontiguousarray(mask, np.float32)
        known = np.tile(context(sensor.gsd_m, scene.acquired), (len(places), 1))
        for part in PARTS:
            known[:, part] *= self.rng.random((len(places), 1)) < 0.5
        pixels = np.ascontiguousarray(pixels * valid, np.float32)
        days = torch.full((len(places),), days_since_2000(scene.acquired))
        return ChipBatch(torch.from_numpy(pixels), torch.from_numpy(valid), sensor, torch.from_numpy(known), days)

    def _some_bands(self, sensor: Sensor) -> tuple[NDArray[np.int64], Sensor]:
        count = len(sensor.bands)
        share = self.rng.uniform(0, 0.3)
        kept = np.flatnonzero(self.rng.random(count) >= share)
        kept = kept if kept.size else self.rng.integers(0, count, 1)
        return kept, replace(sensor, bands=tuple(sensor.bands[index] for index in kept))


def _prepared(scene: Chip) -> Chip:
    pixels = scaled(scene.pixels, scene.sensor.quantity) * scene.mask
    return replace(scene, pixels=pixels.astype(np.float32))
