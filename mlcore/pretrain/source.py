"""Where training gets its samples: what to draw, the pairs that come back, and mixtures of sources.

Everything is drawn from the seed and the number of the batch alone, and for all processes alike; each then cuts
only its own rows. So a run that resumes sees what it would have seen, and two processes see what one with their
joint batch would.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mlcore.errors import EmptyRaster
from mlcore.model.batches import SampleBatch
from mlcore.samples import Chip, Sample


@dataclass(frozen=True)
class Draw:
    """What one batch of training is to be."""

    seed: int
    number: int  # of the batch, counted from 0 since the start of the run
    count: int  # pairs, over all processes
    side: int  # of a crop, px
    reach: float  # how far a neighbour may be, in sides
    rows: slice = field(default_factory=lambda: slice(None))  # those of this process

    def rng(self, purpose: int = 0) -> np.random.Generator:
        """Return the random numbers of this batch; `purpose` keeps streams apart."""
        return np.random.default_rng([self.seed, self.number, purpose])


@dataclass(frozen=True)
class Pairs:
    """Two views of neighbouring places, row by row, and which rows of all processes are too near for a contrast."""

    first: SampleBatch
    second: SampleBatch
    near: Tensor  # bool [rows of this process, rows of all]; False between partners


@runtime_checkable
class Source(Protocol):
    """Gives pairs of views, and some of its chips."""

    def pairs(self, draw: Draw) -> Pairs:
        """Return the pairs of a batch."""
        ...

    def examples(self) -> list[Chip]:
        """Return some chips as they come, of every sensor, to fit the spectral basis to."""
        ...


@dataclass(frozen=True)
class Mixed:
    """Several sources, one a batch: a contrast between sensors would be a shortcut."""

    sources: Sequence[Source]
    weights: Sequence[float]

    def pairs(self, draw: Draw) -> Pairs:
        """Return the pairs of one source, drawn by weight."""
        shares = np.array(self.weights, float) / sum(self.weights)
        return self.sources[draw.rng(1).choice(len(shares), p=shares)].pairs(draw)

    def examples(self) -> list[Chip]:
        """Return the examples of all sources."""
        return [chip for source in self.sources for chip in source.examples()]


def reference(sample: Sample) -> tuple[int, int]:
    """Return the raster (rows, columns) of the coarsest chip: places in a sample are counted in its pixels."""
    if not sample.chips:
        raise EmptyRaster("Pretraining needs samples with imagery; one has no chips.")
    shapes = [chip.mask.shape for chip in sample.chips]
    return min(((int(shape[0]), int(shape[1])) for shape in shapes), key=lambda shape: shape[0] * shape[1])


def cut(sample: Sample, corner: NDArray[np.int64], side: int, chips: Sequence[int]) -> Sample:
    """Return a square of a sample, of some of its chips; `corner` (row, column) and `side` in reference pixels."""
    raster = reference(sample)
    return replace(sample, chips=tuple(_window(sample.chips[index], raster, corner, side) for index in chips))


def _window(chip: Chip, raster: tuple[int, int], corner: NDArray[np.int64], side: int) -> Chip:
    scales = [mine / theirs for mine, theirs in zip(chip.mask.shape, raster, strict=True)]
    (top, left), (high, wide) = (
        [round(value * scale) for value, scale in zip(values, scales, strict=True)]
        for values in (corner.tolist(), (side, side))
    )
    rows, columns = slice(top, top + max(1, high)), slice(left, left + max(1, wide))
    return replace(chip, pixels=chip.pixels[:, rows, columns], mask=chip.mask[rows, columns], bounds=None)


def some_chips(sample: Sample, rng: np.random.Generator, *, most_dates: int = 4) -> list[int]:
    """Return which chips a view shows: all sensors, each with a few of its dates, so that views differ in time."""
    dates: dict[str, list[int]] = {}
    for index, chip in enumerate(sample.chips):
        dates.setdefault(chip.sensor.code, []).append(index)
    shown: list[int] = []
    for indices in dates.values():
        count = int(rng.integers(1, min(most_dates, len(indices)) + 1))
        shown.extend(sorted(rng.choice(indices, count, replace=False).tolist()))
    return sorted(shown)
