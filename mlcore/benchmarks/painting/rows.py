"""What is compared: features of each place, and a head that learns from the painted ones."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from sklearn.ensemble import RandomForestClassifier

from mlcore.benchmarks.painting.pictures import Mask
from mlcore.heads import Lesson, get_head
from mlcore.heads.painted import painted
from mlcore.model import Encoder, StatisticsEncoder, load_encoder, slots
from mlcore.model.spectra import is_spectrometer
from mlcore.samples import Chip

Maps = list[NDArray[np.float32]]  # [C, h, w] each
_SIGMAS_PX = (0.7, 1.6, 3.5, 5.0)
_TREES = 100


class Fitted(Protocol):
    """A head that was fitted on paint."""

    @property
    def classes(self) -> NDArray[np.int64]:
        """Return the codes [K]."""

    def predict_proba(self, features: NDArray[np.float32]) -> NDArray[np.floating]:
        """Return the chance of each class at each place, [K, h, w]."""


Fit = Callable[[Maps, list[Mask], Sequence[slice], int], Fitted]  # maps, masks, blocks of channels, seed


@dataclass(frozen=True)
class Row:
    """One way to segment."""

    title: str
    describe: Callable[[Sequence[Chip]], tuple[Maps, tuple[slice, ...]]]  # maps and which channels are of one kind
    fit: Fit


def _own(*, dense: bool = False) -> Callable[[Sequence[Chip]], tuple[Maps, tuple[slice, ...]]]:
    def describe(chips: Sequence[Chip]) -> tuple[Maps, tuple[slice, ...]]:
        encoder: Encoder | StatisticsEncoder = load_encoder("nano")
        if dense and isinstance(encoder, Encoder):
            encoder = replace(encoder, network=copy.deepcopy(encoder.network))
            encoder.network.config = replace(encoder.network.config, dense=True)
        if is_spectrometer(chips[0].sensor):  # as a project does, of its own unlabelled tiles
            encoder = encoder.with_spectra(chips)
        return [encoder.embed_map(chip) for chip in chips], tuple(encoder.map_blocks.values())

    return describe


def _filters(chips: Sequence[Chip]) -> tuple[Maps, tuple[slice, ...]]:
    """Describe each pixel by its bands, and by smoothing, gradient and Laplacian of each at four scales."""
    return [_filtered(chip) for chip in chips], ()


def _filtered(chip: Chip) -> NDArray[np.float32]:
    bands = slots.scaled(chip.pixels, chip.sensor.quantity)
    kinds = (ndimage.gaussian_filter, ndimage.gaussian_gradient_magnitude, ndimage.gaussian_laplace)
    filtered = [[kind(band, sigma) for band in bands] for sigma in _SIGMAS_PX for kind in kinds]
    return np.concatenate([bands, *map(np.stack, filtered)]).astype(np.float32)


def _bands(chips: Sequence[Chip]) -> tuple[Maps, tuple[slice, ...]]:
    return [slots.scaled(chip.pixels, chip.sensor.quantity).astype(np.float32) for chip in chips], ()


def _head(maps: Maps, masks: list[Mask], blocks: Sequence[slice], seed: int) -> Fitted:
    return get_head("masks").fit(Lesson(inputs=maps, targets=masks, seed=seed, blocks=blocks))


def _head_of_one_block(maps: Maps, masks: list[Mask], _: Sequence[slice], seed: int) -> Fitted:
    return get_head("masks").fit(Lesson(inputs=maps, targets=masks, seed=seed))


@dataclass(frozen=True)
class _Forest:
    forest: RandomForestClassifier

    @property
    def classes(self) -> NDArray[np.int64]:
        codes: NDArray[np.int64] = self.forest.classes_
        return codes

    def predict_proba(self, features: NDArray[np.float32]) -> NDArray[np.floating]:
        probabilities: NDArray[np.floating] = self.forest.predict_proba(features.reshape(len(features), -1).T)
        return probabilities.T.reshape(-1, *features.shape[1:])


def _forest(maps: Maps, masks: list[Mask], _: Sequence[slice], seed: int) -> Fitted:
    parts = [painted(features, mask) for features, mask in zip(maps, masks, strict=True)]
    rows, codes = (np.concatenate([part[at] for part in parts]) for at in (0, 1))
    return _Forest(RandomForestClassifier(_TREES, class_weight="balanced", random_state=seed).fit(rows, codes))


ROWS: dict[str, Row] = {
    "ours": Row("**ours**", _own(), _head),
    "one-block": Row("ours, all channels alike", _own(), _head_of_one_block),
    "network": Row("ours, with what the shipped network says of each cell", _own(dense=True), _head),
    "filters": Row("filter bank and random forest, as ilastik", _filters, _forest),
    "filters-ours": Row("filter bank and our head", _filters, _head),
    "bands": Row("the pixel's own bands and random forest", _bands, _forest),
}
