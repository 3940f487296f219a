"""Pictures: map tiles and previews of scenes, chips and masks of samples; each checks who asks."""

from collections.abc import Callable
from hashlib import sha256

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from annotation.access import get_sample, get_scene
from annotation.arrays.fits import live_class_map
from annotation.arrays.masks import colour_mask, read_mask
from annotation.errors import BadSettings, NotFound
from annotation.looks import USUAL, look_of
from annotation.models import Asset, Sample, Scene, Suggestion
from annotation.models.blindness import is_blind
from mlcore.errors import OutsideRaster
from mlcore.raster.grid import GridSpec
from mlcore.raster.lattice import pixels_a_pixel
from mlcore.raster.render import encode
from mlcore.raster.style import Style
from mlcore.raster.write import encode_mask_png
from webapp.api.rendering import IgnoreAccept

A_DAY = 86_400
FINEST = 8  # times the lattice: beyond, nobody sees a difference
LARGEST_PX = 1024  # a side, of any picture: its price is that of its pixels, a tenth of a second
LONGEST_NUMBER = 20  # digits
WIDEST_MARGIN = 1024  # px of surroundings on each side
# For map tiles beside the scene: a 404 there would fill the console at every pan.
NOTHING = encode(np.zeros((1, 1, 1), np.uint8), np.zeros((1, 1), np.bool_))

STYLE_QUERY = [
    OpenApiParameter("composite", str, description="name of a composite of the scene's sensor"),
    OpenApiParameter("stretch", str, description="usual, stored, percentile, minmax or stddev"),
]
PNG = {(200, "image/png"): OpenApiTypes.BINARY}


class Picture(APIView):
    """A view that answers with a PNG, cached by the browser of the one who may see it."""

    content_negotiation_class = IgnoreAccept


def style_of(scene: Scene, request: Request) -> Style:
    """Return the style that the query string asks for."""
    composite = request.query_params.get("composite") or None
    return look_of(scene, composite, request.query_params.get("stretch") or USUAL)


def answer(
    request: HttpRequest | Request, key: object, draw: Callable[[], bytes], *, fresh: int = A_DAY
) -> HttpResponse:
    """Answer with what `draw` returns, or with 304 when the client has the picture of this `key` already."""
    etag = f'"{sha256(repr(key).encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(draw(), content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={fresh}" if fresh else "private, no-cache"
    return response


def freshness(scene: Scene) -> int:
    """Return for how many seconds a browser need not ask again: a scene that is compared may soon lie elsewhere."""
    return 0 if scene.shift_check else A_DAY


def number(request: Request, name: str, default: int, highest: int) -> int:
    """Return a whole number from the query string."""
    text = request.query_params.get(name)
    if not text:
        return default
    if not text.isdecimal() or len(text) > LONGEST_NUMBER or int(text) > highest:
        raise BadSettings(f"{name} must be a whole number from 0 to {highest}, not {text[:40]!r}.")
    return int(text)


class SceneTile(Picture):
    """A Web-Mercator tile of a scene."""

    @extend_schema(parameters=STYLE_QUERY, responses=PNG)
    def get(self, request: Request, project_id: int, pk: int, z: int, x: int, y: int) -> HttpResponse:
        """Draw one map tile, transparent beside the scene."""
        scene = get_scene(request.user, project_id, pk)
        style = style_of(scene, request)

        def draw() -> bytes:
            try:
                return scene.asset.reader.map_tile(scene.windows, z, x, y, style)
            except OutsideRaster:
                return NOTHING

        return answer(request, (scene.asset.sha256, scene.shift, z, x, y, style), draw, fresh=freshness(scene))


class ScenePreview(Picture):
    """A picture of a whole scene."""

    @extend_schema(parameters=[*STYLE_QUERY, OpenApiParameter("size", int)], responses=PNG)
    def get(self, request: Request, project_id: int, pk: int) -> HttpResponse:
        """Draw the scene in its own pixels, no larger than `size`."""
        scene = get_scene(request.user, project_id, pk)
        style = style_of(scene, request)
        size = max(number(request, "size", 512, LARGEST_PX), 16)
        asset = scene.asset
        return answer(
            request, (asset.sha256, size, style), lambda: asset.reader.preview(asset.windows, style, size=size)
        )


class SampleChip(Picture):
    """A picture of a sample."""

    @extend_schema(
        parameters=[
            *STYLE_QUERY,
            OpenApiParameter("scene", int, description="one of the sample's scenes; the newest by default"),
            OpenApiParameter("margin", int, description="px of surroundings on each side"),
            OpenApiParameter("size", int, description="px of the picture's side"),
            OpenApiParameter("native", bool, description="in the scene's own resolution, where that is finer"),
        ],
        responses=PNG,
    )
    def get(self, request: Request, project_id: int, pk: int) -> HttpResponse:
        """Draw the tile in its lattice's pixels, or in the scene's own."""
        sample = get_sample(request.user, project_id, pk)
        scene = scene_of(sample, number(request, "scene", 0, 2**53))
        style = style_of(scene, request)
        margin = number(request, "margin", 0, WIDEST_MARGIN)
        asset, cell = scene.asset, scene.cell(sample.tile)
        margin = round(margin * cell[0].tile_px / sample.tile.grid.tile_px)  # a chip has pixels of its own
        size = number(request, "size", 0, LARGEST_PX) or None
        if size is None and request.query_params.get("native"):
            size = native_side(asset, cell[0], margin)
        size = min(size or cell[0].tile_px + 2 * margin, LARGEST_PX)
        return answer(
            request,
            (asset.sha256, scene.shift, *cell, style, margin, size),
            lambda: asset.reader.picture(scene.windows, *cell, style, margin_px=margin, size=size),
            fresh=freshness(scene),
        )


def native_side(asset: Asset, grid: GridSpec, margin: int) -> int:
    """Return the side of a tile's picture in its scene's own pixels, where those are finer than the lattice's."""
    side = grid.tile_px + 2 * margin
    finer = min(max(pixels_a_pixel(grid, asset.info()), 1), FINEST)
    return max(side, min(round(side * finer), LARGEST_PX))


def scene_of(sample: Sample, pk: int) -> Scene:
    """Return the sample's scene `pk`, or its newest one when `pk` is 0."""
    scenes = sample.scenes().select_related("asset", "grid")
    scene = scenes.filter(pk=pk).first() if pk else scenes.last()
    if scene is None:
        raise NotFound("This tile has no such scene.")
    return scene


class SampleMask(Picture):
    """A class-index mask of a sample: of an annotation, of a suggestion, or of the newest fit."""

    @extend_schema(
        parameters=[
            OpenApiParameter("annotation", int),
            OpenApiParameter("suggestion", int),
            OpenApiParameter("live", bool, description="what the newest fit says"),
            OpenApiParameter("coloured", bool, description="in the colours of the classes; of no live mask"),
        ],
        responses=PNG,
    )
    def get(self, request: Request, project_id: int, pk: int) -> HttpResponse:
        """Return the mask as 8-bit grey, 0 = unlabelled; waiting audits have no suggested masks."""
        sample = get_sample(request.user, project_id, pk)
        if annotation := number(request, "annotation", 0, 2**53):
            mask = (
                sample.annotations.readable_by(request.user)
                .filter(pk=annotation)
                .values_list("mask", flat=True)
                .first()
            )
        elif suggestion := number(request, "suggestion", 0, 2**53):
            shown = Suggestion.objects.visible().filter(sample=sample, pk=suggestion)
            mask = shown.values_list("mask", flat=True).first()
        else:
            return self.live(request, sample)
        if not mask:
            raise NotFound("There is no such mask of this tile.")
        if not request.query_params.get("coloured"):
            return answer(request, mask, lambda: read_mask(mask))
        colours = {each.code: each.colour for each in sample.project.all_classes()}
        return answer(request, (mask, colours), lambda: colour_mask(mask, colours))

    def live(self, request: Request, sample: Sample) -> HttpResponse:
        """Answer with the newest fit's class map."""
        classes = (
            None if is_blind(sample) else live_class_map(sample.project, sample.index, tile_px=sample.tile.grid.tile_px)
        )
        if classes is None:
            raise NotFound("There is no such mask of this tile.")
        return answer(request, classes.tobytes(), lambda: encode_mask_png(classes), fresh=0)
