"""/api/projects/{id}/members/: who may do what."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.models import Member
from annotation.models.projects import Role
from annotation.projects import add_member, change_member, remove_member
from webapp.api.pagination import Listing
from webapp.api.person import person


class MemberSerializer(serializers.ModelSerializer[Member]):
    """A person and a role."""

    username = serializers.CharField(source="user.username", read_only=True)

    class Meta:
        """No more than the name: other members' addresses are nobody's business."""

        model = Member
        fields = ["id", "username", "role"]


class NewMember(serializers.Serializer[Any]):
    """Whom to let in, as what."""

    username = serializers.CharField(max_length=150)
    role = serializers.ChoiceField(Role.choices, default=Role.ANNOTATOR)


class MemberChange(serializers.Serializer[Any]):
    """The new role."""

    role = serializers.ChoiceField(Role.choices)


class MemberList(Listing):
    """The people of a project."""

    serializer_class = MemberSerializer
    queryset = Member.objects.none()

    @extend_schema(responses=MemberSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        """List the members."""
        project = get_project(request.user, project_id)
        return self.page(project.members.select_related("user"))

    @extend_schema(request=NewMember, responses={201: MemberSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Let a person in who has an account."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = NewMember(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(MemberSerializer(add_member(project, **form.validated_data)).data, status=201)


class MemberDetail(APIView):
    """One member."""

    @extend_schema(request=MemberChange, responses=MemberSerializer)
    def patch(self, request: Request, project_id: int, pk: int) -> Response:
        """Give another member another role."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = MemberChange(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(MemberSerializer(change_member(project, pk, by=person(request), **form.validated_data)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Show another member out."""
        project = get_project(request.user, project_id, Role.OWNER)
        remove_member(project, pk, by=person(request))
        return Response(status=204)
