"""What the insights and quality pages show of a kind of label; for workers, by `Task.explainer`."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Rows
from annotation.arrays.material import Material
from mlcore.audits.stopping import Words, kappa


class Explainer:
    """What can be told of a project's labels and its newest fit."""

    words: ClassVar[Words] = Words()  # of the advice when to stop
    doubts: bool = True  # whether a confidence speaks of a whole tile, so that a map of doubt makes sense

    def __init__(self, material: Material) -> None:
        """Look at a project as it was at one moment."""
        self.material = material

    def judge(self) -> dict[str, Any]:
        """Return what audits say of the model, ready for JSON."""
        return {}

    def suspects(self) -> list[dict[str, Any]]:
        """Return labels to look at again, likeliest mistake first; audits are judged by a fit that never saw them."""
        return []

    # What points of the plane of tiles say; the kind's half of the page reads them

    def given(self) -> dict[int, Any]:
        """Return row -> what people said of it, ready for JSON."""
        both = (self.material.snapshot.training, self.material.snapshot.audits)
        return {row: code for each in both for row, code in zip(each.rows.tolist(), each.codes.tolist(), strict=True)}

    def predicted(self, rows: Rows) -> list[Any]:
        """Return what the newest fit says of each row, ready for JSON; None where it says nothing."""
        return [None] * len(rows)

    def sureness(self, rows: Rows) -> NDArray[np.float64]:
        """Return how sure the newest fit is of what it says of rows [n]; NaN where it says nothing."""
        return np.full(len(rows), np.nan)

    def unchanged(self, before: NDArray[np.int64], now: NDArray[np.int64]) -> float | None:
        """Return how far two fits agree on what they say by `stop_codes`, 1 = wholly; None where neither says much."""
        in_use = self.material.project.codes_in_use()
        before = np.array([in_use.get(code, 0) for code in before.tolist()], np.int64)
        both = (before > 0) & (now > 0)
        return kappa(before[both], now[both]) if both.any() else None

    def stop_codes(self, rows: Rows) -> NDArray[np.int64] | None:
        """Return what the newest fit says of rows as codes that successive fits agree on or not; 0 for nothing."""
        return None

    def counts(self) -> list[int]:
        """Return how many labels each class has."""
        codes = self.material.snapshot.training.codes
        return [int((codes == code).sum()) for code in self.material.codes]


def numbers(values: NDArray[np.floating]) -> list[float | None]:
    """Return numbers ready for JSON; None for NaN."""
    return [round(float(value), 3) if np.isfinite(value) else None for value in values]
