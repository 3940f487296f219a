"""Tokens: what the transformer reads, and what each one is."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

PLACE, WEATHER, TEXT = -1, -2, -3  # sources that are no chips

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """What each of T tokens is; samples of one batch have one layout."""

    source: Numbers  # [T], position of its chip in the batch's chips; PLACE, WEATHER or TEXT
    kind: Numbers  # [T], of which sensor it is, counted from 0: dates of one sensor are alike; knowledge comes last
    date: Numbers  # [T], which date of its sensor
    group: Numbers  # [T], spectral or height group within its sensor
    cell: Numbers  # [T], place in the tile, counted on the first chip's grid for all chips; 0 for knowledge

    def __len__(self) -> int:
        """Return T."""
        return len(self.source)

    @property
    def imagery(self) -> NDArray[np.bool_]:
        """Return which tokens are cells of chips, [T]."""
        cells: NDArray[np.bool_] = self.source >= 0
        return cells


@dataclass(frozen=True)
class Tokens:
    """The tokens of N samples, before they have seen each other."""

    content: Tensor  # [N, T, width], what was measured
    meaning: Tensor  # [N, T, width], of what: wavelengths, modality, quantity, context; all that a hidden token shows
    valid: Tensor  # bool [N, T]; False where nothing was measured or known, for each sample by itself
    positions: Tensor  # float32 [N, T, 3]: x and y in cells of the first chip (gsd x px), t in months of 30 days
    layout: Layout
    grid: tuple[int, int]  # rows and columns of the first chip's cells
    targets: Tensor | None = None  # float32 [N, T, numbers], raw content on a basis that is never trained; 0: knowledge

    def __len__(self) -> int:
        """Return T, tokens of a sample."""
        return len(self.layout)

    @property
    def imagery(self) -> Tensor:
        """Return which tokens are valid cells of chips, bool [N, T]."""
        return self.valid & torch.from_numpy(self.layout.imagery).to(self.valid.device)


def joined(sections: Sequence[Tokens]) -> Tokens:
    """Put sections of tokens of the same samples one after the other."""
    if len(sections) == 1:
        return sections[0]
    first = sections[0]
    layout = Layout(*(np.concatenate([getattr(s.layout, part.name) for s in sections]) for part in fields(Layout)))
    return Tokens(
        content=torch.cat([section.content for section in sections], 1),
        meaning=torch.cat([section.meaning for section in sections], 1),
        valid=torch.cat([section.valid for section in sections], 1),
        positions=torch.cat([section.positions for section in sections], 1),
        layout=layout,
        grid=first.grid,
        targets=None if first.targets is None else torch.cat([s.targets for s in sections if s.targets is not None], 1),
    )
