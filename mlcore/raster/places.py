"""Places: where in a raster the pixels of a picture or of a lattice's tiles lie, whatever their coordinate systems."""

from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.lib.stride_tricks import sliding_window_view

from mlcore.raster.lonlat import Floats, apply, is_geographic, transformer
from mlcore.raster.window import Mask, Shape

_STEP = 16  # px between the places that are transformed exactly; those between follow from them
_CURVED = 0.05  # px of the raster that a place between may be off

Raster = tuple[str | None, Affine, int]  # CRS, transform, width


@dataclass(frozen=True)
class Target:
    """Pixels to fill: where they lie in a coordinate system, and how many there are."""

    place: Affine  # pixel (column, row) -> CRS
    crs: str | None
    shape: Shape


def places_in(target: Target, raster: Raster, blur: float) -> tuple[Floats, Floats]:
    """Return where in the raster each pixel's centre lies, [H, W] columns and rows; not finite where nowhere."""
    knots = [np.linspace(0, size, -(-size // _STEP) + 1) for size in target.shape]
    finer = [np.sort(np.concatenate([axis, (axis[1:] + axis[:-1]) / 2])) for axis in knots]
    known = _transformed(finer, target, raster)
    between = [_spread(axis[::2, ::2], finer, knots) for axis in known]
    with np.errstate(invalid="ignore"):
        off = np.maximum(*(np.abs(guess - exact) for guess, exact in zip(between, known, strict=True)))
        straight: Mask = off <= max(_CURVED, blur * _px_a_px(known))
    bent = ~straight  # where nothing lies on the raster, too
    centres: list[Floats] = [np.arange(size, dtype=np.float64) + 0.5 for size in target.shape]
    if not blur and bent.any():
        return _transformed(centres, target, raster)
    across, down = _spread(known[0], centres, finer), _spread(known[1], centres, finer)
    if bent.any():
        _straighten(across, down, bent, target, raster)
    return across, down


def _px_a_px(known: tuple[Floats, Floats]) -> float:
    """Return how many pixels of the raster usually go into one of the result, known at every half step."""
    steps = np.hypot(np.diff(known[0], axis=1), np.diff(known[1], axis=1)) * 2 / _STEP
    finite = steps[np.isfinite(steps)]
    return float(np.median(finite)) if finite.size else 0.0


def _straighten(across: Floats, down: Floats, bent: Mask, target: Target, raster: Raster) -> None:
    """Transform exactly what lies in cells between knots one of whose places is off."""
    # a cell has nine knots: corners, edges, middle
    cells: Mask = np.asarray(sliding_window_view(bent, (3, 3))[::2, ::2].any(axis=(2, 3)))
    rows, columns = (
        np.minimum((np.arange(size) + 0.5) * count / size, count - 1).astype(int)
        for size, count in zip(target.shape, cells.shape, strict=True)
    )
    y, x = np.nonzero(cells[rows[:, None], columns])
    across[y, x], down[y, x] = lying(np.asarray(x + 0.5), np.asarray(y + 0.5), target, raster)


def _transformed(axes: list[Floats], target: Target, raster: Raster) -> tuple[Floats, Floats]:
    """Return columns and rows in the raster of the pixels at rows axes[0] and columns axes[1]."""
    rows, columns = np.meshgrid(*axes, indexing="ij")
    return lying(columns, rows, target, raster)


def lying(columns: Floats, rows: Floats, target: Target, raster: Raster) -> tuple[Floats, Floats]:
    """Return columns and rows in the raster of places in the target's pixels."""
    x, y = apply(target.place, columns, rows)
    own, affine, width = raster
    if own and target.crs and own != target.crs:
        x, y = (np.asarray(axis) for axis in transformer(target.crs, own).transform(x, y))
    if own and is_geographic(own):
        middle = affine.c + affine.a * width / 2
        with np.errstate(invalid="ignore"):
            x = x + 360 * np.round((middle - x) / 360)
    return apply(~affine, x, y)


def _spread(values: Floats, at: list[Floats], known: list[Floats]) -> Floats:
    """Return values [rows, columns], given at the places `known` of each axis, bilinearly at the places `at`."""
    for axis, (wanted, given) in enumerate(zip(at, known, strict=True)):
        right = np.clip(np.searchsorted(given, wanted, side="right"), 1, len(given) - 1)
        share = (wanted - given[right - 1]) / (given[right] - given[right - 1])
        share = share[:, None] if axis == 0 else share[None]
        with np.errstate(invalid="ignore"):
            values = np.take(values, right - 1, axis) * (1 - share) + np.take(values, right, axis) * share
    return values
