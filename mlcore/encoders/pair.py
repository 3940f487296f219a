"""Pair: an encoder shown two dates one after the other, and what lies between them; for labels of change."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mlcore.encoders.between import BETWEEN, pixels_between
from mlcore.encoders.protocol import AnyEncoder
from mlcore.errors import BadFeatures
from mlcore.samples import Chip, Sample

_PARTS = ("earlier", "later", "apart")
_READING = "pair 1"  # another number when the parts change: their vectors never mix


@dataclass(frozen=True)
class PairEncoder:
    """Both dates apart, how far they are apart, and of vectors what the pixels themselves say of change.

    An encoder that is shown the chips of both dates at once cannot tell which came first, nor what became of a place.
    """

    encoder: AnyEncoder

    @property
    def name(self) -> str:
        """Return what tables call it."""
        return f"{self.encoder.name} of two dates"

    @property
    def dim(self) -> int:
        """Return the length of its vectors."""
        return len(_PARTS) * self.encoder.dim + BETWEEN

    @property
    def digest(self) -> str:
        """Return what identifies its vectors."""
        return hashlib.sha256(f"{self.encoder.digest} {_READING}".encode()).hexdigest()

    @property
    def card(self) -> Mapping[str, str]:
        """Return what is known of its training."""
        return self.encoder.card

    @property
    def blocks(self) -> Mapping[str, slice]:
        """Return which columns are of one kind: those of the encoder, of each part, and the pixels' own."""
        own = self.encoder.blocks or {"whole": slice(0, self.encoder.dim)}
        return {**_repeated(own, self.encoder.dim), "pixels": slice(self.dim - BETWEEN, self.dim)}

    @property
    def map_blocks(self) -> Mapping[str, slice]:
        """Return which features of a place are of one kind; empty where the encoder doesn't tell."""
        own = self.encoder.map_blocks
        return _repeated(own, max(block.stop for block in own.values())) if own else {}

    def cannot_read(self, sample: Sample) -> str:
        """Say why it can't read a sample; '' if it can."""
        for name, part in zip(_PARTS, dates(sample), strict=False):
            if not any(chip.mask.any() for chip in part.chips):
                return f"the {name} date shows nothing of them"
            if reason := self.encoder.cannot_read(part):
                return f"{reason} (the {name} date)"
        return ""

    def embed(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return one vector for each sample, float32 [N, dim]."""
        if not samples:
            return np.zeros((0, self.dim), np.float32)
        pairs = [dates(sample) for sample in samples]
        earlier, later = (self.encoder.embed([pair[at] for pair in pairs]) for at in (0, 1))
        pixels = np.stack([pixels_between(one.chips, other.chips) for one, other in pairs])
        return np.concatenate([earlier, later, np.abs(later - earlier), pixels], axis=1)

    def embed_map(self, chip_or_sample: Chip | Sample) -> NDArray[np.float32]:
        """Return features of each place of the earlier date's first raster, float32 [C, h, w].

        Raises:
            BadFeatures: it gives vectors alone, or is shown a single chip.
        """
        if isinstance(chip_or_sample, Chip):
            raise BadFeatures("Change is told of two dates; show a sample with the chips of both.")
        earlier, later = (self.encoder.embed_map(part) for part in dates(chip_or_sample))
        later = _fitted(later, earlier.shape[1:])
        return np.concatenate([earlier, later, np.abs(later - earlier)])


def dates(sample: Sample) -> tuple[Sample, Sample]:
    """Return a sample as its earlier date shows it, and its later one."""
    parts = [tuple(chip for chip in sample.chips if chip.is_later is later) for later in (False, True)]
    earlier, later = (replace(sample, chips=chips, acquired=_day(chips)) for chips in parts)
    return earlier, later


def _day(chips: Sequence[Chip]) -> date | None:
    days = {chip.acquired for chip in chips}
    return days.pop() if len(days) == 1 else None


def _fitted(features: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return a map on as many cells as another date's: rasters of other pixel sizes have others."""
    rows, columns = (np.arange(want) * has // want for want, has in zip(shape, features.shape[1:], strict=True))
    return features[:, rows[:, None], columns]


def _repeated(blocks: Mapping[str, slice], width: int) -> dict[str, slice]:
    return {
        f"{part} {name}": slice(block.start + at * width, block.stop + at * width)
        for at, part in enumerate(_PARTS)
        for name, block in blocks.items()
    }
