"""Clicking all targets with all segmenters: one curve of overlaps for each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from mlcore.benchmarks.clicks.clicker import MOST_CLICKS, Segmenter, overlaps
from mlcore.benchmarks.clicks.segmenters import Ours, Walker
from mlcore.benchmarks.clicks.targets import Target

ENOUGH = 0.85
_REMEMBERED = 9  # sizes of earlier shapes that the labelling page goes by

ROWS: dict[str, tuple[str, Callable[[], Segmenter]]] = {
    "ours": ("**ours**, embedded", lambda: Ours()),
    "ours-bands": ("ours before the first vectors: bands alone", lambda: Ours(learned=False)),
    "ours-first": ("ours without the sizes of earlier shapes", lambda: Ours(remembers=False)),
    "walker": ("random walker on the bands", lambda: Walker()),
}


@dataclass(frozen=True)
class Run:
    """What one row made of one target."""

    data: str
    row: str
    target: int
    curve: tuple[float, ...]  # overlap after each click, as long as there was something to click

    def clicks(self, enough: float = ENOUGH) -> int:
        """Return how many clicks it took, the most there are where it never came so far."""
        return next((at for at, reached in enumerate(self.curve, start=1) if reached >= enough), MOST_CLICKS)

    def overlap(self, clicks: int) -> float:
        """Return the overlap after a number of clicks."""
        return self.curve[min(clicks, len(self.curve)) - 1] if self.curve else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {**asdict(self), "curve": [round(overlap, 4) for overlap in self.curve]}


def run(data: str, targets: Sequence[Target], rows: Sequence[str], tell: Callable[[str], None]) -> Iterator[Run]:
    """Yield a run for each row and target."""
    with threadpool_limits(1):
        for name in rows:
            segmenter = ROWS[name][1]()
            areas: list[int] = []
            for number, target in enumerate(targets):
                if isinstance(segmenter, Ours):
                    segmenter.expect(float(np.median(areas[-_REMEMBERED:])) if areas else 0)
                yield Run(data, name, number, tuple(overlaps(segmenter, target)))
                areas.append(int(target.shape.sum()))
            tell(f"{data}: {name}")
            if isinstance(segmenter, Ours):
                segmenter.close()
