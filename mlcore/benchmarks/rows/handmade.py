"""Rows made by hand: raw bands, and principal components with local statistics."""

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from mlcore.benchmarks.datasets.dataset import DataSet, Task
from mlcore.benchmarks.learners import Features
from mlcore.benchmarks.rows.row import EMBED_CHUNK, Kind, difference
from mlcore.samples import Chip, Sample

_COMPONENTS = 30
_POOL_PIXELS = 20_000
_THUMBNAIL_PX = 8
_TILE_FROM_PX = 64  # chips as large as this are scenes with a label each; smaller ones surround a labelled pixel


class RawBands:
    """The bands at the labelled pixel; of whole tiles, a thumbnail of 8 x 8 px; of series, all of it."""

    name, title, kind = "raw", "raw bands", Kind.HANDMADE

    def heads(self, task: Task) -> tuple[str, ...]:
        """Return the classical heads for raw bands, and the one that every row has."""
        return {Task.TAGS: ("linear", "forest"), Task.AMOUNT: ("regression", "svr", "forest")}.get(
            task, ("linear", "svm", "forest")
        )

    def refusal(self, data: DataSet, view: str) -> str:
        """Return '': everything has bands."""
        return ""

    def digest(self, data: DataSet, view: str) -> str:
        """Return the version of this code."""
        return "raw 1"

    def saw_test(self, data: DataSet) -> bool:
        """Return False: nothing is learned."""
        return False

    def features(self, data: DataSet, view: str) -> Features:
        """Return the bands, chip after chip."""
        return _by_chip(data, view, [_raw] * _chips(data, view))

    def blocks(self, data: DataSet, view: str, width: int) -> tuple[slice, ...]:
        """Return one block."""
        return (slice(0, width),)


class PCAStatistics:
    """Principal components at the pixel and their local mean and spread: what 30 years of practice recommend."""

    name, title, kind = "pca-statistics", "PCA-30 with local mean and spread", Kind.HANDMADE

    def heads(self, task: Task) -> tuple[str, ...]:
        """Return the head that every row has, and the strongest classical one."""
        return {Task.TAGS: ("linear",), Task.AMOUNT: ("svr",)}.get(task, ("linear", "svm"))

    def refusal(self, data: DataSet, view: str) -> str:
        """Refuse series: they have no surroundings."""
        alone = data.inputs[view](np.zeros(1, np.int64))[0].chips[0].mask.size == 1
        return "series of single pixels have no surroundings" if alone else ""

    def digest(self, data: DataSet, view: str) -> str:
        """Return the version of this code."""
        return f"pca-statistics 1 {_COMPONENTS}"

    def saw_test(self, data: DataSet) -> bool:
        """Return False: the components are those of the pool, as every user of PCA fits them, but see no label."""
        return False

    def features(self, data: DataSet, view: str) -> Features:
        """Return components at the centre, and their mean and spread over the patch, chip after chip."""
        some = data.inputs[view](np.random.default_rng(0).permutation(len(data))[:EMBED_CHUNK])
        bases = [_basis([sample.chips[index] for sample in some]) for index in range(_chips(data, view))]
        return _by_chip(data, view, [lambda chip, pca=pca: _moments(chip, pca) for pca in bases])

    def blocks(self, data: DataSet, view: str, width: int) -> tuple[slice, ...]:
        """Return the centre's components, their means and their spreads, of each chip; of change, of both parts."""
        first = data.inputs[view](np.zeros(1, np.int64))[0]
        shown = [first.chips[0]] * 2 if data.task is Task.CHANGE else first.chips
        sizes = [min(_COMPONENTS, len(chip.sensor.bands)) for chip in shown for _ in range(3)]
        ends = np.cumsum(sizes).tolist()
        return tuple(slice(end - size, end) for end, size in zip(ends, sizes, strict=True))


def _chips(data: DataSet, view: str) -> int:
    return len(data.inputs[view](np.zeros(1, np.int64))[0].chips)


def _by_chip(data: DataSet, view: str, functions: list) -> Features:  # type: ignore[type-arg]
    rows = list[NDArray[np.float32]]()
    for start in range(0, len(data), EMBED_CHUNK):
        for sample in data.inputs[view](np.arange(start, min(start + EMBED_CHUNK, len(data)))):
            rows.append(_joined(data, sample, functions))
    return np.stack(rows)


def _joined(data: DataSet, sample: Sample, functions: list) -> NDArray[np.float32]:  # type: ignore[type-arg]
    parts = [function(chip) for chip, function in zip(sample.chips, functions, strict=True)]
    if data.task is Task.CHANGE:
        joined: NDArray[np.float32] = difference(parts[0][None], parts[-1][None])[0]
        return joined
    return np.concatenate(parts).astype(np.float32)


def _raw(chip: Chip) -> NDArray[np.float32]:
    bands, height, width = chip.pixels.shape
    pixels = np.where(chip.mask, chip.pixels, 0)
    if height < _TILE_FROM_PX:
        return pixels[:, height // 2, width // 2]
    cells = pixels[:, : height // _THUMBNAIL_PX * _THUMBNAIL_PX, : width // _THUMBNAIL_PX * _THUMBNAIL_PX]
    shape = (bands, _THUMBNAIL_PX, height // _THUMBNAIL_PX, _THUMBNAIL_PX, width // _THUMBNAIL_PX)
    thumbnail: NDArray[np.float32] = cells.reshape(shape).mean((2, 4)).ravel()
    return thumbnail


def _basis(chips: list[Chip]) -> PCA:
    pixels = np.concatenate([chip.pixels[:, chip.mask].T for chip in chips])
    rng = np.random.default_rng(0)
    some = pixels[rng.choice(len(pixels), min(_POOL_PIXELS, len(pixels)), replace=False)]
    return PCA(min(_COMPONENTS, some.shape[1]), random_state=0).fit(some)


def _moments(chip: Chip, pca: PCA) -> NDArray[np.float32]:
    bands, height, width = chip.pixels.shape
    components = pca.transform(np.where(chip.mask, chip.pixels, pca.mean_[:, None, None]).reshape(bands, -1).T)
    centre = components[height // 2 * width + width // 2]
    return np.concatenate([centre, components.mean(0), components.std(0)]).astype(np.float32)
