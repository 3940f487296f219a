"""Likely mistakes among human labels, found by predictions of models that haven't seen them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures


@dataclass(frozen=True)
class Suspects:
    """Labels to look at again, likeliest mistake first."""

    rows: NDArray[np.int64]
    suggested: NDArray[np.int64]  # the class that the model would give
    scores: NDArray[np.float64]  # 0..1, higher = likelier a mistake
    reasons: tuple[str, ...]


def find_mistakes(labels: NDArray[np.integer], probabilities: NDArray[np.floating], *, most: int = 100) -> Suspects:
    """Return labels that a confident model contradicts (confident learning, arXiv 1911.00068).

    A class's threshold is the mean probability of it among samples labelled so. A label is suspect where another
    class clears its own threshold and is likelier than the label; the order is that of the normalised margin.

    Args:
        labels: int [N], positions of columns.
        probabilities: [N, K] held out: each row from a model that wasn't fitted on its label.
        most: how many at most.

    Raises:
        BadFeatures: shapes don't agree or a probability isn't finite.
    """
    codes, chances = np.asarray(labels, np.int64), np.asarray(probabilities, np.float32)
    if chances.ndim != 2 or len(codes) != len(chances) or not np.isfinite(chances).all():
        raise BadFeatures(f"Mistakes need labels [N] and finite probabilities [N, K], got {chances.shape}.")
    rows = np.arange(len(codes))
    counts = np.bincount(codes, minlength=chances.shape[1])
    own = chances[rows, codes]
    thresholds = np.bincount(codes, own, chances.shape[1]) / np.maximum(counts, 1)
    thresholds = np.where(counts > 0, thresholds, np.inf).astype(np.float32)
    cleared = np.where(chances >= thresholds, chances, -1)
    cleared[rows, codes] = -1
    other = cleared.argmax(1)
    margins = cleared[rows, other] - own
    suspect = np.flatnonzero(margins > 0)
    order = suspect[np.argsort(-margins[suspect], kind="stable")][:most]
    reasons = tuple(
        f"the model, not knowing this label, gives it {100 * own[row]:.0f} % and another class "
        f"{100 * chances[row, other[row]]:.0f} %"
        for row in order
    )
    return Suspects(order, other[order], (margins[order].astype(np.float64) + 1) / 2, reasons)
