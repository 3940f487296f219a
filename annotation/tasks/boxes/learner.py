"""The head for boxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotation.arrays.labels import Snapshot
from annotation.tasks.boxes import Boxes
from annotation.tasks.objects.learner import ObjectLearner
from annotation.tasks.objects.thing import Thing, codes_of
from mlcore.heads import BoxHead, Detections, DrawnBoxes


@dataclass(frozen=True)
class BoxLearner(ObjectLearner):
    """A finder of boxes."""

    kind = "boxes"
    task = Boxes()
    head: BoxHead

    @classmethod
    def drawn(cls, snapshot: Snapshot, things: Sequence[Sequence[Thing]]) -> list[Any]:
        """Return the boxes of tiles."""
        return [DrawnBoxes(np.array([thing.bounds() for thing in own]).reshape(-1, 4), codes_of(own)) for own in things]

    def things_of(self, said: Detections) -> list[Thing]:
        """Return the boxes that the head finds."""
        return [
            Thing(int(code), (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0, score=float(score))
            for (x0, y0, x1, y1), code, score in zip(said.boxes.tolist(), said.codes, said.scores, strict=True)
            if x1 > x0 and y1 > y0
        ]
