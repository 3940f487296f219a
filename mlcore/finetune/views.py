"""Views of a batch that keep its labels: turned, mirrored, and with some bands missing."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from mlcore.model.batches import ChipBatch, SampleBatch
from mlcore.sensors import Modality

_SETS = 6  # of bands; a few, for each new one costs a table
_FEWEST_BANDS = 4
_OFTEN, _SHARE = 0.2, 0.2  # how often bands are missing, and at most how many: more of either made losses jump


@dataclass(frozen=True)
class View:
    """One of the eight ways to lay down a square, and which set of bands is seen (None: all)."""

    turns: int = 0  # quarter turns
    mirrored: bool = False
    bands: int | None = None

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "View":
        """Draw a view."""
        bands = int(rng.integers(_SETS)) if rng.random() < _OFTEN else None
        return cls(int(rng.integers(4)), bool(rng.integers(2)), bands)

    def __call__(self, batch: SampleBatch) -> SampleBatch:
        """Return the batch seen so; chips that aren't square are turned by half turns alone."""
        square = all(chip.mask.shape[-1] == chip.mask.shape[-2] for chip in batch.chips)
        return replace(batch, chips=tuple(self._chip(chip, square=square) for chip in batch.chips))

    def _chip(self, chip: ChipBatch, *, square: bool) -> ChipBatch:
        some = _some_bands(chip, self.bands)
        pixels, mask = (self._laid(values, square=square) for values in (some.pixels, some.mask))
        return replace(some, pixels=pixels, mask=mask)

    def _laid(self, values: Tensor, *, square: bool) -> Tensor:
        turned = torch.rot90(values, self._quarters(square), (-2, -1))
        return turned.flip(-1) if self.mirrored else turned

    def undo(self, values: Tensor, *, square: bool) -> Tensor:
        """Lay a map [..., h, w] of what was seen down as the batch was."""
        straight = values.flip(-1) if self.mirrored else values
        return torch.rot90(straight, -self._quarters(square), (-2, -1))

    def _quarters(self, square: bool) -> int:
        return self.turns if square else self.turns // 2 * 2


def _some_bands(chip: ChipBatch, number: int | None) -> ChipBatch:
    count = len(chip.sensor.bands)
    if number is None or chip.sensor.modality != Modality.OPTICAL or count < _FEWEST_BANDS:
        return chip
    rng = np.random.default_rng([count, number])
    fewest = max(_FEWEST_BANDS - 1, round(count * (1 - _SHARE)))
    kept = np.sort(rng.permutation(count)[: rng.integers(fewest, count)]).tolist()
    sensor = replace(chip.sensor, bands=tuple(chip.sensor.bands[place] for place in kept))
    return replace(chip, pixels=chip.pixels[:, kept], sensor=sensor)
