"""A lesson: everything that a head may be taught by, so that all heads are fitted alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """N labelled samples, and what is known about them; a head leaves alone what it has no use for.

    What `inputs` and `targets` are depends on the head:

    * classes: vectors [N, d]; class codes int [N]
    * masks: N maps [C, h, w]; N masks of class codes uint8 [H, W] at full resolution, 0 = not labelled
    * tags: vectors [N, d]; a table [N, L], 1 = has the tag, 0 = hasn't, negative or NaN = nobody told
    * amount: vectors [N, d]; numbers [N]
    * change: for each date, oldest first, either vectors [N, d] or N maps [C, h, w]; codes [N] or N masks
    * boxes: N maps [C, h, w]; N `DrawnBoxes`
    * turned: N maps [C, h, w]; N `DrawnTurned`
    * points: N maps [C, h, w]; N `DrawnPoints`
    """

    inputs: Any
    targets: Any
    classes: NDArray[np.integer] | None = None  # [L], codes of a table's columns; 0..L-1 if not given
    seed: int = 0  # of draws and of the cross-validation
    pool: NDArray[np.floating] | None = None  # [M, d], unlabelled rows (of any date) to standardise by
    blocks: Sequence[slice] = ()  # columns or channels of one meaning: those that tell targets apart count more
    streams: Sequence[slice] = ()  # columns that one encoder made each, where several did
    groups: NDArray[np.generic] | None = None  # [N]; rows of one group (a site, a field) stay in one fold
    stride: int = 2  # px of a cell of the maps (`mlcore.model.dense.stride_of`)
