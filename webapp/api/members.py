"""/api/projects/{id}/members/: who may do what."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.members import change_member, invite, remove_member
from annotation.models import Member
from annotation.models.projects import Role
from webapp.api.invitations import InvitationSerializer
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
    """Whom to invite, as what."""

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
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List the members."""
        project = get_project(request.user, project_id)
        return self.page(project.members.select_related("user"))

    @extend_schema(request=NewMember, responses={202: InvitationSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        """Invite whoever bears this name; they are a member once they accept. Whether anybody does is not told."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = NewMember(data=request.data)
        form.is_valid(raise_exception=True)
        invited = invite(project, by=person(request), **form.validated_data)
        return Response(InvitationSerializer(invited).data, status=202)


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
