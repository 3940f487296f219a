"""The clicker: it clicks in the middle of the largest piece that is wrong, until the shape is right enough."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mlcore.benchmarks.clicks.targets import Target

MOST_CLICKS = 20

Mask = NDArray[np.bool_]
Click = tuple[int, int, bool]  # x, y, whether it belongs to the shape


class Segmenter(Protocol):
    """Whatever makes a shape of clicks."""

    def load(self, target: Target) -> None:
        """Take up the tile of a target."""

    def segment(self, clicks: list[Click]) -> Mask:
        """Return the shape [H, W] that clicks mean."""


def overlaps(segmenter: Segmenter, target: Target, most: int = MOST_CLICKS, enough: float = 1.0) -> list[float]:
    """Return the intersection over union after each click."""
    segmenter.load(target)
    clicks: list[Click] = []
    said, reached = np.zeros(target.shape.shape, bool), []
    while len(clicks) < most:
        click = next_click(said, target, clicks)
        if click is None:
            break
        clicks.append(click)
        said = segmenter.segment(clicks)
        reached.append(overlap(said, target))
        if reached[-1] >= enough:
            break
    return reached


def next_click(said: Mask, target: Target, before: list[Click]) -> Click | None:
    """Return a click into the middle of the largest piece that is wrong; None where nothing is."""
    wrong = (said != target.shape) & target.known
    for x, y, _ in before:
        wrong[y, x] = False  # a person does not click twice in one place
    pieces, count = ndimage.label(wrong)
    if not count:
        return None
    largest = pieces == 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))
    depth = ndimage.distance_transform_edt(np.pad(largest, 1))[1:-1, 1:-1]
    row, column = divmod(int(depth.argmax()), depth.shape[1])
    return column, row, bool(target.shape[row, column])


def overlap(said: Mask, target: Target) -> float:
    """Return the intersection over union where the truth is known."""
    either = (said | target.shape) & target.known
    return float((said & target.shape & target.known).sum() / max(1, either.sum()))
