"""What sits on the frozen encoder: one head for each kind of task, all fitted and asked alike."""

from typing import Literal, overload

from mlcore.errors import look_up
from mlcore.heads.boxes import BoxHead, Detections, DrawnBoxes
from mlcore.heads.chances import Chances, TagChances
from mlcore.heads.change import ChangeHead
from mlcore.heads.lesson import Lesson
from mlcore.heads.linear import LinearHead
from mlcore.heads.multi_label import MultiLabelHead
from mlcore.heads.pixels import PixelHead
from mlcore.heads.points import DrawnPoints, PointHead, Spots
from mlcore.heads.protocol import Head
from mlcore.heads.regression import Estimates, RegressionHead
from mlcore.heads.streams import StreamsHead
from mlcore.heads.taught import TaughtHead
from mlcore.heads.turned import DrawnTurned, TurnedDetections, TurnedHead

HEADS: dict[str, type[Head]] = {
    "classes": LinearHead,
    "masks": PixelHead,
    "tags": MultiLabelHead,
    "amount": RegressionHead,
    "change": ChangeHead,
    "boxes": BoxHead,
    "points": PointHead,
    "turned": TurnedHead,
}

__all__ = [
    "HEADS",
    "BoxHead",
    "ChangeHead",
    "Chances",
    "Detections",
    "DrawnBoxes",
    "DrawnPoints",
    "DrawnTurned",
    "Estimates",
    "Head",
    "Lesson",
    "LinearHead",
    "MultiLabelHead",
    "PixelHead",
    "PointHead",
    "RegressionHead",
    "Spots",
    "StreamsHead",
    "TagChances",
    "TaughtHead",
    "TurnedDetections",
    "TurnedHead",
    "get_head",
]


@overload
def get_head(task: Literal["classes"]) -> type[LinearHead]: ...
@overload
def get_head(task: Literal["masks"]) -> type[PixelHead]: ...
@overload
def get_head(task: Literal["tags"]) -> type[MultiLabelHead]: ...
@overload
def get_head(task: Literal["amount"]) -> type[RegressionHead]: ...
@overload
def get_head(task: Literal["change"]) -> type[ChangeHead]: ...
@overload
def get_head(task: Literal["boxes"]) -> type[BoxHead]: ...
@overload
def get_head(task: Literal["points"]) -> type[PointHead]: ...
@overload
def get_head(task: Literal["turned"]) -> type[TurnedHead]: ...
@overload
def get_head(task: str) -> type[Head]: ...
def get_head(task: str) -> type[Head]:
    """Return the head for a kind of task.

    Raises:
        UnknownName: no such head; the message lists those there are.
    """
    return look_up(HEADS, task, "task")
