"""Agreement between people, beyond what chance would give."""

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures, NotEnoughLabels


def krippendorff_alpha(labels: NDArray[np.integer]) -> float:
    """Return Krippendorff's alpha for classes: 1 = always agree, 0 = as by chance, below = less than that.

    Computing Krippendorff's Alpha-Reliability (Krippendorff 2011), nominal, with missing answers.

    Args:
        labels: int [people, samples], -1 where somebody said nothing.

    Raises:
        NotEnoughLabels: no sample has two answers.
    """
    coincidences = _coincidences(labels)
    totals = coincidences.sum(1)
    pairs = totals.sum()
    by_chance = pairs**2 - np.square(totals).sum()
    if not by_chance:
        return 1.0  # one class alone was ever said
    return float(1 - (pairs - 1) * (pairs - coincidences.trace()) / by_chance)


def alpha_of_classes(labels: NDArray[np.integer], *, classes: int) -> list[float]:
    """Return alpha of each class against the rest; NaN for a class that nobody said."""
    answers = np.asarray(labels)
    found = []
    for code in range(classes):
        binary = np.where(answers < 0, -1, (answers == code).astype(int))
        found.append(krippendorff_alpha(binary) if (answers == code).any() else float("nan"))
    return found


def _coincidences(labels: NDArray[np.integer]) -> NDArray[np.float64]:
    answers = np.asarray(labels)
    if answers.ndim != 2:
        raise BadFeatures(f"Agreement needs answers [people, samples], got {answers.shape}.")
    classes = int(answers.max(initial=0)) + 1
    counts = np.stack([(answers == code).sum(0) for code in range(classes)], 1).astype(float)  # [samples, K]
    said = counts.sum(1)
    counts, said = counts[said >= 2], said[said >= 2]
    if not len(counts):
        raise NotEnoughLabels("Nobody has answered the same sample twice yet; ask for double labels first.")
    scaled = counts / (said - 1)[:, None]
    found: NDArray[np.float64] = scaled.T @ counts - np.diag(scaled.sum(0))
    return found
