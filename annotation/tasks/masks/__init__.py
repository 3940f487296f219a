"""Masks: a class for each pixel of a tile that somebody painted."""

import base64
import binascii
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from annotation.arrays.masks import count_pixels, load_mask, read_area, recoded, repainted, store_mask
from annotation.errors import BadAnswer
from annotation.models import Annotation, Project, Sample
from annotation.models.projects import Scope
from annotation.tasks.content import Content, Value, classes_in_use, only
from annotation.tasks.masks.drawn import Drawn, agreeing, painted, polygons_by_class, read_shapes
from annotation.tasks.protocol import TABLES, Correction, Region, Task, without_tiles
from annotation.tasks.told import Heard, Told
from mlcore.errors import BadMask
from mlcore.raster.write import decode_mask_png, encode_mask_png

if TYPE_CHECKING:
    from shapely import Polygon

    from annotation.arrays.masks import Mask
    from annotation.tasks.explainer import Explainer
    from annotation.tasks.learner import Learner
    from annotation.truth import Truth

_ALIKE = 0.8  # of the pixels that two people painted
_OF_ONE_CLASS_A_TILE = {"entropy", "least_confidence", "badge", "rare_class", "change"}


class Masks(Task):
    """A class for each painted pixel; sent as {"mask": PNG in base64}, kept as its hash with pixel counts by class.

    Beside it, `shapes` are what was drawn with corners: kept as drawn where the mask says the same; alone they make it.
    """

    name = "masks"
    title = "A class for each pixel"
    about = "Tiles are painted: fields, buildings, water bodies. A few dabs a class are enough to begin with."
    reserved_keys = "subcxfhdepgmojkq"  # and the painter's tools
    needs_maps = True
    draws_where_unsure = False  # the mean over a mask's pixels is no confidence of the tile's label
    paints = True
    learning = "segmentation"
    formats = TABLES | {"coco", "masks", "mosaics", "laz", "terratorch", "yolo", "yolo_obb", "voc"}

    def read(self, sample: Sample, value: Value) -> Content:
        """Return the mask that somebody painted: its file, its pixel counts and its most frequent class."""
        if not value or set(value) == {"class"}:
            raise BadAnswer(f"{sample.project} takes a mask; paint the tile, or skip it.")
        side = sample.tile.grid.tile_px
        shapes = read_shapes(sample.project, value.get("shapes", ()), side)
        if set(value) == {"shapes"}:
            return content_of(sample.project, painted(shapes, side), b"", shapes)
        only(value, "mask", optional=["pixels", "shapes"])
        try:
            png = _unwrapped(value["mask"])
            classes = decode_mask_png(png, size=(side, side))
        except BadMask as error:
            raise BadAnswer(str(error)) from error
        return content_of(sample.project, classes, png, shapes)

    def hear(self, project: Project, told: Told) -> Heard | None:
        """Return the areas burnt into a mask, later ones over earlier ones; what names no area is all of its class."""
        if len(set(told.whole)) > 1 and not told.areas:
            raise BadAnswer("It names several classes of the whole tile; a pixel takes one.")
        mask = told.mask()
        if not mask.any():
            if told.areas:
                return None
            raise BadAnswer("It paints nothing.")
        share = float((mask > 0).mean() if told.ground is None else (mask[told.ground] > 0).mean())
        shapes = read_shapes(project, told.drawn, told.side)
        return Heard(content_of(project, mask, b"", shapes), share)

    def agree(self, project: Project, one: Value, other: Value) -> bool:
        """Return whether most of what both painted is the same."""
        wrong = self.wrongness(project, one, other, both_painted=True)
        return wrong is not None and wrong <= 1 - _ALIKE

    def text(self, value: Value, names: Mapping[int, str]) -> str:
        """Return the classes by how much of the paint is theirs."""
        pixels = Counter({int(code): number for code, number in value.get("pixels", {}).items()})
        return ", ".join(
            f"{names.get(code, code)} {number / pixels.total():.0%}" for code, number in pixels.most_common(3)
        )

    def correct(self, said: Annotation, correction: Correction) -> Value:
        """Return a mask painted anew, or the one there is with another class in an area of it."""
        if correction.get("value"):
            return super().correct(said, correction)
        code, area = correction.get("label"), correction.get("area")
        if not area or code is None:
            raise BadAnswer("A mask is corrected by painting: open the tile in the labelling view, or say which area.")
        project = said.sample.project
        classes_in_use(project, [code])
        classes = recoded(load_mask(said.mask), project.codes_in_use())
        return wrapped(repainted(classes, read_area(area, len(classes)), code))

    def simulate(self, truth: "Truth", sample: Sample) -> Value | None:
        """Return the mask that the truth knows."""
        mask = truth.mask(sample)
        return wrapped(mask) if mask.any() else None

    def is_ready(self, project: Project) -> bool:
        """Return whether two classes are painted."""
        values = self.taught(project).values_list("value", flat=True)
        return len({code for value in values for code in value.get("pixels", {})}) >= 2

    def agreement(self, project: Project) -> dict[str, Any]:
        """Return Krippendorff's alpha of the pixels."""
        from annotation.tasks.masks.agreement import agreement

        return agreement(project)

    def disputes(self, project: Project) -> list[dict[str, Any]]:
        """Return the tiles in which people painted an area differently."""
        from annotation.tasks.masks.agreement import disputes

        return disputes(project)

    def codes(self, value: Value) -> list[int]:
        """Return the commonest class: others give way when they go out of use."""
        pixels = value.get("pixels", {})
        return [int(max(pixels, key=lambda code: pixels[code]))] if pixels else []

    @property
    def learner(self) -> "type[Learner[Any]]":
        """Return the head on feature maps."""
        from annotation.tasks.masks.learner import MaskLearner

        return MaskLearner

    @property
    def explainer(self) -> "type[Explainer]":
        """Return what the pages of insights and quality show."""
        from annotation.tasks.masks.explainer import MaskExplainer

        return MaskExplainer

    def wrongness(self, project: Project, truth: Value, value: Value, *, both_painted: bool = False) -> float | None:
        """Return which share of the painted pixels is wrong, or of those that both painted."""
        codes = project.codes_in_use()
        right, given = (_load(content, codes) for content in (truth, value))
        if right is None or not (right > 0).any():
            return 1.0
        if given is None or given.shape != right.shape:
            return 1.0
        painted = (right > 0) & (given > 0) if both_painted else right > 0
        return float((right != given)[painted].mean()) if painted.any() else None

    def refusal(self, project: Project, strategy: str) -> str:
        """Return what lacks for strategies that go by the class of a tile."""
        told = strategy == "change" and project.scope == Scope.PAIR
        return (
            "one class for each tile"
            if strategy in _OF_ONE_CLASS_A_TILE and not told
            else super().refusal(project, strategy)
        )

    def obstacle(self, project: Project) -> str:
        """Return that one class is no choice."""
        if len(set(project.codes_in_use().values())) < 2:
            return "Only one class is in use: every label would be right, and a promise says nothing."
        return ""

    def hide(self, insights: Mapping[str, Any], waiting: set[int]) -> dict[str, Any]:
        """Leave samples out of the tiles of a cell of the table."""
        return without_tiles(insights, waiting)

    def regions(self, value: Value, codes: Mapping[int, int]) -> Iterator[Region]:
        """Yield each class with its pixels."""
        mask = painted_mask(value, codes)
        for code in np.flatnonzero(np.bincount(mask.ravel(), minlength=256)[1:]).tolist():
            yield code + 1, mask == code + 1

    def drawn(self, value: Value, codes: Mapping[int, int]) -> "dict[int, list[Polygon]]":
        """Return what was drawn of each class."""
        return polygons_by_class(value, codes)

    def properties(self, value: Value, codes: Mapping[int, int], names: Mapping[int, str]) -> dict[str, Any]:
        """Return the commonest class."""
        pixels = value.get("pixels", {})
        code = int(max(pixels, key=lambda code: pixels[code], default=0))
        code = codes.get(code, code)
        return {"label": code, "name": names.get(code)}


def content_of(project: Project, classes: "Mask", png: bytes, shapes: Sequence[Drawn] = ()) -> Content:
    """Return what a painted mask [H, W], sent as a PNG, says, with shapes drawn into it, and keep its file.

    Raises:
        BadAnswer: nothing is painted.
        UnknownClass: it holds a class that is not in use.
    """
    pixels = count_pixels(classes)
    if not pixels:
        raise BadAnswer("The mask is empty; paint at least one pixel, or skip the tile.")
    labels = classes_in_use(project, pixels)
    commonest = labels[max(pixels, key=lambda code: pixels[code])]
    sha256 = store_mask(classes, png)
    kept = agreeing(shapes, classes)
    return Content(value_of(sha256, pixels) | ({"shapes": kept} if kept else {}), commonest, sha256)


def value_of(sha256: str, pixels: Mapping[int, int]) -> dict[str, Any]:
    """Return the value of a kept mask."""
    return {"mask": sha256, "pixels": {str(code): number for code, number in pixels.items()}}


def wrapped(classes: "Mask") -> dict[str, str]:
    """Return a mask as it is sent."""
    return {"mask": base64.b64encode(encode_mask_png(classes)).decode()}


def painted_mask(value: Value, codes: Mapping[int, int]) -> "Mask":
    """Return the mask [H, W] of a value, merged classes as what they count as; classes out of use stay."""
    mask = load_mask(value["mask"])
    if all(code == target for code, target in codes.items()):
        return mask
    return recoded(mask, {code: codes.get(code, code) for code in range(256)})


def _load(value: Value, codes: dict[int, int]) -> "Mask | None":
    return recoded(load_mask(value["mask"]), codes) if value.get("mask") else None


def _unwrapped(text: Any) -> bytes:
    try:
        return base64.b64decode(str(text).partition("base64,")[2] or str(text), validate=True)
    except (binascii.Error, ValueError):
        raise BadAnswer("Send the mask as an 8-bit grey PNG in base64.") from None
