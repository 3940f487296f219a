"""Co-registration: how far a raster lies beside another one of the same ground, to a fraction of a pixel."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import Geod
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from scipy.ndimage import gaussian_filter, gaussian_gradient_magnitude
from scipy.ndimage import shift as moved_by

from mlcore.errors import BadGeoreference
from mlcore.raster.lonlat import transformer
from mlcore.raster.opening import data_bands, georeference, open_raster
from mlcore.raster.places import Target, places_in
from mlcore.raster.warp import EXACT, PICTURE, read_target

_WINDOW_PX = 192  # a side, at the most
_LEAST_PX = 32
_MOST_WINDOWS = 16
_MAP = 48  # cells a side of the map of where both show something
_VALID = 0.9  # of a window
_FURTHEST = 0.25  # of a window's side; beyond, what correlates is by chance
_FINEST_PX, _BROADEST_PX = 0.8, 3.0  # of what is compared
_FINENESS = 50  # parts of a pixel
_ALIKE = 0.3  # correlation of what is laid over each other, below which two windows don't show the same
_APART_PX = 0.5  # between windows, above which they contradict each other

Picture = NDArray[np.float32]


@dataclass(frozen=True)
class Band:
    """One band of a raster, by its place among the bands of measurements."""

    path: Path
    index: int  # from 0


@dataclass(frozen=True)
class Offset:
    """By how many of its own pixels a raster has to be moved to lie on another, and how sure that is."""

    across_px: float  # to the right
    down_px: float
    metres: float  # of ground
    spread_px: float  # between windows: 1.48 x the median deviation
    windows: int  # that were compared and showed the same
    alike_before: float  # median correlation of the two as they lie, -1..1
    alike_after: float  # and moved
    refusal: str = ""  # why nothing can be told; the numbers mean nothing then
    focus: tuple[float, float] | None = None  # longitude and latitude where the two are most alike

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return asdict(self)


def _nothing(refusal: str, windows: int = 0, spread: float = 0.0) -> Offset:
    return Offset(0.0, 0.0, 0.0, spread, windows, 0.0, 0.0, refusal)


def measure_offset(raster: Band, reference: Band, *, edges: bool = False) -> Offset:
    """Compare a raster with a reference in windows all over the ground that both show.

    Both are read in the raster's own directions, in the coarser one's pixels. Each window is compared by
    scikit-image's phase correlation (Guizar-Sicairos et al. 2008, doi:10.1364/OL.33.000156); the median counts.

    Args:
        raster: which may be off.
        reference: which is taken for right.
        edges: compare how steeply numbers change, not the numbers, as where bands are not alike.

    Raises:
        BadGeoreference: one of them has no place.
    """
    with open_raster(raster.path) as own, open_raster(reference.path) as other:
        pair = _Pair(own, raster.index, other, reference.index, edges)
        seen = [one for place in pair.places() if (one := pair.compare(place)) is not None]
    if not seen:
        return _nothing("They show no common ground with enough structure in it.")
    return pair.judge(seen)


@dataclass(frozen=True)
class _Window:
    """What one window says."""

    shift: NDArray[np.float64]  # rows, columns of the compared pixels
    before: float
    after: float
    centre: tuple[float, float]  # column and row of the raster


class _Pair:
    """Two open rasters, and the pixels in which they are compared."""

    def __init__(self, own: DatasetReader, band: int, other: DatasetReader, other_band: int, edges: bool) -> None:
        (crs, self.affine), (other_crs, _) = georeference(own), georeference(other)
        if crs is None or other_crs is None:
            raise BadGeoreference("Only scenes with a place on the map can be compared.")
        self.own, self.other, self.edges, self.crs = own, other, edges, crs
        self.bands = data_bands(own)[band], data_bands(other)[other_band]
        self.coarseness = max(1.0, self._pixels_of_other())  # of the raster's pixels in one that is compared
        self.size = int(own.width / self.coarseness), int(own.height / self.coarseness)
        self.side = min(_WINDOW_PX, *self.size)

    def _pixels_of_other(self) -> float:
        """Return how many of the raster's pixels go into one of the reference's, at the raster's centre."""
        middle = Affine.translation(self.own.width / 2, self.own.height / 2)
        target = Target(self.affine @ middle, self.crs, (2, 2))
        crs, affine = georeference(self.other)
        across, down = places_in(target, (crs, affine, self.other.width), 0.0)
        steps = np.array([[across[0, 1] - across[0, 0], across[1, 0] - across[0, 0]],
                          [down[0, 1] - down[0, 0], down[1, 0] - down[0, 0]]])  # fmt: skip
        finer = float(np.sqrt(abs(np.linalg.det(steps)))) if np.isfinite(steps).all() else 1.0
        return 1 / finer if finer else 1.0

    def places(self) -> list[tuple[int, int]]:
        """Return where windows lie: their first column and row, spread evenly over what both show."""
        if self.side < _LEAST_PX:
            return []
        cells = min(_MAP, *self.size)
        step = Affine.scale(self.own.width / cells, self.own.height / cells)
        target = Target(self.affine @ step, self.crs, (cells, cells))
        both = np.logical_and(*(
            read_target(dataset, target, bands=[band], resampling=Resampling.nearest, care=PICTURE)[1]
            for dataset, band in zip((self.own, self.other), self.bands, strict=True)
        ))  # fmt: skip
        kept = []
        for row in _starts(self.size[1], self.side):
            for column in _starts(self.size[0], self.side):
                x = slice(int(column * cells / self.size[0]), int(np.ceil((column + self.side) * cells / self.size[0])))
                y = slice(int(row * cells / self.size[1]), int(np.ceil((row + self.side) * cells / self.size[1])))
                if both[y, x].mean() >= _VALID:
                    kept.append((column, row))
        chosen = np.unique(np.linspace(0, len(kept) - 1, min(len(kept), _MOST_WINDOWS)).round().astype(int))
        return [kept[at] for at in chosen] if kept else []

    def compare(self, place: tuple[int, int]) -> _Window | None:
        """Compare one window; None where one of the two has no structure there."""
        from skimage.registration import phase_cross_correlation  # takes most of a second

        corner = Affine.scale(self.coarseness) @ Affine.translation(*place)
        target = Target(self.affine @ corner, self.crs, (self.side, self.side))
        one, two = (self._read(*each, target) for each in zip((self.own, self.other), self.bands, strict=True))
        if one is None or two is None:
            return None
        taper = np.outer(np.hanning(self.side), np.hanning(self.side)).astype(np.float32)
        shift, _, _ = phase_cross_correlation(  # type: ignore[no-untyped-call]
            two * taper, one * taper, upsample_factor=_FINENESS, normalization=None, disambiguate=False
        )
        if np.abs(shift).max() > _FURTHEST * self.side:
            return _Window(np.asarray(shift), 0.0, 0.0, (0.0, 0.0))
        margin = int(np.ceil(np.abs(shift).max())) + 2
        after = moved_by(one, shift, order=1)[margin:-margin, margin:-margin]
        centre = tuple((each + self.side / 2) * self.coarseness for each in place)
        inner = two[margin:-margin, margin:-margin]
        return _Window(np.asarray(shift), _alike(one, two), _alike(after, inner), (centre[0], centre[1]))

    def _read(self, dataset: DatasetReader, band: int, target: Target) -> Picture | None:
        pixels, mask = read_target(dataset, target, bands=[band], resampling=Resampling.bilinear, care=EXACT)
        if mask.mean() < _VALID:
            return None
        values = np.where(mask, pixels[0], np.median(pixels[0][mask]))
        values = _steepness(values) if self.edges else _detail(values)
        spread = float(values.std())
        return ((values - values.mean()) / spread).astype(np.float32) if spread > 0 else None

    def judge(self, seen: list[_Window]) -> Offset:
        """Return what the windows say together."""
        good = [one for one in seen if one.after >= _ALIKE]
        if not good or 2 * len(good) < len(seen):
            return _nothing(
                f"Too little in them looks alike: {len(good)} of {len(seen)} windows. They may lack structure, or "
                "show different things.", len(good),
            )  # fmt: skip
        shifts = np.array([one.shift for one in good])
        middle = np.median(shifts, axis=0)
        apart = np.hypot(*(shifts - middle).T)
        spread = float(1.48 * np.median(apart))
        if spread > _APART_PX:
            return _nothing(
                f"Its parts lie differently: windows are {spread:.1f} px apart. One offset cannot mend that.",
                len(good), spread * self.coarseness,
            )  # fmt: skip
        down, across = (middle * self.coarseness).tolist()
        best = max(good, key=lambda one: one.after)
        return Offset(
            across_px=across,
            down_px=down,
            metres=self._metres(across, down),
            spread_px=spread * self.coarseness,
            windows=len(good),
            alike_before=float(np.median([one.before for one in good])),
            alike_after=float(np.median([one.after for one in good])),
            focus=self._lonlat(*best.centre),
        )

    def _lonlat(self, column: float, row: float) -> tuple[float, float]:
        x, y = self.affine @ (column, row)
        longitude, latitude = transformer(self.crs, "EPSG:4326").transform(x, y)
        return float(longitude), float(latitude)

    def _metres(self, across: float, down: float) -> float:
        middle = self.own.width / 2, self.own.height / 2
        here, there = self._lonlat(*middle), self._lonlat(middle[0] + across, middle[1] + down)
        return float(Geod(ellps="WGS84").inv(*here, *there)[2])


def _detail(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return what is neither of the finest grain, which interpolation displaces, nor so broad that it lies anywhere."""
    fine = gaussian_filter(values.astype(np.float64), _FINEST_PX)
    return np.asarray(fine - gaussian_filter(fine, _BROADEST_PX))


def _steepness(values: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(gaussian_gradient_magnitude(values.astype(np.float64), _FINEST_PX))


def _starts(length: int, side: int) -> list[int]:
    """Return where windows begin along one axis: at both ends, and between without gaps, up to a dozen."""
    count = min(12, -(-length // side))
    return [int(start) for start in np.unique(np.linspace(0, length - side, count).round())]


def _alike(one: Picture, two: Picture) -> float:
    """Return the correlation of two pictures, -1..1; 0 where one has no structure."""
    a, b = one - one.mean(), two - two.mean()
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / scale if scale > 0 else 0.0
