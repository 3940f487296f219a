"""Labels and Snapshot: what a fit sees of a project at one moment, as arrays of rows."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.arrays.ground import regions_of
from annotation.arrays.masks import Mask, load_mask, recoded
from annotation.arrays.vectors import Vectors
from annotation.models import Lease, Project

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Labels:
    """Labelled samples: rows, what was said of each, and which annotation said so."""

    rows: Rows  # [n]
    codes: NDArray[np.int64]  # [n] of the class in use that a label names above all; 0 where it names none
    annotations: list[int]  # [n] ids
    values: list[dict[str, Any]]  # [n] as the project's task types them
    probabilities: NDArray[np.float64]  # [n] with which audits were drawn; 1 for others
    recode: dict[int, int] = field(repr=False, default_factory=dict)  # code as labelled -> code in use

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.rows)

    def subset(self, positions: NDArray[np.integer] | NDArray[np.bool_]) -> "Labels":
        """Return those at `positions`, or where a mask [n] is True."""
        kept = np.arange(len(self))[positions]
        return replace(
            self,
            rows=self.rows[kept],
            codes=self.codes[kept],
            annotations=[self.annotations[at] for at in kept],
            values=[self.values[at] for at in kept],
            probabilities=self.probabilities[kept],
        )

    def load_mask(self, position: int) -> Mask:
        """Return a mask in the codes that are in use; pixels of classes out of use become unlabelled."""
        return recoded(load_mask(self.values[position]["mask"]), self.recode)


@dataclass(frozen=True)
class Snapshot:
    """A project's samples at one moment: row = sample, only those that have a vector."""

    project: Project
    vectors: Vectors
    features: NDArray[np.float16]  # [N, dim], memory-mapped
    present: Rows  # that have a vector
    training: Labels  # never audits
    audits: Labels
    open: Rows  # not audits, nobody looks at them: these can be ranked
    samples: NDArray[np.int64]  # [N] sample ids, 0 where there is none
    places: NDArray[np.float32] | None  # [N, 2] column and row in the one grid there is
    on_show: Rows  # or next for somebody
    pending: Rows  # on show, or audits that wait: what is like them need not be asked for
    people: int  # who hold samples now
    taken_at: datetime
    upcoming: list[Lease] = field(default_factory=list)  # next for somebody: these they keep

    @property
    def regions(self) -> NDArray[np.int64] | None:
        """Return the region [N] that each row lies in."""
        return None if self.places is None else regions_of(self.places)
