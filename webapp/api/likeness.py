"""/api/projects/{id}/samples/{id}/likeness/: what each pixel of a tile looks like, for tools that answer at once."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from annotation.access import get_sample
from annotation.likeness import likeness_of_sample
from webapp.api.rendering import IgnoreAccept


class SampleLikeness(APIView):
    """The likeness of one sample."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, project_id: int, pk: int) -> HttpResponse:
        """Send few channels of a byte: the header's length in 4 bytes, a JSON header, and channel after channel.

        First come the strongest directions of all bands of the tile's scenes, at the resolution of its lattice, then
        those of the encoder's feature map at its own, once the tile is embedded; of an audit that waits the bands
        alone. 0 is unknown. The header has the shapes, and how far each direction spreads against the strongest.
        """
        likeness = likeness_of_sample(get_sample(request.user, project_id, pk))
        response = HttpResponse(likeness.to_bytes(), content_type="application/octet-stream")
        response["Cache-Control"] = "private, max-age=60"  # vectors may arrive
        return response
