"""/api/token/: a password becomes a token for scripts."""

from rest_framework import serializers
from rest_framework.authtoken.views import ObtainAuthToken
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from webapp.api.parsing import Json
from webapp.security import address_of


class ByAddress(SimpleRateThrottle):
    """A brake for each address, beside the one for each name in the login itself."""

    scope = "token"
    rate = "20/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Return the address's own key."""
        return f"throttle:token:{address_of(request)}"


class TokenAnswer(serializers.Serializer[dict[str, str]]):
    """The token, to be sent as `Authorization: Token ...`."""

    token = serializers.CharField()


class Token(ObtainAuthToken):
    """A token of one's own."""

    throttle_classes = [ByAddress]
    parser_classes = [Json, FormParser, MultiPartParser]
