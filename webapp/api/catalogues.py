"""/api/projects/{id}/catalogues/: what a STAC catalogue has, and what of it becomes scenes; scenes are brought in."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import ingest
from annotation.access import get_project, get_scene
from annotation.models.projects import Role
from mlcore.stac.searching import MOST_ITEMS, Query
from webapp.api.offered_pictures import picture_url
from webapp.tasks import dispatch_on_commit

_PATIENCE = 25.0  # seconds that somebody waits for an answer


class CatalogueQuery(serializers.Serializer[Any]):
    """Where to look, and for what."""

    url = serializers.CharField(max_length=2000)
    bbox = serializers.ListField(
        child=serializers.FloatField(min_value=-360, max_value=360),
        min_length=4,
        max_length=4,
        required=False,
        allow_null=True,
        help_text="west, south, east, north in degrees",
    )
    starts = serializers.DateField(required=False, allow_null=True)
    ends = serializers.DateField(required=False, allow_null=True)
    cloud = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=100)
    collections = serializers.ListField(child=serializers.CharField(max_length=200), required=False, max_length=50)
    assets = serializers.ListField(child=serializers.CharField(max_length=200), required=False, max_length=64)
    most = serializers.IntegerField(default=100, min_value=1, max_value=MOST_ITEMS)

    def validate_bbox(self, bbox: list[float] | None) -> list[float] | None:
        """Refuse an area that is none."""
        if bbox and not (-90 <= bbox[1] < bbox[3] <= 90):
            raise serializers.ValidationError("Give west, south, east and north in degrees, the south first.")
        return bbox

    def query(self, seconds: float = _PATIENCE) -> Query:
        """Return it as the domain asks it."""
        told = self.validated_data
        return Query(
            url=told["url"].strip(),
            bbox=tuple(told["bbox"]) if told.get("bbox") else None,
            starts=told.get("starts"),
            ends=told.get("ends"),
            cloud=told.get("cloud"),
            collections=tuple(told.get("collections", ())),
            most=told["most"],
            seconds=seconds,
        )


class CatalogueChoice(CatalogueQuery):
    """The same, and which of the items are added; none: all that fit."""

    items = serializers.ListField(child=serializers.CharField(max_length=200), required=False, max_length=MOST_ITEMS)


class OfferSerializer(serializers.Serializer[Any]):
    """An item, and what would become of it."""

    id = serializers.CharField()
    collection = serializers.CharField()
    href = serializers.CharField()
    acquired = serializers.DateTimeField(allow_null=True)
    cloud_cover = serializers.FloatField(allow_null=True)
    licence = serializers.CharField()
    bbox = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    outline = serializers.ListField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.FloatField())),
        help_text="rings of [longitude, latitude]: what of the ground it shows, where it says so",
    )
    picture_url = serializers.CharField(allow_null=True, help_text="a small picture, read by our server; for a day")
    assets = serializers.ListField(child=serializers.CharField())
    bands = serializers.ListField(child=serializers.CharField())
    status = serializers.ChoiceField(["accepted", "duplicate", "refused"])
    message = serializers.CharField()


class CatalogueAnswer(serializers.Serializer[Any]):
    """The items that fit; there may be more when it is not complete, and broken ones are left out."""

    items = OfferSerializer(many=True)
    complete = serializers.BooleanField()
    broken = serializers.IntegerField()


class CatalogueJob(serializers.Serializer[Any]):
    """The job that does it."""

    job = serializers.IntegerField()


class CatalogueSearch(APIView):
    """What a catalogue has."""

    @extend_schema(request=CatalogueQuery, responses=CatalogueAnswer)
    def post(self, request: Request, project_id: int) -> Response:
        """Look without adding anything."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = CatalogueQuery(data=request.data)
        form.is_valid(raise_exception=True)
        offers, findings = ingest.offers(project, form.query(), form.validated_data.get("assets", ()))
        told = {"complete": findings.complete, "broken": findings.broken}
        items = [offer.to_dict() | {"picture_url": picture_url(project, offer.item)} for offer in offers]
        return Response({"items": items, **told})


class CatalogueAdd(APIView):
    """Scenes from a catalogue."""

    @extend_schema(request=CatalogueChoice, responses={202: CatalogueJob})
    def post(self, request: Request, project_id: int) -> Response:
        """Add items in the background."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = CatalogueChoice(data=request.data)
        form.is_valid(raise_exception=True)
        chosen = form.validated_data
        job = ingest.request_items(
            project,
            form.query(seconds=120.0),
            chosen.get("items", ()),
            assets=chosen.get("assets", ()),
            user_id=request.user.pk,
        )
        dispatch_on_commit()
        return Response({"job": job.pk}, status=202)


class SceneBring(APIView):
    """A scene whose pixels lie elsewhere."""

    @extend_schema(request=None, responses={202: CatalogueJob})
    def post(self, request: Request, project_id: int, pk: int) -> Response:
        """Bring it in, in the background."""
        scene = get_scene(request.user, project_id, pk, Role.OWNER)
        job = ingest.request_bring(scene, user_id=request.user.pk)
        dispatch_on_commit()
        return Response({"job": job.pk}, status=202)
