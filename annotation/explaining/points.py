"""Points: where the model is held against audits: one an audit of classes, some random ones in each audited mask."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.explaining.material import Material
from annotation.learning.pixels import cell_chances, cells_under, random_pixels
from annotation.learning.snapshot import Labels
from annotation.models.projects import TaskKind


@dataclass(frozen=True)
class Points:
    """What people and the model say at n points of A audits; those of one tile together weigh one audit."""

    truth: NDArray[np.int64]  # [n] positions of classes
    chances: NDArray[np.float32]  # [n, K]
    audits: NDArray[np.int64]  # [n] position of the audit, 0..A-1
    drawn: NDArray[np.float64]  # [n] with which chance the audit was
    samples: list[int]  # [A] ids
    grouped: bool  # whether several lie in one tile

    @property
    def predicted(self) -> NDArray[np.int64]:
        """Return the likeliest class of each, [n]."""
        found: NDArray[np.int64] = self.chances.argmax(1)
        return found

    @property
    def weights(self) -> NDArray[np.float64] | None:
        """Return each point's share of its tile, [n]; None where all count as one."""
        return 1 / np.bincount(self.audits)[self.audits] if self.grouped else None

    @property
    def clusters(self) -> NDArray[np.int64] | None:
        """Return the tile of each, [n]; None where each is its own."""
        return self.audits if self.grouped else None


def audit_points(material: Material) -> Points | None:
    """Return the points of the labelled audits that the model can speak of; None where there are none."""
    if material.fit is None:
        return None
    audits = material.sound(material.snapshot.audits)
    if material.project.task == TaskKind.SEGMENTATION:
        return _of_masks(material, audits)
    chances = material.chances(audits.rows)
    said = chances.max(axis=1, initial=0) > 0
    if not said.any():
        return None
    audits = audits.subset(said)
    return Points(
        truth=np.searchsorted(material.codes, audits.codes),
        chances=chances[said],
        audits=np.arange(len(audits)),
        drawn=audits.probabilities,
        samples=material.snapshot.samples[audits.rows].tolist(),
        grouped=False,
    )


def _of_masks(material: Material, audits: Labels) -> Points | None:
    snapshot = material.snapshot
    head = material.painted_head if len(audits) else None
    if head is None:
        return None
    truth, chances, kept = list[NDArray[np.int64]](), list[NDArray[np.float32]](), list[int]()
    for at, row in enumerate(audits.rows.tolist()):
        mask, features = audits.load_mask(at), snapshot.vectors.maps.read(row)
        pixels = random_pixels(mask, seed=material.project.seed, row=row)
        if features is None or not len(pixels):
            continue
        cells = cell_chances(head, features, material.codes)
        under = cells_under(pixels, mask, cells.shape[1:])
        truth.append(np.searchsorted(material.codes, mask.ravel()[pixels]))
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
