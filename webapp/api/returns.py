"""/api/projects/{id}/samples/{id}/returns/: the laser points of a tile, for whoever draws them."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from annotation.access import get_sample
from annotation.errors import BadSettings
from annotation.returns import cloud_of, returns_of
from webapp.api.rendering import IgnoreAccept

_LONGEST = 18  # digits of an id


class SampleReturns(APIView):
    """The laser returns of one sample."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(
        parameters=[OpenApiParameter("scene", int, description="a point cloud on the tile; the newest without it")],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, project_id: int, pk: int) -> HttpResponse:
        """Send at most 200,000 points: the header's length in 4 bytes, a JSON header, then column after column.

        The header lists the columns with their kinds, all little-endian: x and y in px of the tile, z in m, intensity
        as the file has it, class and number of the return. Where there are more, `every` says of how many each is one.
        """
        sample = get_sample(request.user, project_id, pk)
        cloud = cloud_of(sample, _scene_id(request))
        response = HttpResponse(returns_of(sample, cloud).to_bytes(), content_type="application/octet-stream")
        response["Cache-Control"] = "private, max-age=3600"
        return response


def _scene_id(request: Request) -> int | None:
    text = request.query_params.get("scene") or ""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST):
        raise BadSettings(f"scene is the number of a scene, not {text[:40]!r}.")
    return int(text)
