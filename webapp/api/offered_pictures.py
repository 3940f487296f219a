"""/api/projects/{id}/catalogues/picture/: a small picture of what a catalogue offers, read by our server alone.

Which address is read says nobody but a search: what it gave is signed, for its project and for a day.
"""

from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from annotation import ingest
from annotation.access import get_project
from annotation.errors import NotFound
from annotation.models import Project
from annotation.models.projects import Role
from mlcore.raster.miniatures import MEDIA_TYPE
from mlcore.stac import Item
from webapp.api.rendering import IgnoreAccept

_SALT = "webapp.offered-picture"
_A_DAY = 86_400


def picture_url(project: Project, item: Item) -> str | None:
    """Return where an item's picture is to be had from us; None where it has none that may be read."""
    if not item.picture or not ingest.may_be_shown(item.picture):
        return None
    signed = signing.dumps([project.pk, item.picture], salt=_SALT, compress=True)
    return f"{reverse('api:catalogue-picture', args=[project.pk])}?of={signed}"


class OfferedPictureQuery(serializers.Serializer[Any]):
    """Which picture."""

    of = serializers.CharField(max_length=4000, help_text="as a search gave it")


class OfferedPicture(APIView):
    """The picture of an item."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(parameters=[OfferedPictureQuery], responses={(200, MEDIA_TYPE): OpenApiTypes.BINARY})
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """Read it, and answer with a small one."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = OfferedPictureQuery(data=request.query_params)
        form.is_valid(raise_exception=True)
        picture = ingest.offered_picture(_address(project, form.validated_data["of"]))
        return HttpResponse(picture, content_type=MEDIA_TYPE, headers={"Cache-Control": f"private, max-age={_A_DAY}"})


def _address(project: Project, signed: str) -> str:
    try:
        told, url = signing.loads(signed, salt=_SALT, max_age=_A_DAY)
    except signing.BadSignature:
        told, url = None, ""
    if told != project.pk:
        raise NotFound("No search of this project gave this picture, or not today: look again.")
    return str(url)
