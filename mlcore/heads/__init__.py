"""What sits on the frozen encoder: one head for each kind of task."""

from mlcore.errors import look_up
from mlcore.heads.boxes import BoxHead, Found
from mlcore.heads.change import ChangeHead
from mlcore.heads.linear import LinearHead
from mlcore.heads.multi_label import MultiLabelHead
from mlcore.heads.pixels import PixelHead
from mlcore.heads.regression import Estimates, RegressionHead

Head = LinearHead | PixelHead | MultiLabelHead | ChangeHead | RegressionHead | BoxHead

HEADS: dict[str, type[Head]] = {
    "classification": LinearHead,
    "segmentation": PixelHead,
    "multi_label": MultiLabelHead,
    "change": ChangeHead,
    "regression": RegressionHead,
    "boxes": BoxHead,
}

__all__ = [
    "HEADS",
    "BoxHead",
    "ChangeHead",
    "Estimates",
    "Found",
    "Head",
    "LinearHead",
    "MultiLabelHead",
    "PixelHead",
    "RegressionHead",
    "get_head",
]


def get_head(task: str) -> type[Head]:
    """Return the head for a kind of task.

    Raises:
        UnknownName: no such head; the message lists those there are.
    """
    return look_up(HEADS, task, "task")
