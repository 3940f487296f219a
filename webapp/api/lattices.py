"""/api/projects/{id}/lattices/: how the ground is cut into tiles, changeable until the first label."""

from typing import Any

from django.db.models import Count
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_grid, get_project
from annotation.ingest.lattices import FIXED, LatticeChange, change_lattice, is_fixed, resolution_of, unit_of, why
from annotation.models import Grid, Project
from annotation.models.projects import Role
from webapp.tasks import dispatch_on_commit

MOST_UNITS = 1e7  # a pixel of the size of the Earth, in metres


class LatticeSerializer(serializers.Serializer[Any]):
    """A lattice of the project."""

    id = serializers.IntegerField()
    crs = serializers.CharField(allow_blank=True)
    resolution = serializers.FloatField(help_text="units a pixel")
    unit = serializers.CharField()
    tile_px = serializers.IntegerField()
    why = serializers.CharField(allow_blank=True, help_text="what is not plain about its coordinate system")
    ready_made = serializers.BooleanField()
    tiles = serializers.IntegerField()
    scenes = serializers.IntegerField()
    fixed = serializers.CharField(allow_blank=True, help_text="why it cannot change; empty while it can")


class LatticeForm(serializers.Serializer[Any]):
    """What can be changed of a lattice."""

    crs = serializers.CharField(max_length=20, required=False)
    resolution = serializers.FloatField(required=False, max_value=MOST_UNITS)
    tile_px = serializers.IntegerField(required=False)


class LatticeList(APIView):
    """The lattices of a project."""

    @extend_schema(responses=LatticeSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        """List them: one for each part of the world, and one for each size of ready-made chips."""
        project = get_project(request.user, project_id)
        return Response(described(project))


class LatticeDetail(APIView):
    """One lattice."""

    @extend_schema(request=LatticeForm, responses=LatticeSerializer)
    def patch(self, request: Request, project_id: int, pk: int) -> Response:
        """Cut the ground differently: another coordinate system, resolution, or size of tiles."""
        grid = get_grid(request.user, project_id, pk, Role.OWNER)
        form = LatticeForm(data=request.data)
        form.is_valid(raise_exception=True)
        if form.validated_data:
            change_lattice(grid, LatticeChange(**form.validated_data))
            dispatch_on_commit()
        return Response(next(item for item in described(grid.project) if item["id"] == pk))


def described(project: Project) -> list[dict[str, Any]]:
    """Describe the lattices of a project."""
    fixed = FIXED if is_fixed(project) else ""
    rows = project.grids.annotate(tile_count=Count("tiles", distinct=True)).order_by("id")
    scenes = dict(project.scenes.order_by().values_list("grid").annotate(Count("pk")))
    return [_described(grid, scenes.get(grid.pk, 0), "ready-made" if grid.ready_made else fixed) for grid in rows]


def _described(grid: Grid, scenes: int, fixed: str) -> dict[str, Any]:
    return {
        "id": grid.pk,
        "crs": grid.crs,
        "resolution": resolution_of(grid.spec()),
        "unit": unit_of(grid.crs),
        "tile_px": grid.tile_px,
        "why": why(grid),
        "ready_made": grid.ready_made,
        "tiles": getattr(grid, "tile_count", 0),
        "scenes": scenes,
        "fixed": fixed,
    }
