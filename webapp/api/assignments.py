"""/api/projects/{id}/assignments/: which tiles are whose to label."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import clock
from annotation.access import get_assignment, get_project
from annotation.assigning import MOST_TILES, Choice, Wording, assign, change, take_away, with_progress
from annotation.models import Assignment
from annotation.models.projects import PLAIN_NAME, Role
from webapp.api.pagination import Listing
from webapp.api.parsing import Id, read_area, read_bbox
from webapp.api.person import person

_WAYS = ("count", "scene", "bbox", "area")


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """Tiles that one member is to label, and how far they are."""

    username = serializers.CharField(source="member.user.username", read_only=True)
    given_by = serializers.CharField(source="given_by.username", read_only=True, default="")
    total = serializers.IntegerField(read_only=True, help_text="tiles")
    done = serializers.SerializerMethodField(help_text="tiles that do not wait for this person any more")

    class Meta:
        """All but the project."""

        model = Assignment
        fields = [
            "id", "member", "username", "kind", "about", "note", "due", "shared", "total", "done",
            "given_by", "given_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_done(self, row: Assignment) -> int:
        """Return the tiles that were answered, by this person or by somebody else."""
        return int(row.total - row.left)  # type: ignore[attr-defined]


class Made(AssignmentSerializer):
    """An assignment that was just made."""

    left_out = serializers.IntegerField(read_only=True, help_text="tiles there that were not free, or fewer than asked")

    class Meta(AssignmentSerializer.Meta):
        """The same, and what was left out."""

        fields = [*AssignmentSerializer.Meta.fields, "left_out"]
        read_only_fields = fields


class Said(serializers.Serializer[Any]):
    """What an owner says of an assignment."""

    note = serializers.CharField(
        max_length=300, required=False, allow_blank=True, validators=[PLAIN_NAME], help_text="shown while they label"
    )
    shared = serializers.BooleanField(required=False, help_text="others get these tiles, too, when their turn comes")

    due = serializers.DateField(
        required=False, allow_null=True, help_text="by when they are wanted; told, never enforced"
    )

    def validate_due(self, day: date | None) -> date | None:
        """Refuse a day that is over everywhere."""
        if day and day < clock.now().date() - timedelta(days=1):
            raise serializers.ValidationError("That day is over; choose a later one, or none.")
        return day


class AssignmentChange(Said):
    """What can be changed."""

    member = Id(required=False, help_text="hands the tiles over to this member")


class NewAssignment(Said):
    """Whom to ask for which tiles: `count` of the ranking, those of a `scene`, or those in a `bbox` or an `area`."""

    member = Id()
    count = serializers.IntegerField(min_value=1, max_value=MOST_TILES, required=False)
    scene = Id(required=False)
    bbox = serializers.CharField(required=False, max_length=200, help_text="west,south,east,north in degrees")
    area = serializers.JSONField(required=False, help_text="GeoJSON Polygon in degrees")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for one way of choosing."""
        if len([way for way in _WAYS if way in attrs]) != 1:
            raise serializers.ValidationError(f"Choose the tiles in one way: {', '.join(_WAYS)}.")
        return attrs

    def choice(self) -> Choice:
        """Return which tiles are meant."""
        told = self.validated_data
        if "bbox" in told:
            return Choice(area=read_bbox(told["bbox"]), text=", ".join(told["bbox"].replace(",", " ").split()))
        if "area" in told:
            area = read_area(told["area"])
            return Choice(area=area, text=f"around {area.centroid.y:.4f}, {area.centroid.x:.4f}")
        return Choice(count=told.get("count"), scene=told.get("scene"))


class AssignmentList(Listing):
    """The assignments of a project."""

    serializer_class = AssignmentSerializer
    queryset = Assignment.objects.none()

    @extend_schema(responses=AssignmentSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List what was assigned, with progress: to you, or as an owner to everybody."""
        project = get_project(request.user, project_id)
        rows = project.assignments.all()
        if project.held != Role.OWNER:
            rows = rows.filter(member__user=person(request))
        return self.page(with_progress(rows))

    @extend_schema(request=NewAssignment, responses={201: Made})
    def post(self, request: Request, project_id: int) -> Response:
        """Assign open tiles that are nobody's to a member, who is asked for them before all others."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = NewAssignment(data=request.data)
        form.is_valid(raise_exception=True)
        told = form.validated_data
        wording = Wording(told.get("note", ""), told.get("due"), told.get("shared", False))
        made = assign(project, told["member"], form.choice(), by=person(request), wording=wording)
        row = with_progress(project.assignments.filter(pk=made.pk)).get()
        row.left_out = made.left_out
        return Response(Made(row).data, status=201)


class AssignmentDetail(APIView):
    """One assignment."""

    @extend_schema(request=AssignmentChange, responses=AssignmentSerializer)
    def patch(self, request: Request, project_id: int, pk: int) -> Response:
        """Change the note, the day, or whether others get the tiles, too; or hand them over to another member."""
        assignment = get_assignment(request.user, project_id, pk)
        form = AssignmentChange(data=request.data)
        form.is_valid(raise_exception=True)
        changed = change(assignment, by=person(request), **form.validated_data)
        rows = assignment.project.assignments.filter(pk=changed.pk)
        return Response(AssignmentSerializer(with_progress(rows).get()).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Take the tiles away: they are anybody's again, and what was said of them stays."""
        take_away(get_project(request.user, project_id, Role.OWNER), pk)
        return Response(status=204)
