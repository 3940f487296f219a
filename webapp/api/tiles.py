"""/api/projects/{id}/tiles/: the tiles as GeoJSON, found by PostGIS, written as text because there are many."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db.models import Exists, F, FilteredRelation, FloatField, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.arrays.without import Apart, newest_apart
from annotation.models import AuditDraw, Coverage, ModelVersion, Project, Sample
from annotation.models.blindness import blind, would_be_blind
from annotation.tasks import task_of
from webapp.api.parsing import Id, read_bbox
from webapp.api.rendering import IgnoreAccept

MOST_TILES = 20_000
MOST_PAGES = 1_000_000
MAP_ENDS = 85  # degrees; a box that reaches so far, and around, is the world
CODE = Coalesce(F("answer__label__merged_into__code"), F("answer__label__code"))
DRAWN = Exists(AuditDraw.objects.filter(sample=OuterRef("pk")))
DECIMALS = 7  # of a degree: about a centimetre
COLUMNS = (
    "pk", "index", "tile__column", "tile__row", "tile__grid_id", "epoch_id", "later_epoch_id", "tile__name",
    "state", "code", "suggested", "confidence", "drawn", "assignment_id",
    "geometry", "shown_value", "shown_suggestion", "shown_width",
)  # fmt: skip


class TileQuery(serializers.Serializer[Any]):
    """Which tiles to show."""

    bbox = serializers.CharField(required=False, help_text="west,south,east,north in degrees")
    grid = Id(required=False)
    epoch = Id(required=False, help_text="samples that speak of it, alone or as the later one")
    state = serializers.ChoiceField(Sample.State.choices, required=False)
    label = Id(required=False, help_text="class code")  # type: ignore[assignment]
    audit = serializers.BooleanField(required=False, allow_null=True, default=None)
    scene = Id(required=False, help_text="tiles that this scene shows")
    overlap = serializers.FloatField(
        required=False, min_value=0, max_value=1, help_text="share of the tile that a scene (or `scene`) fills at least"
    )
    cloud = serializers.FloatField(
        required=False, min_value=0, max_value=1, help_text="share of cloud that a scene (or `scene`) has there at most"
    )
    disagree = serializers.FloatField(
        required=False,
        min_value=0,
        max_value=1,
        help_text="how far answers lie apart at least without a modality",
    )
    limit = serializers.IntegerField(min_value=1, max_value=MOST_TILES, default=MOST_TILES)
    page = serializers.IntegerField(min_value=1, max_value=MOST_PAGES, default=1)

    def validate_bbox(self, text: str) -> Polygon | MultiPolygon:
        """Read four numbers in their order."""
        return read_bbox(text)


class TileList(APIView):
    """The tiles of a project as a FeatureCollection."""

    content_negotiation_class = IgnoreAccept

    @extend_schema(
        parameters=[TileQuery, OpenApiParameter("page", int, description="of `limit` tiles each, from 1")],
        responses={(200, "application/geo+json"): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """List tiles with their state, label and suggestion; waiting audits have no suggestion."""
        project = get_project(request.user, project_id)
        query = TileQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted = query.validated_data
        start = (wanted["page"] - 1) * wanted["limit"]
        # which they are, before what is told of them: that would be worked out for all pages before this one
        page = list(find(project, wanted).values_list("pk", flat=True)[start : start + wanted["limit"] + 1])
        more = len(page) > wanted["limit"]
        text = ",".join(features(_told(project, page[: wanted["limit"]]), newest_apart(project)))
        content = f'{{"type":"FeatureCollection","more":{json.dumps(more)},"features":[{text}]}}'
        return HttpResponse(
            content, content_type="application/geo+json", headers={"Cache-Control": "private, no-cache"}
        )


def find(project: Project, wanted: dict[str, Any]) -> QuerySet[Sample]:
    """Return the samples of the tiles asked for, in their order."""
    rows = Sample.objects.filter(project=project)
    if "bbox" in wanted:
        rows = rows.filter(**_within(wanted["bbox"]))
    if "grid" in wanted:
        rows = rows.filter(tile__grid=wanted["grid"])
    if "epoch" in wanted:
        rows = rows.filter(Q(epoch=wanted["epoch"], later_epoch=None) | Q(later_epoch=wanted["epoch"]))
    if "state" in wanted:
        rows = rows.filter(state=wanted["state"])
    if {"scene", "overlap", "cloud"} & wanted.keys():
        rows = rows.filter(_covered(wanted))
    if "label" in wanted:
        named = Q(code=wanted["label"]) | task_of(project).naming(wanted["label"], "answer__")
        rows = rows.annotate(code=CODE).filter(named)
    if wanted["audit"] is not None:
        rows = rows.annotate(drawn=DRAWN).filter(Q(drawn=wanted["audit"]))
    if "disagree" in wanted:
        apart = newest_apart(project)
        indices = apart.among(wanted["disagree"])[:MOST_TILES].tolist() if apart else []
        rows = rows.filter(~blind(), index__in=indices)
    return rows.order_by("index")


def _covered(wanted: dict[str, Any]) -> Exists | Q:
    """Return what finds the samples that one of their scenes, or the one asked for, shows far and clearly enough."""
    seen = Coverage.objects.filter(tile=OuterRef("tile"), valid__gte=wanted.get("overlap", 0))
    if "cloud" in wanted:
        seen = seen.clear(wanted["cloud"])
    if "scene" in wanted:
        return Exists(seen.filter(scene=wanted["scene"]))
    of_epoch = [Exists(seen.filter(scene__epochs=OuterRef(name))) for name in ("epoch", "later_epoch")]
    return Q(Exists(seen), epoch=None) | Q(*of_epoch, _connector=Q.OR)


def _within(box: Polygon | MultiPolygon) -> dict[str, Any]:
    """Return what finds the tiles in a box; of the whole world, comparing each with it would be the slowest way."""
    west, south, east, north = box.extent
    if isinstance(box, Polygon) and east - west >= 360 and south <= -MAP_ENDS and north >= MAP_ENDS:
        return {"tile__outline__isnull": False}
    return {"tile__outline__intersects": box}


def _told(project: Project, pks: list[int]) -> list[tuple[Any, ...]]:
    """Return what is told of samples, in their order."""
    versions = project.model_versions.filter(state=ModelVersion.State.PUBLISHED)
    published = versions.values_list("pk", flat=True).first() or 0
    rows = Sample.objects.filter(pk__in=pks).annotate(
        code=CODE,
        drawn=DRAWN,
        said=FilteredRelation("suggestions", condition=Q(suggestions__model_version=published)),
        suggested=F("said__label__code"),
        confidence=F("said__confidence"),
        geometry=AsGeoJSON("tile__outline", precision=DECIMALS),
    )
    return list(rows.annotate(**_shown(project)).order_by("index").values_list(*COLUMNS))


def _shown(project: Project) -> dict[str, Combinable]:
    """Return what the kind of label tells besides classes; null where it tells nothing."""
    values, nothing = task_of(project).map_values, Value(None, output_field=FloatField())
    names = {"shown_value": "value", "shown_suggestion": "suggested_value", "shown_width": "width"}
    return {column: values.get(name, nothing) for column, name in names.items()}


def features(rows: list[tuple[Any, ...]], apart: Apart | None) -> Iterator[str]:
    """Write each row as a Feature."""
    for row in rows:
        pk, index, column, line, grid, epoch, later, name, *about = row
        state, code, suggested, confidence, audit, assignment, geometry, *shown = about
        hidden = would_be_blind(state, audit=audit)
        properties = {
            "sample": pk,
            "index": index,
            "column": column,
            "row": line,
            "grid": grid,
            "epoch": epoch,
            "later_epoch": later,
            "name": name,
            "state": state,
            "label": code,
            "suggested": None if hidden else suggested,
            "confidence": None if hidden else confidence,
            "value": shown[0],
            "suggested_value": None if hidden else shown[1],
            "width": None if hidden else shown[2],
            "apart": None if hidden or apart is None else apart.told(index),
            "audit": audit,
            "assignment": assignment,
        }
        yield f'{{"type":"Feature","id":{pk},"geometry":{geometry or "null"},"properties":{json.dumps(properties)}}}'
