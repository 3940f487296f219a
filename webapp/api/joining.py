"""Links by which people join: of a project, for its owners; and /api/join/ for whoever opens one."""

from typing import Any

from django.contrib.auth import login
from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import get_project
from annotation.joining import behind, join, make_account, make_link, open_links, withdraw_link
from annotation.models import JoinLink
from annotation.models.projects import Role
from webapp.api.pagination import Listing
from webapp.api.person import person
from webapp.api.tokens import ByAddress


class JoinLinkSerializer(serializers.ModelSerializer[JoinLink]):
    """A link that nobody has used; never its secret."""

    class Meta:
        """What tells links apart."""

        model = JoinLink
        fields = ["id", "role", "made_at", "expires_at"]
        read_only_fields = fields


class NewJoinLink(serializers.Serializer[Any]):
    """What the link makes of whoever opens it."""

    role = serializers.ChoiceField(Role.choices, default=Role.ANNOTATOR)


class MadeJoinLink(JoinLinkSerializer):
    """A new link, with its address this once."""

    link = serializers.CharField(help_text="its address; it cannot be had again")

    class Meta(JoinLinkSerializer.Meta):
        """All that can be told, and the address."""

        fields = [*JoinLinkSerializer.Meta.fields, "link"]
        read_only_fields = fields


class Joining(serializers.Serializer[Any]):
    """A link's secret; to use it up, `accept`, with name and password of a new account unless one is logged in."""

    secret = serializers.CharField(max_length=100)
    accept = serializers.BooleanField(default=False)
    username = serializers.CharField(max_length=150, required=False)
    password = serializers.CharField(max_length=1000, required=False, trim_whitespace=False)


class Behind(serializers.Serializer[dict[str, str | int | None]]):
    """What a link leads to."""

    project = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(help_text="of the project; empty where it only makes an account")
    role = serializers.CharField(help_text="in words")


class JoinLinkList(Listing):
    """The links of a project."""

    serializer_class = JoinLinkSerializer
    queryset = JoinLink.objects.none()

    @extend_schema(responses=JoinLinkSerializer(many=True))
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """List the links that nobody has used; they last 7 days."""
        return self.page(open_links(get_project(request.user, project_id, Role.OWNER)))

    @extend_schema(request=NewJoinLink, responses={201: MadeJoinLink})
    def post(self, request: Request, project_id: int) -> Response:
        """Make a link; its address is in this answer and nowhere else."""
        project = get_project(request.user, project_id, Role.OWNER)
        form = NewJoinLink(data=request.data)
        form.is_valid(raise_exception=True)
        link, secret = make_link(project, by=person(request), **form.validated_data)
        address = request.build_absolute_uri(f"{reverse('join')}#{secret}")
        return Response({**JoinLinkSerializer(link).data, "link": address}, status=201)


class JoinLinkDetail(APIView):
    """One link of a project."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, project_id: int, pk: int) -> Response:
        """Withdraw it."""
        withdraw_link(get_project(request.user, project_id, Role.OWNER), pk)
        return Response(status=204)


class Join(APIView):
    """What opening a link does. Links are long and random, so that nobody guesses one."""

    authentication_classes = [SessionAuthentication]
    permission_classes = ()
    throttle_classes = [ByAddress]

    @extend_schema(request=Joining, responses=Behind)
    def post(self, request: Request) -> Response:
        """Tell what a link leads to, or accept it: become a member, or make an account and be logged in."""
        form = Joining(data=request.data)
        form.is_valid(raise_exception=True)
        told = form.validated_data
        if not told["accept"]:
            return Response(_described(behind(told["secret"])))
        if request.user.is_authenticated:
            return Response(_described(join(told["secret"], person(request))))
        user, link = make_account(told["secret"], told.get("username", ""), told.get("password", ""))
        login(request, user, backend="webapp.security.ThrottledBackend")
        return Response(_described(link))


def _described(link: JoinLink) -> dict[str, str | int | None]:
    project = link.project
    role = link.get_role_display() if project else str(link)
    return {"project": project.pk if project else None, "name": project.name if project else "", "role": role}
