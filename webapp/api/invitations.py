"""Invitations: of a project, for its owners; and of the person who asks, to accept or decline."""

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.members import accept, decline, waiting_for, waiting_in, withdraw
from annotation.models import Invitation
from annotation.models.projects import Role
from webapp.api.pagination import Listing
from webapp.api.person import person


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """A name that was invited; whether anybody bears it is not told."""

    class Meta:
        """Not whether it was declined."""

        model = Invitation
        fields = ["id", "username", "role", "invited_at"]
        read_only_fields = fields


class MyInvitation(serializers.ModelSerializer[Invitation]):
    """What somebody is invited to; of the project no more than its name."""

    project = serializers.CharField(source="project.name", read_only=True)
    invited_by = serializers.CharField(source="invited_by.username", read_only=True, default="")

    class Meta:
        """What one needs to decide."""

        model = Invitation
        fields = ["id", "project", "role", "invited_by", "invited_at"]
        read_only_fields = fields


class Joined(serializers.Serializer[dict[str, int]]):
    """The project that one is a member of now."""

    project = serializers.IntegerField()


class InvitationList(Listing):
    """Who was invited to a project."""

    serializer_class = InvitationSerializer
    queryset = Invitation.objects.none()

    @extend_schema(responses=InvitationSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List the invitations that nobody has accepted; they last 30 days."""
        return self.page(waiting_in(get_project(request.user, project_id, Role.OWNER)))


class InvitationDetail(APIView):
    """One invitation of a project."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Withdraw it."""
        withdraw(get_project(request.user, project_id, Role.OWNER), pk)
        return Response(status=204)


class MyInvitationList(Listing):
    """To what the person who asks is invited."""

    serializer_class = MyInvitation
    queryset = Invitation.objects.none()

    @extend_schema(responses=MyInvitation(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """List your invitations."""
        return self.page(waiting_for(person(request)))


class MyInvitationAccept(APIView):
    """Acceptance."""

    @extend_schema(request=None, responses=Joined)
    def post(self, request: Request, pk: int) -> Response:
        """Become a member of the project."""
        return Response({"project": accept(person(request), pk).project_id})


class MyInvitationDecline(APIView):
    """Refusal."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        """Stay out; whoever invited you is not told."""
        decline(person(request), pk)
        return Response(status=204)
