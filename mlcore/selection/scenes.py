"""Labelled pixels of scenes as samples: patches that don't overlap, so that none is on both sides of a split."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlcore.errors import BadGeoreference, BadSensor, FileTooLarge, NotEnoughLabels
from mlcore.raster.info import inspect
from mlcore.raster.instruments import calibrated, instrument_of
from mlcore.raster.read import read_file
from mlcore.samples import Chip, Sample
from mlcore.sensors import get_sensor, unknown_sensor

_MOST_VALUES = 500_000_000  # of one scene, in memory
_SAME_GROUND = 0.01  # of the extent

Codes = NDArray[np.int64]


def labelled_samples(
    scenes: Sequence[str], labels: Path, *, per_class: int, patch_px: int = 9, seed: int = 0
) -> tuple[list[Sample], Codes]:
    """Return patches around labelled pixels, and their codes int [N].

    Args:
        scenes: 'FILE' or 'FILE=SENSOR', of one ground; a sensor that isn't named is guessed. Finer scenes than the
            labels give larger patches.
        labels: a raster of one band of class codes; 0 is not labelled.
        per_class: the most patches of a class.
        patch_px: side of a patch in the labels' pixels, odd.
        seed: of the draw.

    Raises:
        UnreadableFile, UnsafeFile, FileTooLarge: a file can't be read.
        BadSensor, UnknownName: a sensor doesn't fit its file, or the labels have several bands.
        BadGeoreference: the rasters don't show the same ground.
        NotEnoughLabels: nothing is labelled.
    """
    truth = _labels(labels)
    codes = truth.pixels[0].round().astype(np.int64) * truth.mask
    if not codes.any():
        raise NotEnoughLabels(f"{labels.name} has no labelled pixel (all are 0 or nodata).")
    chips = [_scene(name) for name in scenes]
    for chip in chips:
        _check_ground(chip, truth)
    places = _spread(codes, per_class, patch_px, np.random.default_rng(seed))
    layers = [_layer(chip, codes.shape, patch_px) for chip in chips]
    samples = [Sample(tuple(layer.patch(place) for layer in layers)) for place in places]
    return samples, codes[tuple(places.T)]


def _labels(path: Path) -> Chip:
    info = inspect(path)
    if info.count != 1:
        raise BadSensor(f"{path.name} has {info.count} bands; labels are one band of class codes.")
    return read_file(path, unknown_sensor(1))


def _scene(name: str) -> Chip:
    file, _, code = name.partition("=")
    info = inspect(Path(file))
    if info.width * info.height * info.count > _MOST_VALUES:
        raise FileTooLarge(f"{Path(file).name} is too large to be read whole; cut out the labelled part.")
    sensor = calibrated(get_sensor(code), info) if code else instrument_of(info, Path(file).name).sensor
    return read_file(Path(file), sensor)


def _check_ground(chip: Chip, truth: Chip) -> None:
    if chip.bounds is None or truth.bounds is None:
        return
    extent = max(truth.bounds[2] - truth.bounds[0], truth.bounds[3] - truth.bounds[1])
    apart = max(abs(one - other) for one, other in zip(chip.bounds, truth.bounds, strict=True))
    if chip.crs != truth.crs or apart > _SAME_GROUND * extent:
        raise BadGeoreference(
            f"A scene of {chip.sensor.title} and the labels don't show the same ground ({chip.bounds} in {chip.crs} "
            f"against {truth.bounds} in {truth.crs}); bring them to one extent first."
        )


def _spread(codes: Codes, per_class: int, patch_px: int, rng: np.random.Generator) -> Codes:
    """Return rows and columns [N, 2] of labelled pixels whose patches don't overlap; rare classes choose first."""
    taken = np.zeros(codes.shape, bool)
    places = []
    present, counts = np.unique(codes[codes != 0], return_counts=True)
    for code in present[counts.argsort(kind="stable")]:
        left = per_class
        for row, column in rng.permutation(np.argwhere(codes == code)):
            if left and not taken[row, column]:
                near = tuple(slice(max(0, at - patch_px + 1), at + patch_px) for at in (row, column))
                taken[near] = True
                places.append((row, column))
                left -= 1
    return np.array(places, np.int64)


@dataclass(frozen=True)
class _Layer:
    """A scene with a border, from which patches are cut."""

    chip: Chip
    scales: list[float]  # its pixels for one of the labels', down and across
    patch_px: int

    def patch(self, place: Codes) -> Chip:
        """Return the patch around a place; its bounds are in the labels' pixels, so that blocks can be made."""
        windows = []
        for at, scale in zip(place, self.scales, strict=True):
            start = round(at * scale)
            windows.append(slice(start, start + max(1, round(self.patch_px * scale))))
        edge = self.patch_px // 2
        row, column = (float(at) for at in place)
        bounds = (column - edge, row - edge, column + edge + 1, row + edge + 1)
        pixels, mask = self.chip.pixels[:, *windows], self.chip.mask[*windows]
        return replace(self.chip, pixels=pixels, mask=mask, bounds=bounds)


def _layer(chip: Chip, shape: tuple[int, ...], patch_px: int) -> _Layer:
    scales = [own / side for own, side in zip(chip.mask.shape, shape, strict=True)]
    edges = [(round(patch_px // 2 * scale), math.ceil(patch_px // 2 * scale) + 1) for scale in scales]
    pixels, mask = np.pad(chip.pixels, [(0, 0), *edges]), np.pad(chip.mask, edges)  # the border is invalid
    return _Layer(replace(chip, pixels=pixels, mask=mask, bounds=None, crs=None), scales, patch_px)
