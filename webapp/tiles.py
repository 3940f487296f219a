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

from annotation.access import find_scene, get_sample, get_scene
from annotation.arrays.fits import live_class_map
from annotation.arrays.masks import colour_mask, read_mask
from annotation.errors import NotFound
from annotation.looks import Place, look_of
from annotation.models import Asset, Sample, Scene, Suggestion
from annotation.models.blindness import is_blind
from mlcore.errors import OutsideRaster
from mlcore.looks import Recipe
from mlcore.raster.grid import GridSpec
from mlcore.raster.lattice import pixels_a_pixel
from mlcore.raster.render import encode
from mlcore.raster.write import encode_mask_png
from webapp.api.rendering import IgnoreAccept
from webapp.recipes import QUERY, number, recipe_in

A_DAY = 86_400
FINEST = 8  # times the lattice: beyond, nobody sees a difference
LARGEST_PX = 1024  # a side, of any picture: its price is that of its pixels, a tenth of a second
WIDEST_MARGIN = 1024  # px of surroundings on each side
# For map tiles beside the scene: a 404 there would fill the console at every pan.
NOTHING = encode(np.zeros((1, 1, 1), np.uint8), np.zeros((1, 1), np.bool_))

PNG = {(200, "image/png"): OpenApiTypes.BINARY}


class Picture(APIView):
    """A view that answers with a PNG, cached by the browser of the one who may see it."""

    content_negotiation_class = IgnoreAccept


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


def freshness(request: Request, scene: Scene) -> int:
    """Return for how many seconds a picture needs no question: not by a saved view, nor of a scene that is compared."""
    return 0 if request.query_params.get("view") or scene.shift_check else A_DAY


class SceneTile(Picture):
    """A Web-Mercator tile of a scene."""

    @extend_schema(parameters=QUERY, responses=PNG)
    def get(self, request: Request, project_id: int, pk: int, z: int, x: int, y: int) -> HttpResponse:
        """Draw one map tile, transparent beside the scene."""
        scene = get_scene(request.user, project_id, pk)
        recipe = recipe_in(request.query_params, scene.project)
        return map_tile(request, scene, recipe, (z, x, y), fresh=freshness(request, scene))


def map_tile(
    request: Request, scene: Scene, recipe: Recipe, square: tuple[int, int, int], *, fresh: int
) -> HttpResponse:
    """Answer with a square (z, x, y) of the web map, transparent beside the scene."""
    look = look_of(scene, recipe)

    def draw() -> bytes:
        try:
            return scene.asset.reader.map_tile(scene.windows, *square, look)
        except OutsideRaster:
            return NOTHING

    return answer(request, (scene.asset.sha256, scene.shift, *square, look), draw, fresh=fresh)


class ScenePreview(Picture):
    """A picture of a whole scene."""

    @extend_schema(
        parameters=[
            *QUERY,
            OpenApiParameter("size", int),
            OpenApiParameter("lattice", bool, description="the square block of tiles that holds it, as tiles show it"),
        ],
        responses=PNG,
    )
    def get(self, request: Request, project_id: int, pk: int) -> HttpResponse:
        """Draw the scene in its own pixels or in those of its lattice, no larger than `size`."""
        scene = get_scene(request.user, project_id, pk)
        look = look_of(scene, recipe_in(request.query_params, scene.project))
        size = max(number(request.query_params, "size", 512, LARGEST_PX), 16)
        asset, block = scene.asset, scene.block() if request.query_params.get("lattice") else None

        def draw() -> bytes:
            if block is None:
                return asset.reader.preview(asset.windows, look, size=size)
            return asset.reader.picture(asset.windows, block, 0, 0, look, size=size)

        return answer(request, (asset.sha256, size, look, block), draw, fresh=freshness(request, scene))


class SampleChip(Picture):
    """A picture of a sample."""

    @extend_schema(
        parameters=[
            *QUERY,
            OpenApiParameter("scene", int, description="one of the sample's scenes; the newest by default"),
            OpenApiParameter("date", enum=["earlier", "later"], description="of a pair of epochs, which is shown"),
            OpenApiParameter("margin", int, description="px of surroundings on each side"),
            OpenApiParameter("size", int, description="px of the picture's side"),
            OpenApiParameter("native", bool, description="in the scene's own resolution, where that is finer"),
        ],
        responses=PNG,
    )
    def get(self, request: Request, project_id: int, pk: int) -> HttpResponse:
        """Draw the tile in its lattice's pixels, or in the scene's own."""
        sample = get_sample(request.user, project_id, pk)
        date = request.query_params.get("date", "")
        scene = find_scene(sample, number(request.query_params, "scene", 0, 2**53), date)
        margin = number(request.query_params, "margin", 0, WIDEST_MARGIN)
        asset, cell = scene.asset, scene.cell(sample.tile)
        look = look_of(scene, recipe_in(request.query_params, sample.project), Place(*cell))
        margin = round(margin * cell[0].tile_px / sample.tile.grid.tile_px)  # a chip has pixels of its own
        size = number(request.query_params, "size", 0, LARGEST_PX) or None
        if size is None and request.query_params.get("native"):
            size = native_side(asset, cell[0], margin)
        size = min(size or cell[0].tile_px + 2 * margin, LARGEST_PX)
        return answer(
            request,
            (asset.sha256, scene.shift, *cell, look, margin, size),
            lambda: asset.reader.picture(scene.windows, *cell, look, margin_px=margin, size=size),
            fresh=freshness(request, scene),
        )


def native_side(asset: Asset, grid: GridSpec, margin: int) -> int:
    """Return the side of a tile's picture in its scene's own pixels, where those are finer than the lattice's."""
    side = grid.tile_px + 2 * margin
    finer = min(max(pixels_a_pixel(grid, asset.info()), 1), FINEST)
    return max(side, min(round(side * finer), LARGEST_PX))


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
        if annotation := number(request.query_params, "annotation", 0, 2**53):
            mask = (
                sample.annotations.readable_by(request.user)
                .filter(pk=annotation)
                .values_list("mask", flat=True)
                .first()
            )
        elif suggestion := number(request.query_params, "suggestion", 0, 2**53):
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
