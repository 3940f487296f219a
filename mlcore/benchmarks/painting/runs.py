"""Painting, learning and testing, again and again: the same dabs for every row."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mlcore.benchmarks.painting.pictures import Mask, Picture, dab
from mlcore.benchmarks.painting.rows import Fitted, Maps, Row

DABS = (3, 10, 30)  # of each class
FIRST_SEED = 100  # features and heads were chosen on earlier ones


@dataclass(frozen=True)
class Run:
    """What one row made of the dabs of one seed, over all known pixels of tiles that nobody painted."""

    picture: str
    row: str
    dabs: int
    seed: int
    recall: float  # mean over classes
    overlap: float  # intersection over union, mean over classes
    accuracy: float
    overconfidence: float  # mean confidence less accuracy

    def to_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return asdict(self)


def run(picture: Picture, rows: dict[str, Row], *, seeds: int, tell: Callable[[str], None]) -> Iterator[Run]:
    """Yield a run for each row, number of dabs and seed."""
    with threadpool_limits(1):
        for name, row in rows.items():
            maps, blocks = row.describe([tile.chip for tile in picture.tiles])
            for dabs in DABS:
                for seed in range(FIRST_SEED, FIRST_SEED + seeds):
                    rng = np.random.default_rng(seed)
                    taught = int(rng.integers(0, 2))
                    shown = [at for at, tile in enumerate(picture.tiles) if tile.parity == taught]
                    masks = dab([picture.tiles[at] for at in shown], dabs, rng)
                    used = [(maps[at], mask) for at, mask in zip(shown, masks, strict=True) if mask.any()]
                    head = row.fit([features for features, _ in used], [mask for _, mask in used], blocks, seed)
                    yield _tested(picture, name, dabs, seed, _said(picture, maps, head, 1 - taught))
            tell(f"{picture.name}: {name}")


Said = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.floating]]  # truth, class and confidence, [n] each


def _said(picture: Picture, maps: Maps, head: Fitted, parity: int) -> Said:
    """Return what a head says of the known pixels of the tiles of a parity."""
    parts: list[Said] = []
    for tile, features in zip(picture.tiles, maps, strict=True):
        if tile.parity != parity or not tile.truth.any():
            continue
        chances = head.predict_proba(features)
        known = tile.truth > 0
        codes, sure = (_enlarged(grid, tile.truth) for grid in (head.classes[chances.argmax(0)], chances.max(0)))
        parts.append((tile.truth[known].astype(np.int64), codes[known], sure[known]))
    truth, codes, sure = (np.concatenate([part[at] for part in parts]) for at in range(3))
    return truth, codes, sure


def _enlarged(grid: NDArray[Any], truth: Mask) -> NDArray[Any]:
    """Return a map of cells as one of pixels."""
    stride = -(-truth.shape[0] // grid.shape[0])
    return grid.repeat(stride, 0).repeat(stride, 1)[: truth.shape[0], : truth.shape[1]]


def _tested(picture: Picture, row: str, dabs: int, seed: int, said: Said) -> Run:
    truth, codes, sure = said
    present = np.unique(truth)
    hit = np.array([((truth == code) & (codes == code)).sum() for code in present])
    either = np.array([((truth == code) | (codes == code)).sum() for code in present])
    recall = hit / np.array([(truth == code).sum() for code in present])
    right = float((truth == codes).mean())
    return Run(
        picture.name,
        row,
        dabs,
        seed,
        float(recall.mean()),
        float((hit / either).mean()),
        right,
        float(sure.mean()) - right,
    )
