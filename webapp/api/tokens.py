"""/api/tokens/: the tokens of the person who asks; /api/token/: a password becomes one, for scripts."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from annotation.models import AccessToken
from annotation.models.tokens import TokenScope
from annotation.tokens import issue, live_tokens, revoke
from webapp.api.pagination import Listing
from webapp.api.parsing import Json
from webapp.api.person import person
from webapp.security import address_of, attempt

ATTEMPTS_A_MINUTE = 20


class ByAddress(BaseThrottle):
    """A brake for each address, beside the one for each name in the login itself."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the attempt and return whether it is one too many."""
        return request.method != "POST" or attempt(f"token:{address_of(request)}", ATTEMPTS_A_MINUTE, seconds=60)

    def wait(self) -> float:
        """Return for how long nobody listens, at the most."""
        return 60


class TokenSerializer(serializers.ModelSerializer[AccessToken]):
    """A token as it can be told: by its name and the beginning of its key."""

    class Meta:
        """Never a digest."""

        model = AccessToken
        fields = ["id", "name", "prefix", "scope", "project", "created_at", "expires_at", "last_used_at"]
        read_only_fields = fields


class NewToken(serializers.Serializer[Any]):
    """What a token is for, what it may do, and for how many days."""

    name = serializers.CharField(max_length=80)
    scope = serializers.ChoiceField(TokenScope.choices)
    days = serializers.IntegerField(required=False, min_value=1, max_value=36_500)


class IssuedToken(TokenSerializer):
    """A new token, with its key this once."""

    token = serializers.CharField(help_text="the key; it cannot be had again")

    class Meta(TokenSerializer.Meta):
        """All that can be told, and the key."""

        fields = [*TokenSerializer.Meta.fields, "token"]
        read_only_fields = fields


class PasswordForToken(AuthTokenSerializer):
    """A login, and what the token is for."""

    name = serializers.CharField(max_length=80, default="Script")
    scope = serializers.ChoiceField(TokenScope.choices, default=TokenScope.OWN)
    days = serializers.IntegerField(required=False, min_value=1, max_value=36_500)


class TokenList(Listing):
    """The tokens of the person who asks."""

    serializer_class = TokenSerializer
    queryset = AccessToken.objects.none()

    @extend_schema(responses=TokenSerializer(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """List your tokens that are not over."""
        return self.page(live_tokens(person(request)))

    @extend_schema(request=NewToken, responses={201: IssuedToken})
    def post(self, request: Request) -> Response:
        """Make a token; its key is in this answer and nowhere else."""
        form = NewToken(data=request.data)
        form.is_valid(raise_exception=True)
        token, key = issue(person(request), **form.validated_data)
        return Response({**TokenSerializer(token).data, "token": key}, status=201)


class TokenDetail(APIView):
    """One token of the person who asks."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Revoke it: whatever uses it is shut out at once."""
        revoke(person(request), pk)
        return Response(status=204)


class TokenByPassword(APIView):
    """A token of one's own, for scripts."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = [ByAddress]
    parser_classes = [Json, FormParser, MultiPartParser]

    @extend_schema(request=PasswordForToken, responses=IssuedToken)
    def post(self, request: Request) -> Response:
        """Make a token, by name and password, of scope `own` where none is asked for."""
        form = PasswordForToken(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        asked = {name: form.validated_data[name] for name in ("name", "scope", "days") if name in form.validated_data}
        token, key = issue(form.validated_data["user"], **asked)
        return Response({**TokenSerializer(token).data, "token": key})


class ByTokenInSchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes it."""

    target_class = "webapp.scopes.ByToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the header."""
        words = "`Token` and the key, such as `Token ts_...`; what it may do is its scope: read, label, review or own."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": words}
