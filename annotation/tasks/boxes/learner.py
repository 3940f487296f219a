"""The head for boxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Snapshot
from annotation.models import Project
from annotation.tasks.boxes import Boxes
from annotation.tasks.objects.learner import ObjectLearner
from annotation.tasks.thing import Thing, codes_of, shapes_of
from mlcore.heads import BoxHead, Detections, DrawnBoxes, DrawnTurned, TurnedDetections, TurnedHead

Edges = NDArray[np.float64]


@dataclass(frozen=True)
class BoxLearner(ObjectLearner):
    """A finder of boxes."""

    kind = "boxes"
    task = Boxes()
    head: BoxHead | TurnedHead

    @classmethod
    def kind_for(cls, project: Project) -> str:
        """Return the head for upright or for turned boxes."""
        return TurnedHead.kind if cls.task.is_rotated(project) else cls.kind

    @classmethod
    def drawn(cls, snapshot: Snapshot, things: Sequence[Sequence[Thing]]) -> list[Any]:
        """Return the boxes of tiles."""
        if cls.task.is_rotated(snapshot.project):
            return [DrawnTurned(shapes_of(own), codes_of(own)) for own in things]
        return [DrawnBoxes(np.array([thing.bounds() for thing in own]).reshape(-1, 4), codes_of(own)) for own in things]

    def things_of(self, said: Detections | TurnedDetections) -> list[Thing]:
        """Return the boxes that the head finds."""
        boxes = said.boxes if isinstance(said, TurnedDetections) else _centred(said.boxes)
        return [
            Thing(int(code), x, y, width, height, angle, float(score))
            for (x, y, width, height, angle), code, score in zip(boxes.tolist(), said.codes, said.scores, strict=True)
            if width > 0 and height > 0
        ]


def _centred(boxes: Edges) -> Edges:
    """Return upright boxes [n, 4] by their edges as turned ones [n, 5] by centre, sides and angle."""
    middles, sides = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    return np.column_stack([middles, sides, np.zeros(len(boxes))])
