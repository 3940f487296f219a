"""Scenes cut into samples, for shards."""

from collections.abc import Iterator

import numpy as np

from mlcore.pretrain.source import cut, reference
from mlcore.samples import Chip, Sample

_LEAST_VALID = 0.5


def tiles_of(scenes: list[Chip | Sample], side: int) -> Iterator[Sample]:
    """Yield the squares of `side` reference px of scenes and groups that are at least half valid, without overlap."""
    for scene in scenes:
        sample = Sample((scene,)) if isinstance(scene, Chip) else scene
        height, width = reference(sample)
        for top in range(0, max(1, height - side + 1), side):
            for left in range(0, max(1, width - side + 1), side):
                tile = cut(sample, np.array([top, left]), min(side, height, width), range(len(sample.chips)))
                if max(chip.valid_fraction for chip in tile.chips) >= _LEAST_VALID:
                    yield tile
