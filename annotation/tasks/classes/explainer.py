"""What can be told of labels that are one class a tile."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Rows
from annotation.tasks.changed import change_scores
from annotation.tasks.class_chances import best, chances
from annotation.tasks.classes.suspicion import suspects
from annotation.tasks.explainer import Explainer
from annotation.tasks.scoring import Points, judge


class ClassExplainer(Explainer):
    """Confusion, scores and reliability at one point an audit; mistakes by folds and look-alikes."""

    def judge(self) -> dict[str, Any]:
        """Return confusion, scores and reliability, and of pairs of epochs what is told of any change."""
        points = self._points()
        return {**judge(points, classes=len(self.material.codes)), **change_scores(self.material, points)}

    def suspects(self) -> list[dict[str, Any]]:
        """Return the labels that a head fitted without them contradicts."""
        return suspects(self.material)

    def predicted(self, rows: Rows) -> list[Any]:
        """Return the code of the likeliest class."""
        return [code or None for code in best(self.material, rows)[0].tolist()]

    def sureness(self, rows: Rows) -> NDArray[np.float64]:
        """Return the chance of the likeliest class."""
        codes, levels = best(self.material, rows)
        return np.where(codes > 0, levels, np.nan)

    def stop_codes(self, rows: Rows) -> NDArray[np.int64]:
        """Return the likeliest class."""
        return best(self.material, rows)[0]

    def _points(self) -> Points | None:
        """Return the labelled audits that the model can speak of; None where there are none."""
        material = self.material
        audits = material.sound(material.snapshot.audits)
        said = chances(material, audits.rows)
        spoken = said.max(axis=1, initial=0) > 0
        if not spoken.any():
            return None
        audits = audits.subset(spoken)
        return Points(
            truth=np.searchsorted(material.codes, audits.codes),
            chances=said[spoken],
            audits=np.arange(len(audits)),
            drawn=audits.probabilities,
            samples=material.snapshot.samples[audits.rows].tolist(),
            grouped=False,
        )
