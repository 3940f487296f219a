"""The head for object boxes: randomised trees tell a centre's heat and a box's size from dense features."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from threadpoolctl import threadpool_limits

from mlcore.errors import BadCheckpoint, BadFeatures, NotEnoughLabels
from mlcore.heads.boxes.centres import Boxes
from mlcore.heads.boxes.context import Context
from mlcore.heads.boxes.learning import GridTile, at_centres, calibrated, detect, forests_of
from mlcore.heads.classifier import logistic_arrays, logistic_from
from mlcore.heads.files import Arrays, expect, named, read_head, write_head
from mlcore.heads.lesson import Lesson
from mlcore.heads.logistic import Logistic, fit_logistic
from mlcore.heads.trees import Forest, check_forest

_FEWEST = 3  # boxes
_TREES = 64

Map = NDArray[np.float32]


@dataclass(frozen=True)
class DrawnBoxes:
    """Every box that people drew on one tile, or none."""

    boxes: NDArray[np.floating]  # [n, 4]: x0, y0, x1, y1 in px
    codes: NDArray[np.integer] | None = None  # [n], class codes; all are 1 if not given


@dataclass(frozen=True)
class Detections:
    """What a head sees on one tile, surest first."""

    boxes: Boxes  # [n, 4]: x0, y0, x1, y1 in px, inside the tile
    scores: NDArray[np.float64]  # [n], calibrated: the chance that a true box overlaps by a half or more
    codes: NDArray[np.int64]  # [n], class codes


@dataclass(frozen=True)
class BoxHead:
    """A finder of objects of one kind of size; what kind each one is, is told from its centre."""

    context: Context
    stride: int  # px of a cell of the maps
    heat: Forest
    shapes: tuple[Forest, ...]  # offset x and y, log width and height
    calibration: tuple[float, float]  # slope and offset of the heat's logit
    classes: NDArray[np.int64]  # [K]
    kinds: Logistic | None  # None with one class

    kind: ClassVar[str] = "boxes"

    @classmethod
    def fit(cls, lesson: Lesson) -> Self:
        """Fit on tiles on which every object has its box: maps [C, h, w] (`Encoder.embed_map`) with `DrawnBoxes`.

        Raises:
            BadFeatures: shapes don't agree, a feature isn't finite, or a box has no area.
            NotEnoughLabels: fewer than 3 boxes.
        """
        maps, seed = lesson.inputs, lesson.seed
        boxes = [np.asarray(drawn.boxes, np.float64).reshape(-1, 4) for drawn in lesson.targets]
        codes = [
            np.ones(len(own), np.int64) if drawn.codes is None else np.asarray(drawn.codes, np.int64)
            for own, drawn in zip(boxes, lesson.targets, strict=True)
        ]
        _check(maps, boxes, codes)
        size = float(np.median(np.concatenate([own[:, 2:] - own[:, :2] for own in boxes])))
        with threadpool_limits(1):
            context = Context.fit(maps, size, lesson.stride, seed=seed)
            tiles = [GridTile.of(context, features, own) for features, own in zip(maps, boxes, strict=True)]
            calibration = calibrated(context, tiles, boxes, seed)
            heat, shapes = forests_of(tiles, seed, trees=_TREES)
        codes_seen = np.concatenate(codes)
        classes, kinds = np.unique(codes_seen), None
        if len(classes) > 1:
            centres = [at_centres(tile, own, context.cell) for tile, own in zip(tiles, boxes, strict=True)]
            kinds = fit_logistic(np.concatenate(centres), codes_seen, seed=seed)[0]
        return cls(context, lesson.stride, heat, shapes, calibration, classes.astype(np.int64), kinds)

    def predict(self, features: Map) -> Detections:
        """Return the boxes on a tile with feature map [C, h, w].

        Raises:
            BadFeatures: the map has other channels than those fitted on, or isn't finite.
        """
        if features.ndim != 3 or len(features) != len(self.context.mean):
            raise BadFeatures(f"The head was fitted on {len(self.context.mean)} channels, got a map {features.shape}.")
        if not np.isfinite(features).all():
            raise BadFeatures("The feature map holds NaN or infinity; embed this tile again.")
        seen = self.context(np.asarray(features, np.float32))
        boxes, heat, places = detect(self.context, seen, self.heat, self.shapes)
        height, width = (length * self.stride for length in features.shape[1:])
        inside = np.clip(boxes, 0, [width, height, width, height])
        slope, offset = self.calibration
        codes = np.full(len(boxes), self.classes[0])
        if self.kinds is not None and len(boxes):
            rows = seen[:, places[:, 0], places[:, 1]].T
            codes = self.classes[self.kinds.predict_proba(rows).argmax(1)]
        return Detections(inside, expit(slope * logit(heat.clip(1e-4, 1 - 1e-4)) + offset), codes)

    def save(self, path: Path, *, kind: str = kind) -> None:
        """Write the head to a safetensors file, as a head of that kind."""
        arrays: Arrays = {"mean": self.context.mean, "axes": self.context.axes, "codes": self.classes}
        for name, forest in zip(("heat", "x", "y", "width", "height"), (self.heat, *self.shapes), strict=True):
            arrays |= {f"{name}.{part}": array for part, array in vars(forest).items()}
        if self.kinds is not None:
            arrays |= {f"kinds.{name}": array for name, array in logistic_arrays(self.kinds).items()}
        measures = {name: value for name, value in asdict(self.context).items() if name in ("pool", "size", "cell")}
        notes = {**measures, "stride": self.stride, "calibration": list(self.calibration)}
        write_head(path, kind=kind, arrays=arrays, notes=notes)

    @classmethod
    def load(cls, path: Path, *, kind: str = kind) -> Self:
        """Read a head of that kind.

        Raises:
            BadCheckpoint: the file is damaged or holds something else.
        """
        arrays, notes = read_head(path, kind=kind)
        try:
            context = Context(arrays["mean"], arrays["axes"], *(notes[name] for name in ("pool", "size", "cell")))
            parts = [Forest(**named(arrays, f"{name}.")) for name in ("heat", "x", "y", "width", "height")]
            slope, offset = (float(number) for number in notes["calibration"])
            classes, stride = arrays["codes"], int(notes["stride"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadCheckpoint(f"{path} doesn't hold a whole head: {error}.") from error
        expect(context.axes.ndim == 2 and len(context.axes) == len(context.mean) and len(classes) > 0, path)
        for forest in parts:
            check_forest(forest, 8 * context.axes.shape[1], path)
        own = named(arrays, "kinds.")
        kinds = logistic_from(own, path) if own else None
        expect((kinds is None) == (len(classes) == 1), path)
        return cls(context, stride, parts[0], tuple(parts[1:]), (slope, offset), classes, kinds)


def _check(maps: Sequence[Map], boxes: Sequence[Boxes], codes: Sequence[NDArray[np.integer]]) -> None:
    if not len(maps) == len(boxes) == len(codes):
        raise BadFeatures(f"Need boxes (and codes) for each map: {len(maps)}, {len(boxes)}, {len(codes)}.")
    for number, (features, own, kinds) in enumerate(zip(maps, boxes, codes, strict=True)):
        if features.ndim != 3 or len(features) != len(maps[0]) or len(kinds) != len(own):
            raise BadFeatures(f"Tile {number}: map {features.shape}, {len(own)} boxes, {len(kinds)} codes don't fit.")
        if not np.isfinite(features).all():
            raise BadFeatures(f"The feature map of tile {number} holds NaN or infinity; embed it again.")
        if not (np.isfinite(own).all() and (own[:, 2:] > own[:, :2]).all()):
            raise BadFeatures(f"A box of tile {number} has no area: boxes are x0, y0, x1, y1 with x1 > x0 and y1 > y0.")
    if sum(len(own) for own in boxes) < _FEWEST:
        raise NotEnoughLabels(f"Draw at least {_FEWEST} boxes; there are {sum(len(own) for own in boxes)}.")
