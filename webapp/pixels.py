"""Pixels: a sample's tile of one scene as a file, in that scene's own bands and numbers."""

import tempfile
from pathlib import Path

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from annotation.access import find_scene, get_sample
from annotation.errors import NotFound
from annotation.models import Sample, Scene
from annotation.models.imagery import RECORDS
from mlcore.raster.cut import cut_tile
from webapp.api.rendering import IgnoreAccept
from webapp.recipes import number

KIND = "image/tiff; application=geotiff"


class SamplePixels(APIView):
    """A sample's tile with the numbers of one of its scenes."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(
        parameters=[OpenApiParameter("scene", int, description="one of the sample's scenes; the newest by default")],
        responses={(200, "image/tiff"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, project_id: int, pk: int) -> HttpResponse:
        """Return a GeoTIFF in the scene's own bands, types, names, scales and offsets, on the lattice of the label."""
        sample = get_sample(request.user, project_id, pk)
        scene = find_scene(sample, number(request.query_params, "scene", 0, 2**53))
        if scene.asset.kind in RECORDS:
            raise NotFound("This scene speaks of places without showing them: it has no pixels.")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "chip.tif"
            cut_tile(scene.asset.file, path, *scene.cell(sample.tile), size=_size(scene, sample))
            response = HttpResponse(path.read_bytes(), content_type=KIND)
        response["Content-Disposition"] = f'attachment; filename="sample-{sample.pk}-scene-{scene.pk}.tif"'
        response["Cache-Control"] = "private, max-age=86400"
        return response


def _size(scene: Scene, sample: Sample) -> tuple[int, int] | None:
    """Return the rows and columns of a ready-made chip, which is not always square."""
    if not sample.tile.grid.ready_made:
        return None
    info = scene.asset.info()
    return info.height, info.width
