"""What can be told of tags."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Labels, Rows
from annotation.tasks.explainer import Explainer
from annotation.tasks.scoring import Points, reliability_of
from annotation.tasks.tags.scoring import tag_scores
from annotation.tasks.tags.suspicion import suspects
from annotation.tasks.tags.table import Table, table_of
from mlcore.audits.stopping import Words


class TagExplainer(Explainer):
    """Scores tag by tag on audits; mistakes tag by tag."""

    words = Words("{scarce} of {all} tags are on fewer than {least} tiles.", "every tag is on enough tiles")

    def judge(self) -> dict[str, Any]:
        """Return the scores of each tag on labelled audits, and whether chances of tags come true."""
        material = self.material
        audits = self._audits()
        if not len(audits):
            return {"scores": [], "reliability": None}
        chances, truth = self.chances(audits.rows), table_of(audits, material.codes)
        scores = tag_scores(truth, chances, chances >= 0.5, audits.probabilities)
        pairs = zip(material.codes.tolist(), scores, strict=True)
        told = [{"code": code, **score} for code, score in pairs]
        return {"scores": told, "reliability": reliability_of(self._points(audits, truth, chances))}

    def suspects(self) -> list[dict[str, Any]]:
        """Return the tags that a head which hasn't seen the label contradicts."""
        audits = self._audits()
        return suspects(self.material, audits, self.chances(audits.rows))

    def given(self) -> dict[int, Any]:
        """Return row -> of each tag in use 1 = has it, 0 = hasn't, -1 = not told."""
        both = (self.material.snapshot.training, self.material.snapshot.audits)
        return {
            row: told
            for labels in both
            for row, told in zip(labels.rows.tolist(), table_of(labels, self.material.codes).tolist(), strict=True)
        }

    def predicted(self, rows: Rows) -> list[Any]:
        """Return the chance of each tag in use, in per cent."""
        percents = np.rint(100 * self.chances(rows)).astype(int).tolist()
        said = np.isfinite(self.sureness(rows)).tolist()
        return [chances if there else None for chances, there in zip(percents, said, strict=True)]

    def sureness(self, rows: Rows) -> NDArray[np.float64]:
        """Return how sure the newest fit is of all tags."""
        fit, sure = self.material.fit, super().sureness(rows)
        if fit is not None and len(self.material.codes):
            there = rows < len(fit.confidences)
            levels = fit.confidences[rows[there]].astype(np.float64)
            sure[there] = np.where(levels > 0, levels, np.nan)
        return sure

    def stop_codes(self, rows: Rows) -> NDArray[np.int64] | None:
        """Return the likeliest tag."""
        chances = self.chances(rows)
        if not chances.shape[1]:
            return None
        return np.where(chances.max(1) > 0, self.material.codes[chances.argmax(1)], 0)

    def counts(self) -> list[int]:
        """Return on how many tiles each tag is."""
        return [int(count) for count in (table_of(self.material.snapshot.training, self.material.codes) > 0).sum(0)]

    def chances(self, rows: Rows) -> NDArray[np.float32]:
        """Return what the newest fit says of each tag in use, [n, L]; of merged ones the most."""
        material, fit = self.material, self.material.fit
        table = np.zeros((len(rows), len(material.codes)), np.float32)
        if fit is None:
            return table
        in_use, there = material.project.codes_in_use(), rows < len(fit.values)
        place = {int(code): at for at, code in enumerate(material.codes)}
        for at, code in enumerate(fit.columns):
            if code in in_use:
                column = table[:, place[in_use[code]]]
                column[there] = np.maximum(column[there], fit.values[rows[there], at])
        return table

    def _points(self, audits: Labels, truth: Table, chances: NDArray[np.float32]) -> Points:
        """Return each tag that was told of an audit as a yes or no; those of one tile together weigh one audit."""
        tile, tag = np.nonzero(truth >= 0)
        tiles, of = np.unique(tile, return_inverse=True)
        yes = chances[tile, tag]
        return Points(
            truth=truth[tile, tag].astype(np.int64),
            chances=np.stack([1 - yes, yes], axis=1),
            audits=of,
            drawn=audits.probabilities[tile],
            samples=self.material.snapshot.samples[audits.rows[tiles]].tolist(),
            grouped=True,
        )

    def _audits(self) -> Labels:
        """Return the labelled audits that the newest fit spoke of."""
        audits, fit = self.material.sound(self.material.snapshot.audits), self.material.fit
        if fit is None:
            return audits.subset(np.zeros(0, np.int64))
        there = audits.rows < len(fit.confidences)
        return audits.subset(np.flatnonzero(there)[fit.confidences[audits.rows[there]] > 0])
