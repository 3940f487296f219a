"""What can be told of labels that are an amount a tile."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Rows
from annotation.tasks.amount import quantity_of
from annotation.tasks.amount.quantity import amounts_of
from annotation.tasks.amount.scoring import scores, short
from annotation.tasks.amount.suspicion import suspects
from annotation.tasks.explainer import Explainer, numbers
from mlcore.audits.stopping import Words

_MOST_DOTS = 500
_FINE = 10  # parts of a tolerance by which amounts of successive fits are remembered


class AmountExplainer(Explainer):
    """Errors and their scatter by audits; mistakes by residual."""

    words = Words(scarce="", enough="")  # amounts name nothing that could be scarce

    def judge(self) -> dict[str, Any]:
        """Return the errors on audits, and estimates beside the truth: [truth, estimate, low, high, sample]."""
        audits = self.material.sound(self.material.snapshot.audits)
        said = self._said(audits.rows)
        spoken = np.isfinite(said[:, 0])
        if not spoken.any():
            return {"amount": None, "scatter": []}
        audits, said = audits.subset(spoken), said[spoken]
        truth = amounts_of(audits.values)
        some = np.sort(np.random.default_rng(len(truth)).permutation(len(truth))[:_MOST_DOTS])
        rows = np.column_stack([truth, said])[some].tolist()
        samples = self.material.snapshot.samples[audits.rows[some]].tolist()
        dots = [[*map(short, row), sample] for row, sample in zip(rows, samples, strict=True)]
        return {"amount": scores(truth, said, audits.probabilities), "scatter": dots}

    def suspects(self) -> list[dict[str, Any]]:
        """Return the labels that lie far from what a head fitted without them says."""
        return suspects(self.material)

    def given(self) -> dict[int, float]:
        """Return the amounts that people gave, by row."""
        both = (self.material.snapshot.training, self.material.snapshot.audits)
        return {
            row: amount
            for labels in both
            for row, amount in zip(labels.rows.tolist(), amounts_of(labels.values).tolist(), strict=True)
        }

    def predicted(self, rows: Rows) -> list[Any]:
        """Return the estimate."""
        return list(numbers(self._said(rows)[:, 0]))

    def sureness(self, rows: Rows) -> NDArray[np.float64]:
        """Return the chance that the estimate lies within the tolerance."""
        levels = np.full(len(rows), np.nan)
        spoken = np.flatnonzero(np.isfinite(self._said(rows)[:, 0]))
        if self.material.fit is not None and len(spoken):
            levels[spoken] = self.material.fit.confidences[rows[spoken]]
        return levels

    def stop_codes(self, rows: Rows) -> NDArray[np.int64]:
        """Return the estimates in tenths of the tolerance, counted from 1."""
        quantity = quantity_of(self.material.project)
        steps = np.rint((self._said(rows)[:, 0] - quantity.low) / quantity.tolerance * _FINE)
        return np.where(np.isfinite(steps), steps + 1, 0).astype(np.int64)

    def unchanged(self, before: NDArray[np.int64], now: NDArray[np.int64]) -> float | None:
        """Return the share of rows of which two fits differ by no more than the tolerance."""
        both = (before > 0) & (now > 0)
        return float((np.abs(before - now)[both] <= _FINE).mean()) if both.any() else None

    def counts(self) -> list[int]:
        """Return nothing: amounts name no classes."""
        return []

    def _said(self, rows: Rows) -> NDArray[np.float64]:
        """Return value, low and high [n, 3] of the newest fit; NaN where it says nothing."""
        said = np.full((len(rows), 3), np.nan)
        fit = self.material.fit
        if fit is not None:
            kept = rows < len(fit.values)
            said[kept] = fit.values[rows[kept]]
        return said
