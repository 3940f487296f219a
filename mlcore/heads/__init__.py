"""What sits on the frozen encoder: one head for each kind of task."""

from mlcore.errors import UnknownName
from mlcore.heads.linear import LinearHead
from mlcore.heads.pixels import PixelHead

HEADS: dict[str, type[LinearHead] | type[PixelHead]] = {"classification": LinearHead, "segmentation": PixelHead}

__all__ = ["HEADS", "LinearHead", "PixelHead", "get_head"]


def get_head(task: str) -> type[LinearHead] | type[PixelHead]:
    """Return the head for a kind of task.

    Raises:
        UnknownName: no such head; the message lists those there are.
    """
    try:
        return HEADS[task]
    except KeyError:
        raise UnknownName("task", task, HEADS) from None
