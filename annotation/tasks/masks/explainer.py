"""What can be told of painted masks."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.labels import Rows
from annotation.tasks.changed import change_scores
from annotation.tasks.class_chances import best
from annotation.tasks.explainer import Explainer
from annotation.tasks.masks.patches import patch_suspects
from annotation.tasks.masks.pixels import cell_chances, fit_head
from annotation.tasks.masks.points import cells_under, random_pixels
from annotation.tasks.own_labels import of_people
from annotation.tasks.scoring import Points, judge
from mlcore.heads import PixelHead


class MaskExplainer(Explainer):
    """Confusion, scores and reliability at random painted points of audits; mistakes as areas of paint."""

    doubts = False  # shares of a mask's area are no confidence

    def judge(self) -> dict[str, Any]:
        """Return confusion, scores and reliability, all points of a tile weighing one audit."""
        points = self._points() if self.material.fit else None
        return {**judge(points, classes=len(self.material.codes)), **change_scores(self.material, points)}

    def suspects(self) -> list[dict[str, Any]]:
        """Return the areas of paint that heads which have not seen the tile contradict."""
        if self.material.fit is None:
            return []
        own = of_people(self.material.sound(self.material.snapshot.training))
        return patch_suspects(self.material, own, self.head)

    def predicted(self, rows: Rows) -> list[Any]:
        """Return the code of the class with the largest share."""
        return [code or None for code in best(self.material, rows)[0].tolist()]

    def stop_codes(self, rows: Rows) -> NDArray[np.int64]:
        """Return the class with the largest share."""
        return best(self.material, rows)[0]

    @cached_property
    def head(self) -> PixelHead | None:
        """Return a head of all painted masks that are no audits; the newest fit's own is not kept."""
        return fit_head(self.material.snapshot, self.material.snapshot.training)

    def _points(self) -> Points | None:
        """Return random painted points of the labelled audits; None where there are none."""
        snapshot, codes = self.material.snapshot, self.material.codes
        audits = self.material.sound(snapshot.audits)
        if not len(audits) or self.head is None:
            return None
        truth, chances, kept = list[NDArray[np.int64]](), list[NDArray[np.float32]](), list[int]()
        for at, row in enumerate(audits.rows.tolist()):
            mask, features = audits.load_mask(at), snapshot.vectors.maps.read(row)
            pixels = random_pixels(mask, seed=snapshot.project.seed, row=row)
            if features is None or not len(pixels):
                continue
            cells = cell_chances(self.head, features, codes)
            under = cells_under(pixels, mask, (cells.shape[1], cells.shape[2]))
            truth.append(np.searchsorted(codes, mask.ravel()[pixels]))
            chances.append(cells.reshape(len(cells), -1)[:, under].T)
            kept.append(at)
        if not kept:
            return None
        of = np.repeat(np.arange(len(kept)), [len(part) for part in truth])
        return Points(
            truth=np.concatenate(truth),
            chances=np.concatenate(chances),
            audits=of,
            drawn=audits.probabilities[kept][of],
            samples=snapshot.samples[audits.rows[kept]].tolist(),
            grouped=True,
        )
