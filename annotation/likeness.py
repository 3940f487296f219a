"""Likeness: what the pixels of a tile look like, for tools of the labelling page that answer at once."""

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.vectors import Vectors
from annotation.chips import chips_of
from annotation.errors import NotFound
from annotation.models import Round, Sample
from annotation.models.blindness import is_blind
from mlcore.likeness import Likeness, likeness_of

MOST_SCENES = 8  # the newest ones


def likeness_of_sample(sample: Sample) -> Likeness:
    """Return the likeness of a tile: of its bands, and of the encoder's feature map where there is one.

    A waiting audit is told its bands alone: it is labelled without the model's help.

    Raises:
        NotFound: no scene has a pixel there.
    """
    chips = [chip for chip in chips_of(sample, most=MOST_SCENES) if chip.mask.any()]
    if not chips:
        raise NotFound("No scene shows a pixel of this tile, so nothing looks alike on it.")
    features = None if is_blind(sample) else _feature_map(sample)
    return likeness_of(chips, sample.tile.grid.tile_px, features)


def _feature_map(sample: Sample) -> NDArray[np.float16] | None:
    """Return the channels of the newest encoder's map that say something, [c, h, w]."""
    newest = Round.objects.filter(project=sample.project_id).first()
    told = Vectors(sample.project_id, newest.encoder).maps.read_told(sample.index) if newest else None
    return told[1] if told else None
