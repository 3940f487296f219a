"""Crops of scenes in memory: pairs of neighbouring squares of one scene, or of one group of scenes of a place."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from mlcore.errors import EmptyRaster
from mlcore.model.batches import SampleBatch, sample_batch
from mlcore.pretrain.disturbance import Strength, disturbed, spreads
from mlcore.pretrain.source import Draw, Pairs, cut, reference, some_chips
from mlcore.samples import Chip, Sample

_LEAST_VALID = 0.5
_TRIES = 20
_LEAST_ROOM = 3  # crops must fit this often into a small scene's side, or all of them would be the same


class Crops:
    """Draws crops from scenes in memory, one scene or group a batch: a contrast between sensors would be a shortcut."""

    def __init__(self, scenes: Sequence[Chip | Sample], *, strength: Strength = Strength()) -> None:  # noqa: B008
        """Take scenes, and samples that hold several scenes of one footprint, at any resolutions and dates.

        Raises:
            EmptyRaster: a scene has no valid pixel, or there is none.
        """
        self.scenes = [Sample((scene,)) if isinstance(scene, Chip) else scene for scene in scenes]
        self.masks = [_mask(scene) for scene in self.scenes]
        sizes = np.array([np.sqrt(mask.sum()) for mask in self.masks])
        if not len(scenes) or not sizes.all():
            raise EmptyRaster("Pretraining needs scenes with valid pixels; one has none, or none was given.")
        self.weights = sizes / sizes.sum()
        self.strength = strength
        self.spreads = [spreads(list(scene.chips)) for scene in self.scenes]

    def examples(self) -> list[Chip]:
        """Return all scenes."""
        return [chip for scene in self.scenes for chip in scene.chips]

    def pairs(self, draw: Draw) -> Pairs:
        """Return pairs of crops of one scene, at most `draw.reach` sides apart."""
        rng = draw.rng()
        index = int(rng.choice(len(self.scenes), p=self.weights))
        mask = self.masks[index]
        side = max(1, min(draw.side, *(length // _LEAST_ROOM for length in mask.shape)))
        here = _places(mask, draw.count, side, rng)
        reach = max(1, round(draw.reach * side))
        shift = rng.integers(-reach, reach + 1, here.shape)
        there = np.clip(here + shift, 0, np.array(mask.shape) - side)
        distance = np.abs(here[:, None] - here[None]).max(-1)
        near = torch.from_numpy((distance <= reach) & ~np.eye(draw.count, dtype=bool))
        views = [self._view(index, draw, places, side, rng) for places in (here, there)]
        return Pairs(views[0], views[1], near[draw.rows])

    def _view(
        self, index: int, draw: Draw, places: NDArray[np.int64], side: int, rng: np.random.Generator
    ) -> SampleBatch:
        scene = self.scenes[index]
        chips = some_chips(scene, rng)
        batch = sample_batch([cut(scene, place, side, chips) for place in places[draw.rows]])
        return disturbed(batch, draw, rng, self.spreads[index], self.strength)


def _mask(scene: Sample) -> NDArray[np.bool_]:
    """Return where any chip is valid, on the reference raster."""
    height, width = reference(scene)
    valid = np.zeros((height, width), bool)
    for chip in scene.chips:
        rows = np.arange(height) * chip.mask.shape[0] // height
        columns = np.arange(width) * chip.mask.shape[1] // width
        valid |= chip.mask[np.ix_(rows, columns)]
    return valid


def _places(mask: NDArray[np.bool_], count: int, side: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw the upper left corners of crops, preferring those that are mostly valid."""
    room = np.array(mask.shape) - side + 1
    corners = rng.integers(0, room, (count, 2))
    if mask.all():
        return corners
    for _ in range(_TRIES):
        poor = [row for row, (y, x) in enumerate(corners) if mask[y : y + side, x : x + side].mean() < _LEAST_VALID]
        if not poor:
            break
        corners[poor] = rng.integers(0, room, (len(poor), 2))
    return corners
