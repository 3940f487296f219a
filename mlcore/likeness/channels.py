"""The channels of a likeness: the strongest directions of all bands, and of the encoder's feature map, a byte each."""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadFeatures
from mlcore.samples import Chip

BANDS, FEATURES = 6, 8  # most channels of each
_SAMPLE = 4000  # pixels that the directions are found on
_MOST_BANDS = 64  # of all dates and sensors; beyond, each n-th
_REACH = 2.5  # standard deviations of the strongest direction that half the range of a byte stands for
_LEAST_SPREAD = 1e-6

Bytes = NDArray[np.uint8]
Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True)
class Likeness:
    """A tile in few channels; 0 where nothing is known, else 1 to 255 with 128 in the middle."""

    bands: Bytes  # [b, H, W], of all bands that its scenes have
    features: Bytes  # [f, h, w], of the encoder's map, whose cells are one or more pixels; f = 0 before there is one
    band_spreads: NDArray[np.float32]  # [b] standard deviation of each channel against the strongest one
    feature_spreads: NDArray[np.float32]  # [f]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing at all is known of the tile."""
        return not self.bands.any()

    def to_bytes(self) -> bytes:
        """Return the header's length in 4 bytes, a JSON header, and the channels of bands, then of features."""
        header = {
            "bands": list(self.bands.shape),
            "features": list(self.features.shape),
            "band_spreads": [round(float(spread), 4) for spread in self.band_spreads],
            "feature_spreads": [round(float(spread), 4) for spread in self.feature_spreads],
        }
        told = json.dumps(header).encode()
        return struct.pack("<I", len(told)) + told + self.bands.tobytes() + self.features.tobytes()


def likeness_of(chips: Sequence[Chip], side: int, features: NDArray[np.floating] | None = None) -> Likeness:
    """Return the likeness of a tile of `side` px from its chips, of any resolution, and its feature map [C, h, w].

    Raises:
        BadFeatures: there is no chip.
    """
    if not chips:
        raise BadFeatures("A likeness needs at least one chip of the tile.")
    table, known = _stacked(chips, side)
    bands, band_spreads = _directions(table, known, BANDS)
    if features is None or not features.size:
        return Likeness(bands, np.zeros((0, 1, 1), np.uint8), band_spreads, np.zeros(0, np.float32))
    values = np.nan_to_num(np.asarray(features, np.float32))
    mapped, spreads = _directions(values, np.asarray(values.any(0)), FEATURES)
    return Likeness(bands, mapped, band_spreads, spreads)


def _stacked(chips: Sequence[Chip], side: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return all bands, each of unit spread, [n, side, side], and where anything is known."""
    bands, known = [], np.zeros((side, side), bool)
    for chip in chips:
        valid = _fitted(chip.mask, side) & _fitted(np.asarray(np.isfinite(chip.pixels).all(0)), side)
        known |= valid
        bands += [_standard(_fitted(band, side), valid) for band in chip.pixels]
    step = -(-len(bands) // _MOST_BANDS)
    return np.stack(bands[::step]), known


def _standard(band: NDArray[np.floating], valid: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return a band about its middle, stretched as a picture is; 0 where it isn't valid."""
    result = np.zeros(band.shape, np.float32)
    if not valid.any():
        return result
    low, middle, high = np.percentile(band[valid], (2, 50, 98))
    width = max(float(high - low), _LEAST_SPREAD * max(1.0, abs(float(middle))))
    result[valid] = np.clip((band[valid] - middle) / width, -2, 2)
    return result


def _fitted(array: NDArray[Kind], side: int) -> NDArray[Kind]:
    """Return an array [h, w] resampled to [side, side] by the nearest pixel."""
    if array.shape == (side, side):
        return array
    down, across = (
        np.minimum((np.arange(side) + 0.5) * length // side, length - 1).astype(int) for length in array.shape
    )
    return array[np.ix_(down, across)]


def _directions(table: NDArray[np.float32], known: NDArray[np.bool_], most: int) -> tuple[Bytes, NDArray[np.float32]]:
    """Return the strongest directions of channels [n, h, w] as bytes, and how far each spreads against the first."""
    rows = table[:, known].T.astype(np.float64)
    if not len(rows):
        return np.zeros((1, *known.shape), np.uint8), np.ones(1, np.float32)
    centre = rows.mean(0)
    values, axes = np.linalg.eigh(
        np.cov((rows - centre)[:: max(1, len(rows) // _SAMPLE)], rowvar=False).reshape(rows.shape[1], rows.shape[1])
    )
    spreads = np.sqrt(values[::-1].clip(0))
    kept = max(1, int((spreads[:most] > max(_LEAST_SPREAD, 0.01 * spreads[0])).sum()))
    scores = (rows - centre) @ axes[:, ::-1][:, :kept]
    units = np.maximum(spreads[:kept], _LEAST_SPREAD)
    bytes_ = np.zeros((kept, *known.shape), np.uint8)
    bytes_[:, known] = np.clip(128 + scores / units * (127 / _REACH / 1.2), 1, 255).T
    return bytes_, (units / units[0]).astype(np.float32)
